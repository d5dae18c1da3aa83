"""TWOPOP_SERVE_MODE=x-accel behind a real nginx, configured as docs/operations/serving.md says."""

import contextlib
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.files.client import Client, Reply
from tests.live.files.conftest import Server, serving

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None, reason="nginx is not installed: `apt-get install nginx-light` (manage.py test does so where it may)"
)
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "operations" / "serving.md"
BODY = bytes(range(255)) * 4113
NAME = "Größe 🎬.mov"


@dataclass
class Behind:
    """A server whose people come through nginx."""

    server: Server
    port: int
    version: str
    rendition: str
    table: str

    def get(self, path: str, who: str = "client", method: str = "GET", **headers: str) -> Reply:
        person = self.server.by_session(who) if who else Client(self.port, "")
        person.port = self.port
        return person.request(method, path, {"Tus-Resumable": None, **headers})


def configuration(home: Path, port: int, server: Server) -> str:
    """The document's server block, with this test's port and folders and without its certificate."""
    found = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None, "the document shows how nginx is set up"
    block = found[1]
    for old, new in {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{server.port}",
        "/var/lib/twopop/media/": f"{server.data}/media/",
        "proxy_set_header Host $host;": "proxy_set_header Host $http_host;",  # the test's port is part of the origin
    }.items():
        assert old in block, f"the document no longer says {old!r}"
        block = block.replace(old, new)
    places = "\n".join(f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""  # originals are for Twopop's own user, which is the test's here
    return (
        f"{user}\ndaemon off;\nmaster_process on;\nworker_processes 1;\npid {home}/pid;\nerror_log {home}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{places}\n{block}\n}}\n"
    )


@contextlib.contextmanager
def nginx(home: Path, server: Server) -> Iterator[int]:
    assert NGINX is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "nginx.conf").write_text(configuration(home, port, server))
    command = [NGINX, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(home / "stderr").open("wb"))
    try:
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, (home / "stderr").read_text() + (home / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def behind(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """A version uploaded through nginx, with a proxy and its frame table."""
    data, home = tmp_path_factory.mktemp("x-accel"), tmp_path_factory.mktemp("nginx")
    with serving(prepared, data, TWOPOP_SERVE_MODE="x-accel") as server, nginx(home, server) as port:
        editor = server.by_session("editor")
        editor.port = port
        version = editor.upload(BODY, filename=NAME)
        (media,) = server.query("SELECT media_id FROM review_version WHERE id = ?", version)[0]
        folder = server.data / "media" / "derived" / media
        folder.mkdir(parents=True)
        (folder / "kmpd.mp4").write_bytes(BODY[::-1])
        (folder / "kmpd.tpfi").write_bytes(b"TPFI and the rest")
        digest = hashlib.sha256(BODY[::-1]).hexdigest()
        server.change(
            "INSERT INTO media_pipeline_rendition (id, media_id, kind, label, storage_key, sha256, size, mime, width, height,"
            " frame_count, meta, created_at) VALUES ('kmpd', ?, 'proxy', '720p', ?, ?, ?, 'video/mp4', 0, 0, 0, '{}',"
            " '2026-01-01')",
            *(media, f"derived/{media}/kmpd.mp4", digest, len(BODY)),
        )
        path = f"/media/{version}/kmpd/{digest[:16]}"
        yield Behind(server, port, version, f"{path}.mp4", f"{path}.tpfi")


def test_a_rendition(behind: Behind):
    whole = behind.get(behind.rendition)
    assert (whole.status, whole.body) == (200, BODY[::-1])
    assert whole.headers["server"].startswith("nginx")
    assert "x-accel-redirect" not in whole.headers
    assert whole.headers["content-type"] == "video/mp4"
    assert "immutable" in whole.headers["cache-control"]
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert behind.get(behind.table).body == b"TPFI and the rest"


def test_it_is_nginx_that_sends_the_bytes(behind: Behind):
    direct = behind.server.by_session("client").request("GET", behind.rendition, {"Tus-Resumable": None})
    assert (direct.status, direct.body) == (200, b"")
    assert direct.headers["x-accel-redirect"].startswith("/protected/derived/")


LAST = len(BODY) - 1


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=1000-1999", 1000, 1999),
        ("bytes=-5", LAST - 4, LAST),
        (f"bytes={LAST - 5}-", LAST - 5, LAST),
    ],
)
@pytest.mark.parametrize("what", ["rendition", "original"])
def test_ranges(behind: Behind, what: str, asked: str, first: int, last: int):
    body, path, who = BODY[::-1], behind.rendition, "client"
    if what == "original":
        body, path, who = BODY, f"/media/{behind.version}/original", "editor"
    part = behind.get(path, who, Range=asked)
    assert (part.status, part.headers["content-range"]) == (206, f"bytes {first}-{last}/{len(BODY)}")
    assert part.body == body[first : last + 1]


def test_conditions(behind: Behind):
    tag = behind.get(behind.rendition, method="HEAD").headers["etag"]
    assert behind.get(behind.rendition, **{"If-None-Match": tag}).status == 304
    assert behind.get(behind.rendition, Range="bytes=5-9", **{"If-Range": tag}).status == 206
    assert behind.get(behind.rendition, Range="bytes=5-9", **{"If-Range": '"other"'}).status == 200
    assert behind.get(behind.rendition, Range=f"bytes={len(BODY)}-").status == 416


def test_the_original_under_its_name(behind: Behind):
    answer = behind.get(f"/media/{behind.version}/original", "editor")
    assert (answer.status, answer.body) == (200, BODY)
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%F0%9F%8E%AC.mov" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "no-cache" in answer.headers["cache-control"]


@pytest.mark.parametrize(("who", "status"), [("", 401), ("outsider", 404)])
def test_who_may_not(behind: Behind, who: str, status: int):
    for path in (behind.rendition, behind.table, f"/media/{behind.version}/original"):
        for headers in ({}, {"Range": "bytes=0-9"}):
            answer = behind.get(path, who, **headers)
            assert answer.status == status
            assert answer.problem["code"]
    assert behind.get(f"/media/{behind.version}/original", "client").status == 403


def test_the_folder_is_not_open(behind: Behind):
    """Whoever guesses nginx's inner address, or leaves it by dots, gets nothing."""
    (key,) = behind.server.query("SELECT storage_key FROM media_pipeline_rendition")[0]
    for path in (f"/protected/{key}", "/protected/", f"/protected/../protected/{key}", "/protected../twopop.sqlite3"):
        answer = behind.get(path, "editor")
        assert answer.status in {400, 404}, path
        assert BODY[:64] not in answer.body
