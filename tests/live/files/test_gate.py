"""Who may upload, and that the answer comes before the first byte of the body: sessions, tokens, other sites, quota."""

import os
import time
from pathlib import Path

import pytest

from tests.live.files.client import OCTETS, Client, answer_of, metadata
from tests.live.files.conftest import Server, serving

ABSENT = "/files/" + "A" * 32


def test_nobody_without_credentials(server: Server, editor: Client):
    location = editor.create(10)
    nobody = Client(server.port, server.project)
    replies = [
        nobody.post(10),
        nobody.patch(location, 0, b"x"),
        nobody.patch(ABSENT, 0, b"x"),
        nobody.request("DELETE", location),
    ]
    assert {(reply.status, reply.problem["code"]) for reply in replies} == {(401, "not_authenticated")}
    assert nobody.head(location).status == nobody.head(ABSENT).status == 401


@pytest.mark.parametrize("who", ["colleague", "client", "outsider"])
def test_somebody_elses_upload_does_not_exist(server: Server, editor: Client, who: str):
    location = editor.create(10)
    editor.patch(location, 0, b"abc")
    for person in (server.by_session(who), server.by_token(who)):
        assert person.head(location).status == 404
        for send in (lambda path, by=person: by.patch(path, 3, b"def"), lambda path, by=person: by.request("DELETE", path)):
            assert send(location).status == 404
            assert send(location).body == send(ABSENT).body
    assert server.part(location).read_bytes() == b"abc"


def test_an_outsider_sees_no_project_and_a_client_may_not_upload(server: Server):
    outsider = server.by_session("outsider")
    absent = Client(server.port, "absent", cookie=outsider.cookie)
    assert outsider.post(10).status == 404
    assert outsider.post(10).body == absent.post(10).body
    reply = server.by_session("client").post(10)
    assert (reply.status, reply.problem["code"]) == (403, "forbidden")


def test_asset_and_sequence_must_be_of_the_project(server: Server, editor: Client):
    version = editor.upload(b"an asset of this project")
    (asset,) = server.query("SELECT asset_id FROM review_version WHERE id = ?", version)[0]
    assert editor.post(10, None, None, assetId=asset).status == 201
    assert editor.post(10, None, None, assetId=asset, projectId=server.other).status == 404
    assert editor.post(10, None, None, assetId="absent").status == 404
    assert editor.post(10, None, None, sequenceId="absent").status == 404
    assert editor.post(10, None, None, projectId="../../x").status == 404
    outsider = server.by_session("outsider")
    assert outsider.post(10, {"Upload-Metadata": metadata(assetId=asset)}).status == 404


def test_a_token_uploads_and_a_read_only_one_does_not(server: Server):
    by_token = server.by_token("editor")
    location = by_token.create(5)
    assert by_token.patch(location, 0, b"token").status == 204
    reading = server.by_token("editor read-only")
    assert reading.post(5).status == 403
    assert reading.patch(by_token.create(5), 0, b"token").status == 404
    wrong = Client(server.port, server.project, token="tp_wrong")
    assert wrong.post(5).problem["code"] == "invalid_token"
    # a wrong token counts even beside a good session
    assert server.by_session("editor").post(5, {"Authorization": "Bearer tp_wrong"}).status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1.evil.example", None])
def test_another_sites_page_cannot_use_the_session(server: Server, editor: Client, origin: str | None):
    location = editor.create(5)
    for reply in (
        editor.post(5, {"Origin": origin}),
        editor.patch(location, 0, b"xx", {"Origin": origin}),
        editor.request("DELETE", location, {"Origin": origin}),
    ):
        assert (reply.status, reply.problem["code"]) == (403, "origin_refused")
    assert server.part(location).stat().st_size == 0


def test_djangos_token_takes_the_place_of_an_origin(editor: Client):
    secret = "a" * 32
    headers = {"Origin": None, "X-CSRFToken": secret, "Cookie": f"sessionid={editor.cookie}; csrftoken={secret}"}
    assert editor.post(5, headers).status == 201
    assert editor.post(5, {**headers, "X-CSRFToken": "b" * 32}).status == 403


@pytest.mark.parametrize("who", ["nobody", "outsider", "client", "foreign page"])
def test_refused_before_a_byte_of_the_body_is_asked_for(server: Server, editor: Client, who: str):
    """With `Expect: 100-continue` the server would ask for the body by 100; a refusal must come instead."""
    location = editor.create(1000)
    person = {
        "nobody": Client(server.port, server.project),
        "outsider": server.by_session("outsider"),
        "client": server.by_session("client"),
        "foreign page": Client(server.port, server.project, cookie=editor.cookie, extra={"Origin": "https://evil.example"}),
    }[who]
    with person.open_patch(location, 0, 1000, {"Expect": "100-continue"}) as connection:
        first = connection.recv(13)
        assert first.startswith(b"HTTP/1.1 4"), first
    assert server.part(location).stat().st_size == 0
    with editor.open_patch(location, 0, 1000, {"Expect": "100-continue"}) as connection:
        assert connection.recv(13) == b"HTTP/1.1 100 "


def test_quota_counts_what_is_there_and_what_is_coming(prepared: Path, tmp_path: Path):
    with serving(prepared, tmp_path, TWOPOP_UPLOAD_QUOTA_BYTES="10000") as server:
        editor = server.by_session("editor")
        assert editor.request("OPTIONS", "/files/").headers["tus-max-size"] == "10000"
        editor.upload(b"a" * 4000)
        under_way = editor.create(5000)
        reply = editor.post(1001)
        assert (reply.status, reply.problem["code"]) == (413, "quota_exceeded")
        assert "1000 more" in reply.problem["detail"]
        assert editor.post(1000).status == 201
        editor.request("DELETE", under_way)
        assert editor.post(5000).status == 201
        assert server.by_session("outsider").post(9000, None, None, projectId=server.other).status == 201  # its own quota


def test_space_that_other_uploads_need_is_not_given_twice(server: Server, editor: Client):
    figures = os.statvfs(server.data)
    free = figures.f_bavail * figures.f_frsize
    big = editor.post(free * 6 // 10)
    assert big.status == 201
    reply = editor.post(free * 6 // 10)
    assert (reply.status, reply.problem["code"]) == (507, "disk_full")
    editor.request("DELETE", big.headers["location"])


def expire(server: Server, location: str) -> None:
    token = location.rpartition("/")[2]
    server.change("UPDATE review_upload SET expires_at = '2001-01-01 00:00:00' WHERE id = ?", token)


def test_expired_uploads_are_over_unless_somebody_is_sending_them(server: Server, editor: Client):
    abandoned, active = editor.create(10), editor.create(10)
    editor.patch(abandoned, 0, b"abc")
    stray = server.data / "uploads" / f"{'Z' * 32}.part"
    stray.write_bytes(b"without a row, but young")
    with editor.open_patch(active, 0, 10) as connection:
        connection.sendall(b"12345")
        server.wait(lambda: server.part(active).stat().st_size == 5)
        for location in (abandoned, active):
            expire(server, location)
        assert "1 expired" in server.manage("sweep_uploads")
        connection.sendall(b"67890")
        assert answer_of(connection).status == 204
    assert not server.part(abandoned).exists()
    assert editor.head(abandoned).status == 410
    assert editor.patch(abandoned, 3, b"def").problem["code"] == "upload_gone"
    assert stray.exists()
    two_days_ago = time.time() - 2 * 86400
    os.utime(stray, (two_days_ago, two_days_ago))
    assert "1 removed" in server.manage("sweep_uploads")
    assert not stray.exists()


def test_creation_with_upload_asks_for_no_byte_of_a_stranger(server: Server):
    outsider = server.by_session("outsider")
    reply = outsider.post(10, {"Content-Type": OCTETS}, b"x" * 10)
    assert reply.status == 404
