"""`remove_deleted` beside a running server, on SQLite: two processes, the same content coming and going."""

import hashlib
from pathlib import Path

from tests.live.files.conftest import serving

REMOVE_FOR_EVER = """
from datetime import timedelta
from review.actions import removal
ago = timedelta(days=-1)
removed = 0
print("at it", flush=True)
while True:
    found = removal.removable(ago)
    for pk in found.version_ids:
        removal.remove_version(pk, ago)
    now = sum(removal.remove_media(pk) for pk in found.media_ids)
    now += sum(removal.remove_stray(stray) for stray in found.strays)
    if now:
        removed += now
        print(removed, flush=True)
"""


def test_content_that_comes_while_it_is_removed(prepared: Path, tmp_path: Path):
    body = hashlib.sha256(b"seed").digest() * 4000
    with serving(prepared, tmp_path / "data") as server:
        editor = server.by_session("editor")
        colleague = server.by_token("colleague")
        server._spawn("remover", "manage.py", "shell", "-v", "0", "-c", REMOVE_FOR_EVER)
        server.wait(lambda: "at it" in server.log("remover"), 30)
        for _ in range(8):
            version = editor.upload(body)
            answer = editor.request("GET", f"/media/{version}/original")
            assert (answer.status, hashlib.sha256(answer.body).digest()) == (200, hashlib.sha256(body).digest())
            assert colleague.request("DELETE", f"/api/v1/versions/{version}").status == 204
        server.wait(lambda: not server.query("SELECT * FROM media_pipeline_media"), 30)
        assert not server.original(body).exists()
        removed = [int(line) for line in server.log("remover").splitlines() if line.strip().isdigit()]
        assert removed[-1] > 0, "it has removed while others uploaded"
