"""Files of comments: what is taken, who may fetch it, as what it is served, and what the limited child makes of it."""

import io
import math
import struct
import wave
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from media_pipeline import enclosures, reaper, runner
from media_pipeline.core.sniff import sniff
from media_pipeline.models import Enclosure
from media_pipeline.storage import get_storage
from review.actions import attachments as actions
from review.models import Attachment, Event
from tests import factories

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def image_bytes(kind="PNG", size=(64, 48), **options):
    out = io.BytesIO()
    mode, colour = ("P", 1) if kind == "GIF" else ("RGB", (200, 30, 30))
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def sound_bytes(seconds=2, rate=8000):
    """A tone whose second half is twice as loud."""
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        count = seconds * rate
        loud = [8000 if n < count // 2 else 16000 for n in range(count)]
        writer.writeframes(b"".join(struct.pack("<h", int(a * math.sin(n * 0.3))) for n, a in enumerate(loud)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (image_bytes("PNG"), "image"),
        (image_bytes("JPEG"), "image"),
        (image_bytes("GIF"), "image"),
        (image_bytes("WEBP"), "image"),
        (b"%PDF-1.7\n", "pdf"),
        (sound_bytes(1), "audio"),
        (b"OggS\0\2", "audio"),
        (b"\x1aE\xdf\xa3\x01", "audio"),
        (b"\0\0\0\x1cftypM4A \0", "audio"),
        (b"ID3\4", "audio"),
        (b"\xff\xfb\x90", "audio"),
        (SVG, None),
        (b"<!doctype html>", None),
        (b"MZ\x90", None),
        (b"GIF8", None),
        (b"\0\0\0\x1cftypavif", None),
        (b"", None),
    ],
    ids=lambda value: repr(value[:10]) if isinstance(value, bytes) else str(value),
)
def test_kinds_are_told_by_bytes(head, kind):
    found = sniff(head[:64])
    assert (found.kind if found else None) == kind


@pytest.fixture
def home(tmp_path, settings, monkeypatch):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    monkeypatch.setenv("TWOPOP_WORKER_ID", "test")
    return tmp_path


@pytest.fixture
def send(cast, api, home):
    """send(person, bytes, name, status): the attachment, or the problem."""

    def post(person, content, name="still.png", status=201, kind="application/octet-stream"):
        url = f"/api/v1/versions/{cast.version.pk}/attachments?name={name}"
        answer = api(person).generic("POST", url, content, content_type=kind)
        assert answer.status_code == status, answer.content
        return answer.json()["data"] if status < 400 else answer.json()

    return post


@pytest.fixture
def say(cast, api):
    def post(person, status=201, **body):
        url = f"/api/v1/versions/{cast.version.pk}/comments"
        answer = api(person).post(url, {"text": "Look", "frame": 3, **body}, format="json")
        assert answer.status_code == status, answer.content
        return answer.json()["data"] if status < 400 else answer.json()

    return post


@pytest.fixture
def work(home, django_capture_on_commit_callbacks):
    """work(): what the worker does with all that waits, each file in a limited child of its own."""

    def drain():
        count = 0
        with django_capture_on_commit_callbacks(execute=True):
            while enclosures.run_next(runner.server()):
                count += 1
        return count

    yield drain
    runner.shut_down()


def body_of(answer):
    return b"".join(answer) if not answer.streaming else b"".join(chunk for chunk in answer)


@pytest.mark.django_db
class TestSending:
    def test_it_waits_for_its_comment(self, cast, api, send, say):
        sent = send(cast.reviewer, image_bytes(), "Frame 3.png")
        assert (sent["kind"], sent["state"], sent["name"]) == ("image", "preparing", "Frame 3.png")
        assert (sent["shown_url"], sent["thumb_url"]) == (None, None)
        for person, status in ((cast.reviewer, 200), (cast.owner, 404)):
            for path in (f"/api/v1/attachments/{sent['id']}", sent["original_url"]):
                assert api(person).get(path).status_code == status, "before it is attached it is its sender's alone"
        data = say(cast.reviewer, attachments=[sent["id"]])
        assert [one["id"] for one in data["attachments"]] == [sent["id"]]
        event = Event.objects.get(kind="comment.created")
        assert event.payload["attachments"] == data["attachments"]
        assert api(cast.client).get(sent["original_url"]).status_code == 200

    @pytest.mark.parametrize("content", [SVG, b"<html>", b"", b"MZ" + bytes(100)], ids=["svg", "html", "empty", "program"])
    def test_what_is_not_taken(self, cast, send, home, content):
        assert send(cast.reviewer, content, "picture.png", 415)["code"] == "attachment_type"
        assert not list((home / "media" / "enclosed").glob("*")), "nothing of it is left"

    def test_too_large(self, cast, send, home, settings):
        settings.ATTACHMENT_MAX_BYTES = 100
        assert send(cast.reviewer, image_bytes(), status=413)["code"] == "attachment_too_large"
        assert not list((home / "media" / "enclosed").glob("*"))

    def test_only_as_bytes(self, cast, send):
        assert send(cast.reviewer, image_bytes(), status=415, kind="image/png")["code"] == "unsupported_media_type"

    def test_no_more_than_can_be_used(self, cast, send, monkeypatch):
        monkeypatch.setattr(actions, "MOST_WAITING", 1)
        send(cast.reviewer, image_bytes())
        assert send(cast.reviewer, image_bytes(), status=409)["code"] == "attachment_limit"

    def test_only_ones_own_on_the_same_version(self, cast, api, send, say):
        sent = send(cast.reviewer, image_bytes())
        assert say(cast.editor, 422, attachments=[sent["id"]])["code"] == "attachment_unknown"
        other = factories.version(cast.asset)
        url = f"/api/v1/versions/{other.pk}/comments"
        answer = api(cast.reviewer).post(url, {"text": "x", "frame": 0, "attachments": [sent["id"]]}, format="json")
        assert answer.json()["code"] == "attachment_unknown"
        say(cast.reviewer, attachments=[sent["id"]])
        assert say(cast.reviewer, 422, attachments=[sent["id"]])["code"] == "attachment_unknown", "it has its comment"

    def test_taken_off_and_taken_back(self, cast, api, send, say, django_capture_on_commit_callbacks):
        first, second, unused = (send(cast.reviewer, image_bytes()) for _ in range(3))
        data = say(cast.reviewer, attachments=[first["id"], second["id"]])
        with django_capture_on_commit_callbacks(execute=True):
            url = f"/api/v1/comments/{data['id']}"
            changed = api(cast.reviewer).patch(url, {"attachments": [second["id"]]}, format="json").json()["data"]
            assert [one["id"] for one in changed["attachments"]] == [second["id"]]
            assert changed["edited_at"] is not None
            assert api(cast.reviewer).delete(f"/api/v1/attachments/{second['id']}").json()["code"] == "attachment_in_use"
            assert api(cast.reviewer).delete(f"/api/v1/attachments/{unused['id']}").status_code == 204
        assert Attachment.objects.count() == Enclosure.objects.count() == 1
        assert len(list(get_storage().keys("enclosed"))) == 1, "their files went too"
        assert api(cast.editor).patch(url, {"attachments": []}, format="json").status_code == 403

    def test_nobody_came_back_for_it(self, cast, send, say, django_capture_on_commit_callbacks):
        kept, left = send(cast.reviewer, image_bytes()), send(cast.reviewer, image_bytes())
        say(cast.reviewer, attachments=[kept["id"]])
        Attachment.objects.update(created_at=timezone.now() - actions.KEPT - timedelta(seconds=1))
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.remove_abandoned() == 1
        assert [row.pk for row in Attachment.objects.all()] == [kept["id"]]
        assert not get_storage().exists(f"enclosed/{left['id']}/original.bin")


@pytest.mark.django_db
class TestServing:
    def test_who_sees_the_comment_sees_its_files(self, cast, api, send, say):
        sent = send(cast.reviewer, b"%PDF-1.7 notes", "Notes.pdf")
        data = say(cast.reviewer, attachments=[sent["id"]], internal=True)
        url = sent["original_url"]
        for person, status in ((cast.editor, 200), (cast.client, 404), (cast.outsider, 404), (None, 401)):
            assert api(person).get(url).status_code == status
        nothing = api(cast.client).get("/media/attachments/2222222222222222/original")
        assert api(cast.client).get(url).content == nothing.content, "as if it did not exist"
        api(cast.reviewer).delete(f"/api/v1/comments/{data['id']}")
        assert api(cast.editor).get(url).status_code == 404

    def test_as_it_came_it_is_a_download_and_nothing_else(self, cast, api, send):
        content = b"%PDF-1.7\n<script>alert(1)</script>"
        answer = api(cast.reviewer).get(send(cast.reviewer, content, "Notiz ä.pdf")["original_url"])
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-cache" in answer["Cache-Control"]

    def test_there_are_no_other_parts(self, cast, api, send):
        base = send(cast.reviewer, b"%PDF-1.7")["original_url"].removesuffix("original")
        for part in ("shown", "thumb", "original.bin", "..", "anything"):
            assert api(cast.reviewer).get(base + part).status_code == 404


@pytest.mark.slow
@pytest.mark.django_db
class TestMaking:
    def test_an_image(self, cast, api, send, say, work, home):
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 6, "where it was taken"  # turned by a quarter; a description
        sent = send(cast.reviewer, image_bytes("JPEG", (600, 400), exif=exif), "photo.jpg")
        data = say(cast.reviewer, attachments=[sent["id"]])
        assert work() == 1
        shown = api(cast.client).get(f"/api/v1/comments/{data['id']}").json()["data"]
        (made,) = shown["attachments"]
        assert (made["state"], made["width"], made["height"]) == ("ready", 400, 600), "upright"
        assert shown["updated_at"] > data["updated_at"]
        assert Event.objects.filter(kind="comment.updated").count() == 1
        for url, longest in ((made["shown_url"], 600), (made["thumb_url"], 480)):
            files = enclosures.file(Enclosure.objects.get(), url.rpartition("/")[2])
            assert files is not None
            answer = api(cast.client).get(url)
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
            assert "Content-Disposition" not in answer
            with Image.open(files.path) as picture:
                assert max(picture.size) == longest
                assert b"where it was taken" not in files.path.read_bytes()
                assert not picture.getexif()

    def test_a_sound(self, cast, api, send, say, work):
        sent = send(cast.reviewer, sound_bytes(), "note.wav")
        say(cast.reviewer, attachments=[sent["id"]])
        assert work() == 1
        made = api(cast.client).get(f"/api/v1/attachments/{sent['id']}").json()["data"]
        assert made["state"] == "ready"
        assert made["duration"] == {"num": 2, "den": 1}
        assert len(made["peaks"]) == 80
        assert abs(made["peaks"][70] - 2 * made["peaks"][10]) < 6
        assert api(cast.client).get(made["shown_url"])["Content-Type"] == "audio/mp4"

    @pytest.mark.parametrize(
        "make",
        [
            lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
            lambda: image_bytes("JPEG")[:200],
            lambda: image_bytes("GIF", (9000, 9000)),
            lambda: b"OggS" + bytes(300),
            lambda: b"RIFF\x24\x00\x00\x00WAVEfmt ",
        ],
        ids=["noise", "cut", "bomb", "no-ogg", "no-wave"],
    )
    def test_a_damaged_one_says_so_and_stays_a_download(self, cast, api, send, work, make):
        sent = send(cast.reviewer, make())
        assert work() == 1
        made = api(cast.reviewer).get(f"/api/v1/attachments/{sent['id']}").json()["data"]
        assert made["state"] == "failed"
        assert made["error_code"]
        assert made["shown_url"] is None
        assert api(cast.reviewer).get(made["original_url"]).status_code == 200

    def test_one_that_kills_its_child_is_given_up(self, cast, api, send, work, monkeypatch):
        monkeypatch.setattr(enclosures, "_ask_child", lambda *_: None)
        sent = send(cast.reviewer, image_bytes())
        assert work() == enclosures.MAX_ATTEMPTS
        assert api(cast.reviewer).get(f"/api/v1/attachments/{sent['id']}").json()["data"]["state"] == "failed"

    def test_a_dead_workers_is_taken_up_again(self, cast, send, work):
        send(cast.reviewer, image_bytes())
        Enclosure.objects.update(state="running", token="x", attempts=1, lease_until=timezone.now() - timedelta(seconds=1))
        assert work() == 1
        assert Enclosure.objects.get().state == "ready"

    def test_strays_are_cleared_away(self, cast, send, home):
        send(cast.reviewer, image_bytes())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("media_pipeline.api.take_enclosure", _fail)
            send(cast.reviewer, image_bytes(), status=500)
        assert len(list(get_storage().keys("enclosed"))) == 2
        assert reaper.reap_enclosed(get_storage(), -5) == 1
        (kept,) = (key for key, _ in get_storage().keys("enclosed"))
        assert kept.split("/")[1] == Enclosure.objects.get().pk


def _fail(*_):
    raise RuntimeError
