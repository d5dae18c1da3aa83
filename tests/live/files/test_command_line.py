"""`twopop` and its Python client against the running web server: a person's day, with what goes wrong in it."""

import json
import os
import stat
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.live.files.conftest import Server
from twopop import ApiError, Client, NotSignedIn, Unreachable, connection, signing_in, upload
from twopop.__main__ import main


@pytest.fixture
def twopop(server: Server, tmp_path, monkeypatch, capsys):
    """twopop("ls", "Film") → exit code, JSON lines of standard output, standard error. Signed in as the editor."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TWOPOP_URL", server.url)
    monkeypatch.setenv("TWOPOP_TOKEN", server.world["tokens"]["editor"])
    monkeypatch.setattr(connection, "PAUSES", (0.0,))

    def run(*arguments: str, code: int = 0):
        found = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        assert found == code, err
        return [json.loads(line) for line in out.splitlines()] if code < 2 else json.loads(err)

    return run


def index(server: Server, version_id: str) -> None:
    """As if the worker had counted the frames: a minute and a bit at 29.97 drop-frame, from one hour on."""
    server.change(
        "UPDATE media_pipeline_media SET frame_count=2000, rate_num=30000, rate_den=1001, variable_rate=0, drop_frame=1, "
        "start_frame=107892 WHERE id=(SELECT media_id FROM review_version WHERE id=?)",
        version_id,
    )


def test_from_upload_to_verification(server: Server, twopop, tmp_path, monkeypatch):
    assert twopop("whoami") == [{"id": twopop("whoami")[0]["id"], "name": "editor"}]
    assert [one["name"] for one in twopop("projects")] == ["Film"]

    film = tmp_path / "cli_film.mov"
    film.write_bytes(os.urandom(10_240))  # of nobody else: the server is shared with other tests
    monkeypatch.setattr(upload, "PART", 4096)
    (version,) = twopop("upload", str(film), "--project", "Film", "--name", "")
    assert (version["original_name"], version["number"]) == ("cli_film.mov", 1)
    assert server.original(film.read_bytes()).read_bytes() == film.read_bytes()
    assert not list((tmp_path / "state").rglob("*.upload"))
    (stack,) = [one for one in twopop("ls", "Film") if one["id"] == version["asset_id"]]
    assert stack["latest_version"] == version

    index(server, version["id"])
    page = version["url"]
    (made,) = twopop("comment", page, "Boom in shot", "--at", "01:00:59;28", "--frames", "30")
    assert (made["frame"], made["duration_frames"], made["timecode"]) == (1798, 30, "01:00:59;28")
    refused = twopop("comment", page, "Nowhere", "--at", "01:01:00;00", code=3)
    assert refused["code"] == "timecode_dropped"
    assert "01:00:59;29" in refused["remedy"]
    twopop("comment", page, "First", "--at", "0")
    assert [one["text"] for one in twopop("comments", page)] == ["First", "Boom in shot"]
    assert twopop("done", made["id"])[0]["completed_by"]["name"] == "editor"
    assert [one["text"] for one in twopop("comments", page, "--state", "open")] == ["First"]
    (exported,) = twopop("export", version["id"], "--program", "avid", "--start-tc", "00:00:00;00", "-o", str(tmp_path))
    assert [line.split("\t")[1] for line in Path(exported["path"]).read_text().splitlines()] == ["00:00:00;00", "00:00:59;28"]

    (paper,) = twopop("export", version["id"], "--program", "pdf", "-o", str(tmp_path))
    assert Path(paper["path"]).read_bytes().startswith(b"%PDF")
    edl = tmp_path / "back.edl"
    edl.write_text("001 A V C 00:00:00:00 00:00:00:01 01:00:10;00 01:00:10;01\nWire |C:ResolveColorRed |M:VFX |D:5\n")
    ((imported,),) = [told["created"] for told in twopop("import", page, str(edl))]
    assert (imported["frame"], imported["text"]) == (300, "VFX: Wire")
    twopop("done", imported["id"])

    assert twopop("check", version["id"], "--no-wait", code=1)[0]["state"] == "waiting"
    (approvals,) = twopop("approve", version["id"], "--up-to", "01:00:30;00")
    assert approvals["entries"][0]["up_to_timecode"] == "01:00:30;00"
    (verified,) = twopop("verify", str(film), "--project", "Film", code=1)
    assert (verified["result"], verified["version"]["id"]) == ("other_version", version["id"])

    client = Client(server.url, server.world["tokens"]["editor"])
    client.connection.json("POST", f"projects/{server.project}/sequences", {"name": "Reel 9"})
    assert twopop("lock", "Reel 9", "--project", "Film", "--note", "Recut")[0]["lock"]["note"] == "Recut"
    monkeypatch.setenv("TWOPOP_TOKEN", server.world["tokens"]["colleague"])
    assert twopop("lock", "Reel 9", "--project", "Film", code=3)["code"] == "sequence_locked"
    monkeypatch.setenv("TWOPOP_TOKEN", server.world["tokens"]["editor"])
    assert twopop("unlock", "Reel 9", "--project", "Film")[0]["lock"] is None

    events = twopop("watch", "Film", "--after", "0", "--until", "comment.created")
    assert events[-1]["payload"]["text"] == "Boom in shot"
    seen = twopop("watch", version["url"], "--after", "0", "--until", "comment.created")
    assert seen[-1] == events[-1]

    pages = list(client.comments(version["id"], page_size=1))
    assert [one.text for one in pages] == ["First", "VFX: Wire", "Boom in shot"], "the iterator follows links.next"
    assert asdict(pages[2].rate) == {"num": 30000, "den": 1001, "drop_frame": True}
    assert client.comment(pages[0].id).completed_at is None


def test_an_upload_goes_on_where_it_was_cut(server: Server, twopop, tmp_path, monkeypatch):
    film = tmp_path / "cli_cut.mov"
    film.write_bytes(b"a picture " * 2000)
    monkeypatch.setattr(upload, "PART", 4096)
    sent: list[int] = []
    send = connection.Connection.send

    def cut(self, method, path, body=None, **more):
        if method == "PATCH":
            sent.append(len(body))
            if len(sent) == 3:
                raise KeyboardInterrupt
            if len(sent) == 4:  # the answer to the first part of the second run is lost
                send(self, method, path, body, **more)
                raise Unreachable("cut")
        return send(self, method, path, body, **more)

    monkeypatch.setattr(connection.Connection, "send", cut)
    monkeypatch.setattr(upload, "PAUSE", 0.0)
    assert main(["upload", str(film), "--project", "Film", "--json"]) == 130
    (version,) = twopop("upload", str(film), "--project", "Film")
    assert server.original(film.read_bytes()).read_bytes() == film.read_bytes()
    assert sum(sent) - sent[2] == film.stat().st_size, "what had arrived was not sent again"
    assert version["original_name"] == "cli_cut.mov"


def test_signing_in_by_a_code(server: Server, twopop, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("TWOPOP_TOKEN")
    assert main(["whoami"]) == 4
    assert "twopop login" in capsys.readouterr().err

    def allow(seconds: float) -> None:
        server.change(
            "UPDATE review_devicelogin SET allowed=1, user_id=(SELECT id FROM review_user WHERE email='editor@example.org')"
        )

    monkeypatch.setattr(time, "sleep", allow)
    (me,) = twopop("login", server.url, "--scope", "read comment")
    assert me["name"] == "editor"
    kept = signing_in.settings_file()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert twopop("whoami") == [me]
    assert twopop("upload", str(kept), "--project", "Film", code=3)["code"] in ("forbidden", "not_found"), "not in its scopes"
    twopop("logout")
    assert not kept.exists()


def test_what_goes_wrong_has_its_own_exit_code(server: Server, twopop, monkeypatch):
    assert "Name it by" in twopop("ls", "Other film", code=3)["detail"]
    assert twopop("comments", "z" * 16, code=3)["code"] == "not_found"
    monkeypatch.setenv("TWOPOP_TOKEN", "tp_wrong")
    assert twopop("projects", code=4)["code"] == "invalid_token"
    monkeypatch.setenv("TWOPOP_URL", "http://127.0.0.1:9")
    assert "does not answer" in twopop("projects", code=5)["detail"]
    with pytest.raises(NotSignedIn):
        Client(server.url, "tp_wrong").me()
    with pytest.raises(Unreachable, match="stays here"):
        Client(server.url, "tp_x").connection.json("GET", "https://elsewhere.example/api/v1/me")
    with pytest.raises(ApiError):
        Client(server.url, server.world["tokens"]["editor"]).comment("z" * 16)
