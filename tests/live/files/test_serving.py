"""Media bytes over real HTTP: ranges, conditions, who may, constant memory."""

import hashlib
import http.client
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.files.client import Client, Reply
from tests.live.files.conftest import Server

GIB = 1024**3
SPARSE = 5 * GIB
BODY = bytes(range(256)) * 4096  # 1 MiB


@dataclass
class Served:
    server: Server
    version: str
    path: str  # of a playable rendition of 1 MiB
    table: str
    features: str
    sparse: str  # of one of 5 GiB
    etag: str

    def get(self, path: str, headers: dict[str, str] | None = None, *, method: str = "GET", who: str = "client") -> Reply:
        person = self.server.by_session(who) if who else Client(self.server.port, "")
        return person.request(method, path, {"Tus-Resumable": None, **(headers or {})})


@pytest.fixture(scope="module")
def served(server: Server, editor: Client) -> Iterator[Served]:
    """A version with renditions whose files stand in storage."""
    version = editor.upload(b"some original", filename="Größe 🎬.mov")
    (media,) = server.query("SELECT media_id FROM review_version WHERE id = ?", version)[0]
    folder = server.data / "media" / "derived" / media
    folder.mkdir(parents=True)
    paths = {}
    for pk, kind, label, size, extension in [
        ("meg", "proxy", "720p", len(BODY), "mp4"),
        ("sparse", "proxy", "1080p", SPARSE, "mp4"),
        ("features", "features", "", len(BODY), "bin"),
    ]:
        file = folder / f"{pk}.{extension}"
        if size == SPARSE:
            with file.open("wb") as writer:
                writer.truncate(size)
                for position in (0, 3 * GIB, SPARSE - 8):
                    os.pwrite(writer.fileno(), position.to_bytes(8, "big"), position)
        else:
            file.write_bytes(BODY)
        digest = hashlib.sha256(pk.encode()).hexdigest()
        server.change(
            "INSERT INTO media_pipeline_rendition (id, media_id, kind, label, storage_key, sha256, size, mime, width, height,"
            " frame_count, meta, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, '{}', '2026-01-01')",
            *(pk, media, kind, label, f"derived/{media}/{file.name}", digest, size, "video/mp4"),
        )
        paths[pk] = f"/media/{version}/{pk}/{digest[:16]}.{extension}"
    (folder / "meg.tpfi").write_bytes(b"TPFI and the rest")
    table = paths["meg"].replace(".mp4", ".tpfi")
    etag = f'"{hashlib.sha256(b"meg").hexdigest()}"'
    yield Served(server, version, paths["meg"], table, paths["features"], paths["sparse"], etag)
    (folder / "sparse.mp4").unlink()


def test_whole_file(served: Served):
    reply = served.get(served.path)
    assert (reply.status, reply.body) == (200, BODY)
    headers = reply.headers
    assert headers["content-type"] == "video/mp4"
    assert headers["content-length"] == str(len(BODY))
    assert headers["accept-ranges"] == "bytes"
    assert headers["etag"] == served.etag
    assert headers["cache-control"] == "private, immutable, max-age=31536000"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert "content-disposition" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, len(BODY) - 1),
        ("bytes=100-299", 100, 299),
        ("bytes=-100", len(BODY) - 100, len(BODY) - 1),
        ("bytes=1048575-", len(BODY) - 1, len(BODY) - 1),
        ("bytes=1000-99999999", 1000, len(BODY) - 1),
        ("bytes=-99999999", 0, len(BODY) - 1),
    ],
)
def test_one_range(served: Served, asked: str, first: int, last: int):
    reply = served.get(served.path, {"Range": asked})
    assert (reply.status, reply.body) == (206, BODY[first : last + 1])
    assert reply.headers["content-range"] == f"bytes {first}-{last}/{len(BODY)}"
    assert reply.headers["content-length"] == str(last + 1 - first)
    assert reply.headers["etag"] == served.etag


@pytest.mark.parametrize("asked", ["bytes=1048576-", "bytes=9999999-", "bytes=-0"])
def test_unsatisfiable_range(served: Served, asked: str):
    reply = served.get(served.path, {"Range": asked})
    assert (reply.status, reply.body) == (416, b"")
    assert reply.headers["content-range"] == f"bytes */{len(BODY)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=5-1", "lines=1-2", "nonsense"])
def test_what_is_no_single_range_gets_the_whole(served: Served, asked: str):
    reply = served.get(served.path, {"Range": asked})
    assert (reply.status, reply.body) == (200, BODY)


def test_if_range(served: Served):
    same = served.get(served.path, {"Range": "bytes=0-9", "If-Range": served.etag})
    assert (same.status, same.body) == (206, BODY[:10])
    for other in ('"other"', f"W/{served.etag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        reply = served.get(served.path, {"Range": "bytes=0-9", "If-Range": other})
        assert (reply.status, reply.body) == (200, BODY)


@pytest.mark.parametrize("tag", ["{}", "W/{}", '"a", {}', "*"])
def test_not_modified(served: Served, tag: str):
    reply = served.get(served.path, {"If-None-Match": tag.format(served.etag)})
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers["etag"] == served.etag
    assert "immutable" in reply.headers["cache-control"]


def test_modified(served: Served):
    assert served.get(served.path, {"If-None-Match": '"other"'}).status == 200


def test_head(served: Served):
    reply = served.get(served.path, {"Range": "bytes=0-9"}, method="HEAD")  # Range means something for GET only
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-length"] == str(len(BODY))
    assert reply.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_but_reading(served: Served, method: str):
    assert served.get(served.path, method=method).status in (403, 405)


def test_frame_table(served: Served):
    reply = served.get(served.table)
    assert (reply.status, reply.body) == (200, b"TPFI and the rest")
    assert reply.headers["etag"] != served.etag


def test_what_does_not_exist(served: Served):
    absent = [
        served.features,
        served.path.replace(".mp4", ".html"),
        served.path.replace("/meg/", "/absent/"),
        served.path.replace(served.version, "absent"),
        served.sparse.replace(".mp4", ".tpfi"),  # its table's file is missing
        served.path[:-5] + "0.mp4" if served.path[-5] != "0" else served.path[:-5] + "1.mp4",
    ]
    for path in absent:
        reply = served.get(path)
        assert (reply.status, reply.problem["code"]) == (404, "not_found"), path


def test_an_outsider_learns_nothing(served: Served):
    for path in (served.path, f"/media/{served.version}/original"):
        hidden = served.get(path, who="outsider")
        absent = served.get(path.replace(served.version, "absent"), who="outsider")
        assert hidden.status == absent.status == 404
        assert hidden.body == absent.body
        assert served.get(path, who="").status == 401


def test_tokens_read_media(served: Served):
    client = served.server.by_token("editor read-only")
    assert client.request("GET", served.path).status == 200
    assert client.request("GET", served.path, {"Authorization": "Bearer tp_wrong"}).status == 401


def test_original_is_a_download_for_those_who_may(served: Served):
    path = f"/media/{served.version}/original"
    reply = served.get(path, who="editor")
    assert (reply.status, reply.body) == (200, b"some original")
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"] == (
        "attachment; filename=\"Gr__e _.mov\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%F0%9F%8E%AC.mov"
    )
    assert served.get(path, {"Range": "bytes=5-"}, who="editor").body == b"original"
    refused = served.get(path, who="client")
    assert (refused.status, refused.problem["code"]) == (403, "forbidden")


@pytest.mark.parametrize("position", [0, 3 * GIB, SPARSE - 8])
def test_ranges_beyond_four_gigabytes(served: Served, position: int):
    reply = served.get(served.sparse, {"Range": f"bytes={position}-{position + 7}"})
    assert (reply.status, reply.body) == (206, position.to_bytes(8, "big"))
    assert reply.headers["content-range"] == f"bytes {position}-{position + 7}/{SPARSE}"


def test_memory_stays_constant_and_a_reader_who_leaves_is_noticed(served: Served):
    server = served.server
    pid = server.processes["web"].pid
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    before = server.memory("VmHWM")
    session = server.world["sessions"]["client"]
    request = f"GET {served.sparse} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: sessionid={session}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request.encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.getheader("Content-Length") == str(SPARSE)
        left = 256 * 1024 * 1024
        while left > 0:
            left -= len(answer.read(1024 * 1024))
        time.sleep(0.2)  # a reader that stops: the server must wait, not read on into memory
        assert server.memory("VmHWM") - before < 40_000_000
        assert open_files(pid, "sparse.mp4")
        answer.close()  # it holds the connection open too
    server.wait(lambda: not open_files(pid, "sparse.mp4"))


def open_files(pid: int, name: str) -> list[str]:
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = entry.readlink().name
        except FileNotFoundError:
            continue
        if target == name:
            found.append(target)
    return found
