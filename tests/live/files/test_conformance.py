"""Our tus server against the protocol's text: core, creation, checksum, termination, expiration, malformed requests."""

import base64
import threading
from email.utils import parsedate_to_datetime

import pytest

from tests.live.files.client import OCTETS, Client, answer_of, checksum, metadata
from tests.live.files.conftest import Server

BODY = bytes(range(256)) * 40


def test_options_tells_version_and_extensions_to_anybody(server: Server):
    reply = Client(server.port, "").request("OPTIONS", "/files/", {"Tus-Resumable": None})
    assert reply.status == 204
    assert reply.headers["tus-version"] == "1.0.0"
    assert reply.headers["tus-resumable"] == "1.0.0"
    extensions = set(reply.headers["tus-extension"].split(","))
    assert extensions == {"creation", "creation-with-upload", "checksum", "termination", "expiration"}
    assert set(reply.headers["tus-checksum-algorithm"].split(",")) == {"sha1", "sha256"}


def test_creation_answers_with_a_secret_location(editor: Client):
    reply = editor.post(100)
    assert reply.status == 201
    token = reply.headers["location"].removeprefix("/files/")
    assert len(base64.urlsafe_b64decode(token)) == 24  # 192 bits
    assert reply.headers["tus-resumable"] == "1.0.0"
    assert parsedate_to_datetime(reply.headers["upload-expires"]) is not None


def test_head_tells_offset_length_and_metadata_and_is_never_cached(editor: Client):
    location = editor.create(100, filename="Größe 🎬.mov")
    reply = editor.head(location)
    assert reply.status == 200
    assert (reply.offset, reply.headers["upload-length"]) == (0, "100")
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["upload-metadata"] == metadata(filename="Größe 🎬.mov", projectId=editor.project)
    assert reply.body == b""


def test_bytes_in_several_parts(editor: Client, server: Server):
    location = editor.create(len(BODY))
    for start, end in ((0, 1), (1, 4000), (4000, len(BODY) - 1)):
        reply = editor.patch(location, start, BODY[start:end])
        assert (reply.status, reply.offset) == (204, end)
        assert "upload-expires" in reply.headers
        assert editor.head(location).offset == end
        assert server.part(location).read_bytes() == BODY[:end]
    reply = editor.patch(location, len(BODY) - 1, BODY[-1:])
    assert (reply.status, reply.offset) == (204, len(BODY))
    version = reply.headers["twopop-version"]
    head = editor.head(location)
    assert (head.offset, head.headers["twopop-version"]) == (len(BODY), version)
    assert not server.part(location).exists()


def test_empty_patch_changes_nothing(editor: Client):
    location = editor.create(10)
    reply = editor.patch(location, 0, b"")
    assert (reply.status, reply.offset) == (204, 0)


def test_patch_of_a_finished_upload_repeats_its_answer(editor: Client):
    location = editor.create(4)
    version = editor.patch(location, 0, b"done").headers["twopop-version"]
    again = editor.patch(location, 4, b"")
    assert (again.status, again.offset, again.headers["twopop-version"]) == (204, 4, version)
    assert editor.patch(location, 0, b"done").problem["code"] == "upload_offset"
    assert editor.request("DELETE", location).problem["code"] == "upload_complete"


@pytest.mark.parametrize("offset", [1, 5, 11, 10**15])
def test_wrong_offset(editor: Client, server: Server, offset: int):
    location = editor.create(10)
    editor.patch(location, 0, b"abc")
    reply = editor.patch(location, offset, b"xyz")
    assert (reply.status, reply.problem["code"]) == (409, "upload_offset")
    assert server.part(location).read_bytes() == b"abc"


@pytest.mark.parametrize("offset", ["", "-1", "abc", "1.0", "0x1", "１", "9" * 30, " 0 1"])
def test_malformed_offset(editor: Client, offset: str):
    location = editor.create(10)
    reply = editor.patch(location, 0, b"abc", {"Upload-Offset": offset.encode().decode("latin-1")})
    assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")


def test_missing_offset(editor: Client):
    reply = editor.patch(editor.create(10), 0, b"abc", {"Upload-Offset": None})
    assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")


@pytest.mark.parametrize("length", ["", "-5", "abc", "1e15", "9" * 25, "9223372036854775808"])
def test_malformed_length(editor: Client, length: str):
    reply = editor.post(1, {"Upload-Length": length})
    assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")


def test_missing_and_deferred_length(editor: Client):
    assert editor.post(1, {"Upload-Length": None}).problem["code"] == "upload_header_invalid"
    assert editor.post(1, {"Upload-Length": None, "Upload-Defer-Length": "1"}).problem["code"] == "upload_header_invalid"


def test_more_than_the_disk_holds_is_refused_at_once(editor: Client):
    reply = editor.post(10**15)
    assert (reply.status, reply.problem["code"]) == (507, "disk_full")


def test_empty_file_is_refused_with_a_reason(editor: Client):
    reply = editor.post(0)
    assert (reply.status, reply.problem["code"]) == (400, "upload_empty")
    assert "export" in reply.problem["remedy"]


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", ""])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_other_protocol_versions_are_refused(editor: Client, method: str, version: str | None):
    location = editor.create(10)
    path = "/files/" if method == "POST" else location
    reply = editor.request(method, path, {"Tus-Resumable": version, "Upload-Length": "5", "Content-Type": OCTETS})
    assert reply.status == 412
    assert reply.headers["tus-version"] == "1.0.0"


@pytest.mark.parametrize("kind", [None, "application/octet-stream", "text/plain", "multipart/form-data; boundary=x"])
def test_other_content_types_are_refused(editor: Client, server: Server, kind: str | None):
    location = editor.create(10)
    reply = editor.patch(location, 0, b"abc", {"Content-Type": kind})
    assert (reply.status, reply.problem["code"]) == (415, "unsupported_media_type")
    assert server.part(location).stat().st_size == 0


def test_method_override(editor: Client):
    location = editor.create(3)
    headers = {"X-HTTP-Method-Override": "PATCH", "Content-Type": OCTETS, "Upload-Offset": "0"}
    assert editor.request("POST", location, headers, b"ab").offset == 2
    assert editor.request("POST", location, {"X-HTTP-Method-Override": "DELETE"}).status == 204


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_other_methods(editor: Client, method: str):
    reply = editor.request(method, editor.create(3))
    assert (reply.status, reply.problem["code"]) == (405, "method_not_allowed")
    assert "PATCH" in reply.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/files/x", "/files/../etc/passwd", "/files/%2e%2e%2fx", "/files/" + "A" * 32, "/files/" + "A" * 4000]
)
def test_unknown_uploads(editor: Client, path: str):
    for reply in (editor.patch(path, 0, b"x"), editor.request("DELETE", path)):
        assert (reply.status, reply.problem["code"]) == (404, "not_found")
    assert editor.head(path).status == 404
    titles = {
        language: editor.request("DELETE", path, {"Accept-Language": language}).problem["title"] for language in ("de", "en")
    }
    assert titles == {"de": "Hier ist nichts für Sie", "en": "There is nothing here for you"}


def test_a_body_longer_than_the_upload_is_refused_before_it_is_read(editor: Client, server: Server):
    location = editor.create(10)
    connection = editor.open_patch(location, 0, 11)  # not a byte of the body is sent
    reply = answer_of(connection)
    assert (reply.status, reply.problem["code"]) == (413, "upload_too_long")
    assert server.part(location).stat().st_size == 0


def test_a_chunked_body(editor: Client):
    location = editor.create(len(BODY))
    reply = editor.patch(location, 0, iter([BODY[:5000], BODY[5000:]]))
    assert (reply.status, reply.offset) == (204, len(BODY))


def test_a_chunked_body_that_is_too_long_leaves_nothing(editor: Client, server: Server):
    location = editor.create(len(BODY))
    editor.patch(location, 0, BODY[:7])
    reply = editor.patch(location, 7, iter([BODY[7:], b"more"]))
    assert (reply.status, reply.problem["code"]) == (413, "upload_too_long")
    assert server.part(location).read_bytes() == BODY[:7]
    assert editor.patch(location, 7, BODY[7:]).status == 204


# --- creation with upload -------------------------------------------------------------------------------------------


def test_creation_with_the_whole_file(editor: Client):
    reply = editor.post(len(BODY), {"Content-Type": OCTETS}, BODY)
    assert (reply.status, reply.offset) == (201, len(BODY))
    assert reply.headers["twopop-version"]


def test_creation_with_the_first_bytes(editor: Client):
    reply = editor.post(len(BODY), {"Content-Type": OCTETS}, BODY[:100])
    assert (reply.status, reply.offset) == (201, 100)
    assert editor.patch(reply.headers["location"], 100, BODY[100:]).status == 204


def test_creation_with_too_many_bytes(editor: Client):
    reply = editor.post(10, {"Content-Type": OCTETS}, b"x" * 11)
    assert (reply.status, reply.problem["code"]) == (413, "upload_too_long")


def test_creation_with_a_wrong_checksum(editor: Client):
    reply = editor.post(10, {"Content-Type": OCTETS, "Upload-Checksum": checksum(b"other")}, b"x" * 10)
    assert (reply.status, reply.offset) == (460, 0)
    assert editor.patch(reply.headers["location"], 0, b"x" * 10).status == 204


# --- checksum -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_right_checksum(editor: Client, algorithm: str):
    location = editor.create(len(BODY))
    reply = editor.patch(location, 0, BODY[:5000], {"Upload-Checksum": checksum(BODY[:5000], algorithm)})
    assert (reply.status, reply.offset) == (204, 5000)
    assert editor.patch(location, 5000, BODY[5000:]).status == 204


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_wrong_checksum_takes_the_part_back(editor: Client, server: Server, algorithm: str):
    location = editor.create(len(BODY))
    editor.patch(location, 0, BODY[:10])
    reply = editor.patch(location, 10, BODY[10:2000], {"Upload-Checksum": checksum(b"something else", algorithm)})
    assert (reply.status, reply.problem["code"]) == (460, "checksum_mismatch")
    assert editor.head(location).offset == 10
    assert server.part(location).read_bytes() == BODY[:10]
    last = editor.patch(location, 10, BODY[10:], {"Upload-Checksum": checksum(BODY[10:], algorithm)})
    assert last.status == 204
    assert stored(server, BODY) == BODY  # the running hash went back too


@pytest.mark.parametrize(
    "value", ["", "sha1", "sha1 ", "sha1 !!!!", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "crc32 AAAAAA==", "sha1 AAAA"]
)
def test_malformed_checksum(editor: Client, value: str):
    location = editor.create(10)
    reply = editor.patch(location, 0, b"abc", {"Upload-Checksum": value})
    assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")
    assert editor.head(location).offset == 0


# --- termination ----------------------------------------------------------------------------------------------------


def test_termination_removes_the_bytes(editor: Client, server: Server):
    location = editor.create(10)
    editor.patch(location, 0, b"abc")
    reply = editor.request("DELETE", location)
    assert (reply.status, reply.body) == (204, b"")
    assert not server.part(location).exists()
    assert editor.head(location).status == 410
    assert editor.patch(location, 3, b"d").problem["code"] == "upload_gone"
    assert editor.request("DELETE", location).status == 410


def test_termination_ends_a_running_patch(editor: Client, server: Server):
    location = editor.create(100)
    with editor.open_patch(location, 0, 100) as running:
        running.sendall(b"x" * 50)
        wait_for_size(server, location, 50)
        assert editor.request("DELETE", location).status == 204
        assert answer_of(running).status == 410
    assert not server.part(location).exists()


# --- metadata -------------------------------------------------------------------------------------------------------

NAMES = [
    ("clip.mp4", "clip.mp4"),
    ("Größe 🎬 grob_GROB.mov", "Größe 🎬 grob_GROB.mov"),
    ("مشهد ١.mov", "مشهد ١.mov"),
    ("../../etc/passwd", "../../etc/passwd"),
    ("C:\\films\\a.mov", "C:\\films\\a.mov"),
    ("nul\0here.mov", "nulhere.mov"),
    ("line\r\nbreak.mov", "linebreak.mov"),
    ("x" * 3996 + ".mov", "x" * 250 + "….mov"),
    (b"caf\xe9.mov", "caf\ufffd.mov"),
    (b"lone \xed\xa0\xbd surrogate.mov", "lone \ufffd\ufffd\ufffd surrogate.mov"),
    ("", "untitled"),
    ("\0\x01", "untitled"),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_names_are_kept_and_never_a_path(editor: Client, server: Server, sent: str | bytes, kept: str):
    before = set((server.data / "uploads").iterdir())
    location = editor.create(5, filename=sent)
    new = set((server.data / "uploads").iterdir()) - before
    assert new == {server.part(location)}
    token = location.rpartition("/")[2]
    assert server_names(server)[token] == kept


@pytest.mark.parametrize("raw", ["filename", "filename ????", ",", "filename YQ==,filename YQ==", "näme YQ=="])
def test_malformed_metadata(editor: Client, raw: str):
    sound = metadata(projectId=editor.project)
    reply = editor.post(5, {"Upload-Metadata": f"{sound},{raw}".encode().decode("latin-1")})
    if raw == "filename":  # a key without a value is allowed
        assert reply.status == 201
    else:
        assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")


def test_metadata_must_name_a_project(editor: Client):
    reply = editor.post(5, {"Upload-Metadata": metadata(filename="a.mov")})
    assert (reply.status, reply.problem["code"]) == (400, "upload_header_invalid")
    assert "projectId" in reply.problem["remedy"]


# --- connections ----------------------------------------------------------------------------------------------------


def test_bytes_before_a_cut_are_kept(editor: Client, server: Server):
    location = editor.create(1000)
    with editor.open_patch(location, 0, 1000) as connection:
        connection.sendall(b"a" * 400)
        wait_for_size(server, location, 400)
    assert editor.head(location).offset == 400
    assert editor.patch(location, 400, b"b" * 600).status == 204
    assert stored(server, b"a" * 400 + b"b" * 600)


def test_bytes_before_a_cut_do_not_count_under_a_checksum(editor: Client, server: Server):
    location = editor.create(1000)
    editor.patch(location, 0, b"z" * 10)
    with editor.open_patch(location, 10, 990, {"Upload-Checksum": checksum(b"a" * 990)}) as connection:
        connection.sendall(b"a" * 400)
        wait_for_size(server, location, 410)
    assert editor.head(location).offset == 10


def test_eight_parallel_patches_are_never_mixed(editor: Client, server: Server):
    size = 4 * 1024 * 1024
    bodies = [bytes([index]) * size for index in range(8)]
    location = editor.create(size)
    replies = []
    barrier = threading.Barrier(8)

    def send(body: bytes) -> None:
        barrier.wait()
        replies.append((editor.patch(location, 0, body), body))

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [body for reply, body in replies if reply.status == 204]
    assert len(good) == 1
    assert {reply.status for reply, _ in replies} <= {204, 409, 423}
    assert stored(server, good[0]) == good[0]


def stored(server: Server, body: bytes) -> bytes:
    """What stands among the originals under this content's hash."""
    return server.original(body).read_bytes()


def server_names(server: Server) -> dict[str, str]:
    return dict(server.query("SELECT id, filename FROM review_upload"))


def wait_for_size(server: Server, location: str, size: int) -> None:
    server.wait(lambda: server.part(location).stat().st_size >= size)
