"""kill -9 of the server at every moment between the first byte and the answer to the last one."""

import http.client
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.live.files.client import Client, checksum
from tests.live.files.conftest import Server, serving

MOMENTS = [
    "before the last sync",
    "before the hash",
    "before the transaction",
    "between link and commit",
    "after the commit",
    "after the file is removed",
]


@pytest.fixture(scope="module")
def doomed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that dies at the moment that the file "crash" in its data folder names."""
    data = tmp_path_factory.mktemp("doomed")
    with serving(prepared, data, application="tests.live.files.crashing:application") as running:
        yield running


@pytest.fixture
def sender(doomed: Server) -> Client:
    return doomed.by_session("editor")


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_while_finishing(doomed: Server, sender: Client, moment: str):
    """Whatever died when: one version, the right bytes, nothing left over."""
    body = os.urandom(300_000)
    location = sender.create(len(body), filename=f"{moment}.mov")
    crash = doomed.data / "crash"
    crash.write_text(moment)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        sender.patch(location, 0, body)
    crash.unlink()
    doomed.restart()
    if MOMENTS.index(moment) % 2:  # the sweep at the start finishes it, nobody asks
        doomed.wait(lambda: state(doomed, location) == "done")
    head = sender.head(location)  # or the client does, whichever is first
    assert head.offset == len(body)
    version = head.headers["twopop-version"]
    name, media = doomed.query("SELECT original_name, media_id FROM review_version WHERE id = ?", version)[0]
    assert name == f"{moment}.mov"
    assert doomed.original(body).read_bytes() == body
    assert doomed.query("SELECT count(*) FROM review_version WHERE media_id = ?", media) == [(1,)]
    assert doomed.query("SELECT count(*) FROM media_pipeline_job WHERE media_id = ?", media) == [(1,)]
    created = doomed.query("SELECT payload FROM review_event WHERE kind = 'version.created'")
    assert sum(version in payload for (payload,) in created) == 1
    doomed.wait(lambda: not doomed.part(location).exists())


def test_killed_in_the_middle_of_bodies(doomed: Server, sender: Client):
    """Killed twice on the way; what counts is a prefix, and the end is right: the hash goes on over the restarts."""
    server, editor = doomed, sender
    body = os.urandom(24 * 1024 * 1024)
    location = editor.create(len(body))
    for part in (1, 2):
        offset = editor.head(location).offset
        until = len(body) * part // 4
        with editor.open_patch(location, offset, len(body) - offset) as connection:
            connection.sendall(body[offset:until])
            least = until - 2 * 1024 * 1024
            server.wait(partial(has_size, server, location, least))
            server.restart()
        offset = editor.head(location).offset
        assert until - 1024 * 1024 * 2 <= offset <= until
        assert server.part(location).read_bytes() == body[:offset]
    assert editor.patch(location, offset, body[offset:]).status == 204
    assert server.original(body).read_bytes() == body


def test_killed_under_a_checksum(doomed: Server, sender: Client):
    """Bytes that were never verified are cut off after the crash."""
    server, editor = doomed, sender
    body = os.urandom(100_000)
    location = editor.create(len(body))
    editor.patch(location, 0, body[:1000])
    with editor.open_patch(location, 1000, 99_000, {"Upload-Checksum": checksum(body[1000:])}) as connection:
        connection.sendall(b"damaged on the way" * 1000)
        server.wait(lambda: server.part(location).stat().st_size == 19_000)
        server.restart()
    assert editor.head(location).offset == 1000
    assert editor.patch(location, 1000, body[1000:], {"Upload-Checksum": checksum(body[1000:])}).status == 204
    assert server.original(body).read_bytes() == body


def test_one_stack_by_many_at_once_from_two_processes(server: Server):
    """Numbers are given once; the same content in the same stack becomes one version."""
    twin = server.twin()
    twin.start_web()
    try:
        editor = server.by_session("editor")
        first = editor.upload(b"the first version")
        (asset,) = server.query("SELECT asset_id FROM review_version WHERE id = ?", first)[0]
        bodies = [os.urandom(50_000) for _ in range(8)] + [b"the same content" * 1000] * 4
        barrier = threading.Barrier(len(bodies))
        versions: list[tuple[bytes, str]] = []

        def send(body: bytes, by: Server) -> None:
            person = by.by_session("editor")
            location = person.create(len(body), assetId=asset)
            barrier.wait()
            versions.append((body, person.patch(location, 0, body).headers["twopop-version"]))

        threads = [threading.Thread(target=send, args=(body, (server, twin)[i % 2])) for i, body in enumerate(bodies)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        twin.kill("web")
    assert len(versions) == len(bodies)
    assert len({version for body, version in versions if body == bodies[-1]}) == 1
    rows = server.query("SELECT id, number FROM review_version WHERE asset_id = ?", asset)
    assert sorted(number for _, number in rows) == list(range(1, 11))  # the first, eight, and one for the same four
    assert {version for _, version in versions} == {pk for pk, _ in rows} - {first}
    assert server.query("SELECT last_number FROM review_asset WHERE id = ?", asset) == [(10,)]


def has_size(server: Server, location: str, size: int) -> bool:
    return server.part(location).stat().st_size >= size


def state(server: Server, location: str) -> str:
    return str(server.query("SELECT state FROM review_upload WHERE id = ?", location.rpartition("/")[2])[0][0])
