"""Notifications by mail: to whom, when, once, saying what, and how they are stopped."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.test import Client
from django.utils import timezone
from PIL import Image

from review.access import Actor
from review.actions import approvals, comments, mail_choices, members
from review.models import Comment, Mail, MutedThread, Notification, Version
from review.notifications import mailing, spreading
from review.notifications.choices import QUIET, Choice, Choices
from review.notifications.mail_links import Letter, opened, sealed
from tests import factories

BASE = "https://review.example"


@pytest.fixture
def cast(cast: SimpleNamespace, settings: Any) -> SimpleNamespace:
    settings.PUBLIC_URL = BASE
    Version.objects.update(created_by=cast.editor)
    spreading.spread()
    return cast


def say(cast: SimpleNamespace, who: Any, text: str, **fields: Any) -> Comment:
    where: dict[str, Any] = {} if "parent_id" in fields else {"frame": 5}
    return comments.create_comment(Actor(who), cast.version.pk, text=text, **where, **fields)[0]


def later(by: timedelta) -> None:
    """Let time pass: what is due then is due now."""
    Notification.objects.exclude(mail_at=None).update(mail_at=F("mail_at") - by)
    Mail.objects.update(next_at=F("next_at") - by, created_at=F("created_at") - by)


def work() -> list[Any]:
    """What the worker does; the mails that it sent."""
    before = len(outbox.outbox)
    spreading.spread()
    mailing.gather()
    mailing.deliver(most=20)
    return outbox.outbox[before:]


def choose(who: Any, **what: Any) -> None:
    mail_choices.choose(Actor(who), **what)
    who.refresh_from_db()


class TestWhen:
    """Pure: the moment of a mail."""

    now = datetime(2026, 3, 28, 21, 17, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("choices", "due"),
        [
            (Choices(), now + QUIET),
            (Choices(Choice(pace="hourly")), datetime(2026, 3, 28, 22, tzinfo=UTC)),
            # The night to March 29 is the one in which Berlin's clocks change: eight o'clock is 07:00 UTC before, 06:00 then.
            (Choices(Choice(pace="daily"), time_zone="Europe/Berlin"), datetime(2026, 3, 29, 6, tzinfo=UTC)),
            (Choices(Choice(pace="daily"), hour=23, time_zone="Europe/Berlin"), datetime(2026, 3, 28, 22, tzinfo=UTC)),
            (Choices(Choice(pace="daily")), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # Tokyo, the server's
            (Choices(Choice(pace="daily"), time_zone="Nowhere/Land"), datetime(2026, 3, 29, 8, tzinfo=UTC)),
            (Choices(Choice(), {"p": Choice(pace="hourly")}), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        ],
    )
    def test_due(self, choices, due):
        assert choices.due("p", self.now, server_zone="Asia/Tokyo") == due

    def test_what_is_kept_is_read_back_and_nonsense_is_the_default(self):
        made = Choices(Choice("everything", "daily"), {"p": Choice("nothing", "instant")}, 7, "Asia/Tokyo")
        assert Choices.of({"mail": made.stored()}) == made
        assert Choices.of({"mail": {"everywhere": {"about": "shouting"}}}) == Choices()


pytestmark = pytest.mark.django_db


def test_what_follows_quickly_is_one_mail_that_lands_on_the_frame(cast):
    first = say(cast, cast.reviewer, "The bell is late")
    assert work() == [], "it is quiet for a minute first"
    for text in ("Two frames", "I hear it too", "Now <b>fixed</b> & done"):
        last = say(cast, cast.client, text, parent_id=first.pk)
    assert work() == []
    later(QUIET)
    (message,) = work()
    assert work() == []
    assert message.to == [cast.reviewer.email]
    assert message.subject == "[Feature] client replied in your thread · sc010 v1 · 01:00:00:05"
    link = f"{BASE}/v/{cast.version.pk}?frame=5&comment={last.pk}"
    assert link in message.body
    assert "Two frames" in message.body
    assert "Now <b>fixed</b> & done" in message.body
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert link.replace("&", "&amp;") in html
    assert "Now &lt;b&gt;fixed&lt;/b&gt; &amp; done" in html
    assert 'name="color-scheme" content="light dark"' in html
    assert len(html) < 6000
    assert "<script" not in html
    assert 'src="http' not in html, "no open address of a picture"
    assert Mail.objects.filter(state="sent").count() == 1


def test_while_more_and_more_happens_somebody_hears_of_it_at_last(cast):
    first = say(cast, cast.reviewer, "x")
    say(cast, cast.client, "one", parent_id=first.pk)
    spreading.spread()
    later(QUIET + mailing.LONGEST_QUIET)
    say(cast, cast.client, "two", parent_id=first.pk)
    (message,) = work()
    assert "one" in message.body
    assert "two" in message.body


def test_what_was_read_or_hidden_or_left_meanwhile_is_not_told(cast):
    first = say(cast, cast.client, "x")
    said = say(cast, cast.editor, "A slip of the tongue", parent_id=first.pk)
    spreading.spread()
    comments.update_comment(Actor(cast.editor), said.pk, internal=True)
    later(QUIET)
    assert work() == []
    say(cast, cast.editor, "@reviewer read this", parent_id=first.pk)
    spreading.spread()
    Notification.objects.filter(user=cast.reviewer).update(read_at=timezone.now())
    later(QUIET)
    assert [one.to for one in work()] == [[cast.client.email]]
    say(cast, cast.editor, "@client once more", parent_id=first.pk)
    spreading.spread()
    members.remove_member(Actor(cast.owner), cast.project.pk, cast.client.pk)
    later(QUIET)
    assert work() == []
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent", "empty"}


def test_choices_decide_also_at_the_last_moment(cast):
    say(cast, cast.reviewer, "On the editor's version")
    later(QUIET)
    assert work() == [], "not personal: only for those who want everything"
    choose(cast.editor, about="everything")
    say(cast, cast.reviewer, "Again")
    spreading.spread()
    later(QUIET)
    assert len(work()) == 1
    say(cast, cast.reviewer, "And again")
    spreading.spread()
    choose(cast.editor, project_id=cast.project.pk, about="nothing")
    later(QUIET)
    assert work() == []
    choose(cast.editor, project_id=cast.project.pk, about=None, pace=None)
    assert Choices.of(cast.editor.preferences).projects == {}


def test_a_digest_comes_at_its_hour_and_tells_all(cast):
    choose(cast.client, pace="hourly")
    for number in range(3):
        say(cast, cast.reviewer, f"@client {number}")
    assert work() == []
    later(timedelta(hours=1))
    (message,) = work()
    assert message.subject == "[Feature] 3 new things"
    assert re.findall(r"@client \d", message.body) == ["@client 0", "@client 1", "@client 2"]


def test_headers_let_a_mail_program_unsubscribe_with_one_click(cast):
    say(cast, cast.reviewer, "@client look")
    spreading.spread()
    later(QUIET)
    (message,) = work()
    headers = message.extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    link = headers["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{BASE}/mail/")
    browser = Client(enforce_csrf_checks=True)
    path = link.removeprefix(BASE)
    assert browser.get(path).status_code == 200
    cast.client.refresh_from_db()
    assert Choices.of(cast.client.preferences).projects == {}, "looking changes nothing"
    answer = browser.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    cast.client.refresh_from_db()
    assert Choices.of(cast.client.preferences).of_project(cast.project.pk).about == "nothing"
    assert browser.post(path, {"what": "again:project"}).status_code == 200
    assert browser.post(path, {"what": "everything"}).status_code == 200
    cast.client.refresh_from_db()
    assert Choices.of(cast.client.preferences).everywhere.about == "nothing"
    assert browser.post(path, {"what": "thread"}).status_code == 400, "this letter is about none"
    assert browser.get(f"{path}x").status_code == 404
    assert opened(sealed(Letter("a", "b", "comment:c"))) == Letter("a", "b", "comment:c")


def test_a_muted_thread_is_silent_but_for_mentions(cast, api):
    first = say(cast, cast.reviewer, "x")
    spreading.spread()
    letter = sealed(Letter(cast.reviewer.pk, cast.project.pk, f"comment:{first.pk}"))
    assert Client().post(f"/mail/{letter}", {"what": "thread"}).status_code == 200
    say(cast, cast.client, "Nobody hears", parent_id=first.pk)
    spreading.spread()
    assert not Notification.objects.filter(user=cast.reviewer).exists()
    say(cast, cast.client, "@reviewer hears", parent_id=first.pk)
    spreading.spread()
    assert Notification.objects.get(user=cast.reviewer).kind == "mention"
    assert Client().post(f"/mail/{letter}", {"what": "again:thread"}).status_code == 200
    assert not MutedThread.objects.exists()
    path = f"/api/v1/me/muted-threads/comment:{first.pk}"
    assert api(cast.reviewer).put(path).status_code == 204
    assert api(cast.reviewer).get("/api/v1/me/mail").json()["data"]["muted"] == 1
    inbox = "/api/v1/me/notifications"
    [line] = api(cast.reviewer).get(inbox, {"muted": "true"}).json()["data"]
    assert (line["thread"], line["muted"]) == (f"comment:{first.pk}", True)
    assert not api(cast.client).get(inbox, {"muted": "true"}).json()["data"], "what others mute is theirs"
    assert api(cast.reviewer).delete(path).status_code == 204
    assert not api(cast.reviewer).get(inbox, {"muted": "true"}).json()["data"]
    assert [line["muted"] for line in api(cast.reviewer).get(inbox).json()["data"]] == [False]
    assert api(cast.outsider).put(path).status_code == 404


def test_a_dead_mail_server_stops_nothing_and_loses_nothing(cast, monkeypatch):
    tried = []

    def away(self, messages):
        tried.append(messages)
        raise ConnectionRefusedError("no server")

    say(cast, cast.reviewer, "@client @version_controller look")
    spreading.spread()
    later(QUIET)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        assert work() == []
        assert (len(tried), Mail.objects.filter(state="waiting").count()) == (1, 2), "one is tried, all wait"
        assert work() == []
        assert len(tried) == 1
        later(mailing.AWAY)
        work()
        assert len(tried) == 2
    later(mailing.AWAY)
    assert len(work()) == 2
    assert work() == []


@pytest.mark.parametrize(("code", "state"), [(550, "failed"), (451, "waiting")])
def test_a_refusal_is_repeated_only_if_it_is_not_for_good(cast, monkeypatch, code, state):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({"x@example.org": (code, b"no")})

    say(cast, cast.reviewer, "@client look")
    spreading.spread()
    later(QUIET)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        work()
        assert Mail.objects.get().state == state
        for pause in mailing.PAUSES:
            later(pause)
            work()
    assert Mail.objects.get().state == "failed"


def test_a_worker_that_died_while_sending_is_followed_under_the_same_id(cast, monkeypatch):
    say(cast, cast.reviewer, "@client look")
    spreading.spread()
    later(QUIET)
    with monkeypatch.context() as broken:
        broken.setattr(mailing, "_ended", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work()
    assert work() == [], "somebody may still be at it"
    later(mailing.LOST_AFTER)
    work()
    first, second = outbox.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_the_still_of_the_frame_goes_along_inside(cast, monkeypatch):
    asked = []

    def still(media, frame, *, overlay, jpeg_width):
        with Image.open(BytesIO(overlay)) as drawn:
            asked.append((media.pk, frame, jpeg_width, drawn.size, drawn.getpixel((0, 0)), drawn.getpixel((300, 200))))
        return b"\xff\xd8\xff"

    monkeypatch.setattr("media_pipeline.api.still", still)
    monkeypatch.setattr("review.selectors.media.upright_size", lambda version: (640, 360))
    line = {"tool": "line", "color": "#ff0000", "width": 16_000}
    shapes = [{**line, "frame": 5, "points": [20_000, 36_408, 60_000, 36_408]}, {**line, "frame": 6, "points": [0, 0, 9, 9]}]
    say(cast, cast.reviewer, "@client look", duration_frames=2, annotation={"v": 1, "shapes": shapes})
    approvals.ask(Actor(cast.owner), cast.version.pk, user_id=cast.client.pk)
    spreading.spread()
    later(QUIET)
    message = next(one for one in work() if one.to == [cast.client.email])
    assert asked == [(cast.version.media_id, 5, 480, (640, 360), (0, 0, 0, 0), (255, 0, 0, 255))], "what is drawn on that frame"
    whole = message.message().as_string()
    assert "multipart/related" in whole
    assert "Content-ID: <frame1@twopop>" in whole
    assert "cid:frame1@twopop" in message.alternatives[0][0]


def test_without_an_address_of_its_own_or_to_nobody_nothing_is_sent(cast, settings):
    settings.PUBLIC_URL, settings.EMAIL_HOST = "", "smtp.example"
    say(cast, cast.reviewer, "@client look")
    spreading.spread()
    later(QUIET)
    assert work() == []
    settings.PUBLIC_URL = BASE
    cast.client.email = "maya@demo.invalid"
    cast.client.save()
    say(cast, cast.reviewer, "@client look again")
    spreading.spread()
    later(QUIET)
    assert work() == []
    assert not mailing.work_waits()


def test_german_mails(cast):
    cast.client.preferences = {"language": "de"}
    cast.client.save()
    say(cast, cast.reviewer, "@client look")
    spreading.spread()
    later(QUIET)
    (message,) = work()
    assert "erwähnt Sie" in message.subject
    assert "Stummschalten" in message.body


def test_the_settings_over_the_api(cast, api):
    client = api(cast.client)
    first = client.get("/api/v1/me/mail").json()["data"]
    assert (first["about"], first["pace"], first["hour"], first["projects"][0]["own"]) == ("personal", "instant", 8, False)
    change = {"project_id": cast.project.pk, "about": "everything", "pace": "daily"}
    (project,) = client.patch("/api/v1/me/mail", change, format="json").json()["data"]["projects"]
    assert (project["own"], project["about"], project["pace"]) == (True, "everything", "daily")
    for wrong in ({"time_zone": "Mars"}, {"hour": 24}, {"about": None}, {"about": "shouting"}):
        assert client.patch("/api/v1/me/mail", wrong, format="json").status_code == 400
    other = factories.project()
    assert client.patch("/api/v1/me/mail", {"project_id": other.pk, "about": "nothing"}, format="json").status_code == 404
    assert (
        client.patch("/api/v1/me/mail", {"time_zone": "Europe/Berlin"}, format="json").json()["data"]["time_zone"]
        == "Europe/Berlin"
    )
