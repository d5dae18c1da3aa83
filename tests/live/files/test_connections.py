"""Connections that fall silent, disks that fill up, memory that must not grow; across processes too."""

import ctypes
import hashlib
import os
import resource
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.files.client import Client, answer_of
from tests.live.files.conftest import Server, serving

MIB = 1024 * 1024


def take_over(old: Client, new: Client, server: Server) -> float:
    """Seconds from a newcomer's HEAD until its PATCH is accepted, while the old connection is open and silent."""
    location = old.create(1000)
    with old.open_patch(location, 0, 1000) as silent:
        silent.sendall(b"a" * 300)
        server.wait(lambda: server.part(location).stat().st_size == 300)
        began = time.monotonic()
        assert new.head(location).offset == 300
        reply = new.patch(location, 300, b"b" * 700)
        assert reply.status == 204
        assert answer_of(silent).status == 423
        return time.monotonic() - began


def test_a_silent_connection_gives_way(server: Server, editor: Client):
    assert take_over(editor, editor, server) < 5


def test_a_silent_connection_gives_way_to_another_process(server: Server, editor: Client):
    twin = server.twin()
    twin.start_web()
    try:
        assert take_over(editor, twin.by_session("editor"), server) < 5
    finally:
        twin.kill("web")


def test_a_live_connection_does_not_give_way(server: Server, editor: Client):
    location = editor.create(1000)
    with editor.open_patch(location, 0, 1000) as busy:
        busy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        process = subprocess.Popen(  # the newcomer, while this test keeps the first connection busy
            ["python3", "-c", NEWCOMER, str(server.port), location, editor.cookie], stdout=subprocess.PIPE, text=True
        )
        sent = 0
        while process.poll() is None:
            assert sent < 999, "the newcomer was never answered"
            busy.sendall(b"x")
            sent += 1
            time.sleep(0.02)  # a slow but living client
        assert process.stdout is not None
        assert process.stdout.read().strip() == "423"
        busy.sendall(b"x" * (1000 - sent))
        assert answer_of(busy).status == 204


NEWCOMER = """
import http.client, sys
port, path, cookie = sys.argv[1:]
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=30)
headers = {"Cookie": f"sessionid={cookie}", "Origin": f"http://127.0.0.1:{port}", "Tus-Resumable": "1.0.0",
           "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
connection.request("PATCH", path, body=b"y" * 10, headers=headers)
print(connection.getresponse().status)
"""


def test_disk_limit_in_the_middle_of_a_body(server: Server, editor: Client):
    """The kernel refuses to let the file grow (RLIMIT_FSIZE: EFBIG, handled as a full disk), then lets it."""
    body = os.urandom(8 * MIB)
    location = editor.create(len(body))
    pid = server.processes["web"].pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (5 * MIB, before[1]))
    try:
        reply = editor.patch(location, 0, body)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert (reply.status, reply.problem["code"]) == (507, "disk_full")
    assert server.part(location).stat().st_size == 5 * MIB
    offset = editor.head(location).offset
    assert offset == 5 * MIB
    assert editor.patch(location, offset, body[offset:]).status == 204
    assert server.original(body).read_bytes() == body


def test_disk_full_in_the_middle_of_a_body(server: Server, editor: Client):
    """A real, small disk: ENOSPC. Finishing then copies to another file system, since a link cannot cross."""
    folder = server.data / "uploads"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, b"size=8m") != 0:
        pytest.skip(f"no small disk can be mounted here: {os.strerror(ctypes.get_errno())}")
    try:
        server.change("UPDATE review_upload SET state = 'terminated' WHERE state = 'open'")  # they need no space
        body = os.urandom(6 * MIB)
        location = editor.create(len(body))
        ballast = folder / "ballast"
        with editor.open_patch(location, 0, len(body)) as connection:
            connection.sendall(body[:MIB])
            server.wait(lambda: server.part(location).stat().st_size == MIB)
            ballast.write_bytes(b"b" * 4 * MIB)
            connection.sendall(body[MIB:])
            reply = answer_of(connection)
        assert (reply.status, reply.problem["code"]) == (507, "disk_full")
        size = server.part(location).stat().st_size
        assert MIB < size < 5 * MIB
        assert editor.head(location).offset == size
        assert server.part(location).read_bytes() == body[:size]
        announced = editor.patch(location, size, body[size:])  # now refused before it is read
        assert (announced.status, announced.problem["code"]) == (507, "disk_full")
        ballast.unlink()
        assert editor.patch(location, size, body[size:]).status == 204
        assert server.original(body).read_bytes() == body
        assert list(folder.iterdir()) == []
    finally:
        libc.umount(str(folder).encode())


@pytest.fixture
def fresh(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    """A server that has done nothing yet: what it holds is its own, not of the tests before."""
    with serving(prepared, tmp_path / "fresh") as running:
        yield running


def test_a_gibibyte_in_one_patch_in_constant_memory(fresh: Server):
    server, editor = fresh, fresh.by_session("editor")
    size = 1024 * MIB
    block = os.urandom(MIB)
    location = editor.create(size)
    Path(f"/proc/{server.processes['web'].pid}/clear_refs").write_text("5")  # the peak begins anew
    with editor.open_patch(location, 0, size) as connection:
        for _ in range(size // len(block)):
            connection.sendall(block)
        reply = answer_of(connection)
    assert reply.status == 204
    peak = server.memory("VmHWM")
    version = reply.headers["twopop-version"]
    (digest,) = server.query(
        "SELECT sha256 FROM media_pipeline_media m JOIN review_version v ON v.media_id = m.id WHERE v.id = ?", version
    )[0]
    (server.data / "media" / "originals" / digest[:2] / digest).unlink()
    expected = hashlib.sha256()
    for _ in range(size // len(block)):
        expected.update(block)
    assert digest == expected.hexdigest()
    assert peak < 150_000_000
