"""Links that burn the name of a guest into their pictures: asked for at the door, one copy for each name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from media_pipeline.models import Job, Rendition
from review.actions import share_doors, share_names, watermarks
from review.guests import GUEST, PASSES, Guest
from review.models import AuditEntry, Share, SharePass, User
from review.problems import Problem
from review.selectors import shares as selected
from review.share_secrets import derived_secret
from tests import factories
from tests.review import test_watermarks
from tests.review.test_watermarks import WISH, fetched, made_for, own_of, status

pytestmark = pytest.mark.django_db(transaction=True)
WHO = {**WISH, "text": "Confidential", "viewer": True, "date": False}
shown = test_watermarks.shown


@pytest.fixture
def link(shown):
    return factories.share(shown, rights=["comment", "download_proxy"], watermark=WHO)


def comes(share, name=None, client=None, **given):
    """Whoever comes to the door; their browser, and how it was answered."""
    client = client or Client()
    answer = client.post(f"/s/{derived_secret(share)}", given if name is None else {**given, "name": name})
    return client, answer


def page(client, share):
    return client.get(f"/s/{derived_secret(share)}").content.decode()


def lines(share, name):
    return own_of(share, name).mark.lines


def test_the_door_asks_for_the_name(link):
    """Before anything of the picture is served; and by it the guest is known from then on."""
    client = Client()
    assert 'name="name"' in page(client, link)
    for given, told in ((None, None), (" \t", "Say first what you are called"), ("\U00012000", "No font has these letters")):
        _, answer = comes(link, given, client)
        assert answer.status_code in (409, 422)
        assert 'name="name"' in answer.content.decode()
        assert ('role="alert"' in answer.content.decode()) == (told is not None)
        assert told is None or told in answer.content.decode()
    assert (SharePass.objects.count(), Share.objects.get().uses) == (0, 0), "and no use is counted"
    _, answer = comes(link, "  Gita   Guest\u202e ", client)
    assert answer.status_code == 302
    one = SharePass.objects.get()
    assert one.guest is not None
    assert (one.burned_name, one.guest.name) == ("Gita Guest", "Gita Guest")
    assert "data-page" in page(client, link)
    assert client.get("/api/v1/guest").json()["data"]["name"] == "Gita Guest", "asked once"
    assert lines(link, one.burned_name) == ("Gita Guest", "Confidential")
    client.cookies.pop("sessionid")
    assert "data-page" in page(client, link), "nor is it asked again of a browser that lost its session"
    assert comes(link, None, client)[1].status_code == 302
    assert SharePass.objects.count() == 1


def test_nobody_gets_the_copy_of_another_guest(link, shown):
    """By no address, whatever they are called elsewhere; and each name has one copy, however many come with it."""
    gita, otto = (comes(link, name)[0] for name in ("Gita", "Otto"))
    assert status(gita, shown)["renditions"] == status(otto, shown)["renditions"] == []
    assert sorted(job.order["mark"]["lines"][0] for job in Job.objects.filter(step="watermark")) == ["Gita", "Otto"]
    copies = {name: made_for(link, shown.media, name) for name in ("Gita", "Otto")}
    same_name = comes(link, "Gita")[0]
    plain = comes(factories.share(shown))[0]
    for client, name in ((gita, "Gita"), (otto, "Otto"), (same_name, "Gita")):
        assert [one["id"] for one in status(client, shown)["renditions"]] == [copies[name].pk]
        served = {key: fetched(client, shown, copy) for key, copy in copies.items()}
        assert served == {key: 200 if key == name else 404 for key in copies}
        assert copies[name].sha256 in client.get(f"/media/{shown.pk}/proxy")["ETag"], "the download too"
    assert [fetched(plain, shown, copy) for copy in copies.values()] == [404, 404]
    assert Job.objects.filter(step="watermark").count() == 2
    renamed = otto.put("/api/v1/guest", {"name": "Gita"}, content_type="application/json")
    assert renamed.json()["data"]["name"] == "Gita"
    assert fetched(otto, shown, copies["Gita"]) == 404, "being called like somebody is not being them"
    assert fetched(otto, shown, copies["Otto"]) == 200, "what was burned in stays"


def test_the_burned_name_changes_when_that_is_asked(link, shown, settings):
    settings.ACCOUNT_RATE_LIMITS = {"share_name": "2/h/key"}
    gita, _ = comes(link, "Gita")
    old = made_for(link, shown.media, "Gita")
    watermarks.sweep()

    def renamed(name):
        return gita.put("/api/v1/guest", {"name": name, "in_watermark": True}, content_type="application/json")

    assert renamed("Gita Berg").status_code == 200
    assert SharePass.objects.get().burned_name == "Gita Berg"
    assert fetched(gita, shown, old) == 404
    watermarks.sweep()
    assert not Rendition.objects.filter(kind="watermarked", superseded_at=None).exists(), "nobody has the old name any more"
    assert AuditEntry.objects.filter(action="share.burn").count() == 2
    told = renamed("Gita C")
    assert (told.status_code, told.json()["code"]) == (429, "throttled"), "each name costs a copy"


def test_nobody_takes_the_name_in_anothers_pictures(link, shown):
    """Not by being renamed; and whoever comes to a browser after somebody else is asked at the door, before any picture."""
    otto, gita = (comes(link, name)[0] for name in ("Otto", "Gita"))
    wish = {"name": " Otto ", "in_watermark": True}
    told = gita.put("/api/v1/guest", wish, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "share_name_taken")
    told = gita.put("/api/v1/guest", {**wish, "name": "OTTO"}, content_type="application/json")
    assert told.json().get("code") == "share_name_taken", "nobody reads the difference in a picture"
    assert gita.get("/api/v1/guest").json()["data"]["name"] == "Gita", "nothing is changed by halves"
    assert otto.put("/api/v1/guest", wish, content_type="application/json").status_code == 200, "one's own is one's own"
    copy = made_for(link, shown.media, "Gita")
    assert fetched(gita, shown, copy) == 200
    assert gita.delete("/api/v1/guest").status_code == 204
    assert fetched(gita, shown, copy) == 401
    assert 'name="name"' in page(gita, link)
    assert comes(link, "Anna", gita)[1].status_code == 302
    assert fetched(gita, shown, copy) == 404
    assert Share.objects.get().uses == 2
    watermarks.sweep()
    assert not Rendition.objects.filter(pk=copy.pk, superseded_at=None).exists(), "nobody is called so any more"
    assert AuditEntry.objects.get(action="share.part").detail["in_watermark"] == "Gita"


def test_a_link_has_so_many_names(link, shown, monkeypatch):
    monkeypatch.setattr(share_names, "MOST_BURNED", 2)
    for name in ("Gita", "Otto", "Gita"):
        assert comes(link, name)[1].status_code == 302
    _, full = comes(link, "Anna")
    assert full.status_code == 409
    assert "Too many different people watch by this link" in full.content.decode()
    assert Share.objects.get().uses == 3
    copies = {name: made_for(link, shown.media, name) for name in ("Gita", "Otto")}
    SharePass.objects.filter(burned_name="Otto").update(last_seen_at=timezone.now() - selected.NAMES_KEPT - timedelta(hours=1))
    watermarks.sweep()
    there = set(Rendition.objects.filter(kind="watermarked", superseded_at=None).values_list("pk", flat=True))
    assert there == {copies["Gita"].pk}, "old ones are swept"
    assert comes(link, "Anna")[1].status_code == 302, "and make room"


def test_new_names_are_limited_by_address(link, settings):
    settings.ACCOUNT_RATE_LIMITS = {"share_name": "1/h/key"}
    assert [comes(link, name)[1].status_code for name in ("Gita", "Gita", "Otto")] == [302, 302, 429]
    told = comes(link, "Otto")[1]
    assert "tried too often" in told.content.decode()
    assert 'value="Otto"' in told.content.decode(), "nothing is to be typed again"


def test_who_is_in_already_is_asked_once_the_link_wants_names(link, shown):
    share = factories.share(shown, rights=[])
    client, _ = comes(share)
    assert status(client, shown)["jobs"] == []
    Share.objects.filter(pk=share.pk).update(watermark=WHO)
    assert client.get(f"/api/v1/versions/{shown.pk}/media").status_code == 401, "no picture without its mark"
    assert 'name="name"' in page(client, share)
    assert comes(share, "Gita", client)[1].status_code == 302
    assert SharePass.objects.get(share=share).burned_name == "Gita"
    share.refresh_from_db()
    session = factories.guest(share, name="Gita", burned_name="Gita")
    assert Guest(tuple(session[PASSES]), session[GUEST]).passes
    with pytest.raises(Problem, match="guest_name_missing"):
        share_doors.admit(share)
    assert User.objects.filter(is_guest=True).count() == 2
