"""Several connections claim one version number, or one lock, at once, on SQLite, through the real server."""

import json
from concurrent.futures import ThreadPoolExecutor

from tests.live.files.client import Client
from tests.live.files.conftest import Server


def test_one_gets_the_number_the_others_a_clear_conflict(editor: Client, server: Server):
    bodies = [bytes([number]) * 6 for number in range(4)]
    name = "Film_v03_grade.mov"  # the project is called Film
    begun = [editor.create(len(body), filename=name) for body in bodies]
    with ThreadPoolExecutor(len(begun)) as pool:
        replies = list(pool.map(lambda pair: editor.patch(pair[0], 0, pair[1]), zip(begun, bodies, strict=True)))
    assert sorted(reply.status for reply in replies) == [204, 422, 422, 422]
    assert {reply.problem["code"] for reply in replies if reply.status == 422} == {"name_conflict"}
    loser = next(begun[at] for at, reply in enumerate(replies) if reply.status == 422)
    body = bodies[begun.index(loser)]
    assert server.part(loser).read_bytes() == body, "the bytes wait for another name"
    token = loser.rpartition("/")[2]
    headers = {"Content-Type": "application/json"}
    assert editor.head(loser).status == 422
    named = server.by_token("editor").request("PUT", f"/api/v1/uploads/{token}/name", headers, '{"name": "Film_v04_grade"}')
    assert named.status == 200, named.body
    assert editor.head(loser).headers["twopop-version"]
    rows = server.query("SELECT number, name FROM review_version WHERE name LIKE 'Film\\_v%' ESCAPE '\\' ORDER BY number")
    assert rows == [(3, "Film_v03_grade"), (4, "Film_v04_grade")]


def test_one_gets_the_lock_the_others_are_refused(editor: Client, server: Server):
    headers = {"Content-Type": "application/json"}
    made = server.by_token("editor").request("POST", f"/api/v1/projects/{server.project}/sequences", headers, '{"name": "Ep3"}')
    sequence = json.loads(made.body)["data"]["id"]
    path = f"/api/v1/sequences/{sequence}/lock"
    people = ["editor", "colleague"] * 2
    with ThreadPoolExecutor(len(people)) as pool:
        replies = list(pool.map(lambda name: server.by_token(name).request("PUT", path, headers, '{"minutes": 5}'), people))
    got = {name for name, reply in zip(people, replies, strict=True) if reply.status == 200}
    assert len(got) == 1, "the holder may ask twice: the second time renews"
    assert {reply.status for reply in replies} == {200, 422}
    assert server.query("SELECT COUNT(*) FROM review_sequencelock") == [(1,)]
    # Its time over, the web process tells of it by itself.
    server.change("UPDATE review_sequencelock SET until = '2026-01-01 00:00:00'")
    server.wait(lambda: server.query("SELECT COUNT(*) FROM review_sequencelock") == [(0,)], 60)
    told = server.query("SELECT payload FROM review_event WHERE kind = 'lock.freed'")
    assert sum(sequence in payload for (payload,) in told) == 1
