"""Links that burn words into their pictures: guests get the marked copies, and nothing else that is larger than a thumbnail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from media_pipeline import api as pipeline
from media_pipeline import jobs
from media_pipeline.models import Job, Rendition
from media_pipeline.storage import get_storage
from review.access import Actor
from review.actions import shares, watermarks
from review.models import Share
from review.problems import Problem
from review.watermarks import mark_of
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
WISH = {"text": "Confidential", "viewer": False, "date": True, "place": "center", "opacity": 30}


@pytest.fixture
def shown(tmp_path, settings):
    """A version with a proxy, an original that plays and a poster, whose bytes are there."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    version = factories.version(factories.asset(factories.project()), factories.media(frame_count=100))
    for kind in ("original", "proxy", "poster", "sprites"):
        publish(version.media, kind)
    return version


def publish(media, kind, label=""):
    made = Rendition(media=media, kind=kind, label=label, sha256=f"{kind}{label}".ljust(64, "0"), size=4, mime="video/mp4")
    made.storage_key = f"derived/{media.pk}/{made.pk}.mp4"
    made.frame_count, made.width, made.height = 100, 640, 360
    path = get_storage().local_path(made.storage_key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"mark")
    made.save()
    return made


def status(client, version):
    answer = client.get(f"/api/v1/versions/{version.pk}/media")
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def fetched(client, version, made):
    return client.get(f"/media/{version.pk}/{made.pk}/{made.sha256[:16]}.mp4").status_code


def own_of(share, email=""):
    own = mark_of(share, email)
    assert own is not None
    return own


def made_for(share, media, email=""):
    own = own_of(share, email)
    return publish(media, "watermarked", own.mark.subject(own.owner))


def test_a_guest_is_given_the_marked_copies_alone(api, shown):
    """From the order, which the first look makes, to the copy; the original and the proxy are out of reach by every address."""
    rights = ["download_proxy", "comment"]
    share = factories.share(shown, rights=rights, watermark=WISH)
    guest = api(session=factories.guest(share))
    files = {one.kind: one for one in Rendition.objects.filter(media=shown.media)}

    first = status(guest, shown)
    assert (first["state"], first["renditions"], first["poster_url"]) == ("preparing", [], None)
    (job,) = Job.objects.filter(step="watermark")
    assert jobs.lanes_with_work() == ["watermark"], "behind no decode pass"
    assert [one["step"] for one in first["jobs"]] == ["prepare"], "not what is made, and for whom"
    assert job.order["mark"] == {
        "lines": ["Confidential", share.created_at.date().isoformat()],
        "place": "center",
        "opacity": 30,
    }
    assert status(guest, shown)["state"] == "preparing"
    assert Job.objects.filter(step="watermark").count() == 1, "asked twice, ordered once"
    assert {kind: fetched(guest, shown, one) for kind, one in files.items()} == {
        "original": 403, "proxy": 404, "poster": 404, "sprites": 200,
    }  # fmt: skip
    assert guest.get(f"/media/{shown.pk}/original").status_code == 403
    assert guest.get(f"/media/{shown.pk}/proxy").status_code == 404

    copy = made_for(share, shown.media)
    ready = status(guest, shown)
    assert [(one["id"], one["kind"], one["label"]) for one in ready["renditions"]] == [(copy.pk, "proxy", "360p")]
    assert (ready["state"], ready["poster_url"]) == ("ready", None)
    assert fetched(guest, shown, copy) == 200
    download = guest.get(f"/media/{shown.pk}/proxy")
    assert (download.status_code, copy.sha256 in download["ETag"]) == (200, True)

    other = api(session=factories.guest(factories.share(shown, rights=[], watermark=WISH)))
    plain = api(session=factories.guest(factories.share(shown, rights=[])))
    member = api(shown.created_by)
    assert [fetched(one, shown, copy) for one in (other, plain, member)] == [404, 404, 404], "it is nobody else's"
    assert [fetched(one, shown, files["proxy"]) for one in (other, plain, member)] == [404, 200, 200]
    assert all(one["kind"] != "watermarked" for one in status(member, shown)["renditions"])


def test_both_sides_of_a_comparison_are_the_links_own(api, shown):
    """With the right to see earlier versions each side is its marked copy, served for that version alone; without that right,
    and by a link without anything of this stack, the earlier one is not there at all."""
    newer = factories.version(shown.asset, factories.media(frame_count=100))
    publish(newer.media, "proxy")
    share = factories.share(shown.asset, rights=["see_versions"], watermark=WISH)
    guest = api(session=factories.guest(share))
    copies = {version: made_for(share, version.media) for version in (shown, newer)}
    for version, other in ((shown, newer), (newer, shown)):
        assert [one["id"] for one in status(guest, version)["renditions"]] == [copies[version].pk]
        assert fetched(guest, version, copies[version]) == 200
        assert fetched(guest, version, copies[other]) == 404, "of the other version"
        assert fetched(guest, version, Rendition.objects.get(media=version.media, kind="proxy")) == 404
    elsewhere = factories.version(factories.asset(shown.asset.project, "sc020"))
    newest_alone, stranger = (api(session=factories.guest(factories.share(one, rights=[]))) for one in (shown.asset, elsewhere))
    for client in (newest_alone, stranger):
        assert client.get(f"/api/v1/versions/{shown.pk}/media").status_code == 404
        assert [fetched(client, shown, one) for one in Rendition.objects.filter(media=shown.media)] == [404] * 5
    assert api().get(f"/api/v1/versions/{shown.pk}/media").status_code == 401
    for path in ("ghosts", "approvals", f"frame-map?from={newer.pk}", "reference", "checks"):
        assert guest.get(f"/api/v1/versions/{shown.pk}/{path}").status_code == 401, "what the team compares by"


def test_each_recipient_has_an_own_mark_and_none_stays_behind(api, shown):
    wish = {**WISH, "text": "", "viewer": True, "date": False}
    share = factories.share(shown, rights=[], recipients=["a@x.example", "b@x.example"], watermark=wish)
    guests = {email: api(session=factories.guest(share, email=email)) for email in share.recipients}
    copies = {email: made_for(share, shown.media, email) for email in share.recipients}
    for email, guest in guests.items():
        assert own_of(share, email).mark.lines == (email,)
        assert [one["id"] for one in status(guest, shown)["renditions"]] == [copies[email].pk]
    assert fetched(guests["a@x.example"], shown, copies["b@x.example"]) == 404

    def there():
        return set(Rendition.objects.filter(kind="watermarked", superseded_at=None).values_list("pk", flat=True))

    watermarks.sweep()
    assert there() == {one.pk for one in copies.values()}
    owner = Actor(user=shown.created_by)
    shares.update_share(owner, share.pk, recipients=["a@x.example"])
    assert there() == {copies["a@x.example"].pk}
    Share.objects.filter(pk=share.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    watermarks.sweep()
    assert there() == set()
    Share.objects.filter(pk=share.pk).update(expires_at=None)
    again = publish(shown.media, "watermarked", copies["a@x.example"].label)
    shares.revoke_share(owner, share.pk)
    assert again.pk not in there()
    assert not Job.objects.filter(step="watermark", state="queued").exists()


def test_the_longest_address_is_a_mark_too(api, shown):
    url, longest = f"/api/v1/projects/{shown.asset.project_id}/shares", f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.example"
    assert len(longest) == 255
    body = {"items": [{"version_id": shown.pk}], "watermark": {"viewer": True}}
    for email, code in ((longest, 400), (longest[1:], 201)):
        made = api(shown.created_by).post(url, {**body, "recipients": [email]}, format="json")
        assert made.status_code == code, made.content
    assert own_of(Share.objects.get(), longest[1:]).mark.lines == (longest[1:],)


def test_a_link_is_made_with_a_mark_that_can_be_drawn(api, shown):
    url = f"/api/v1/projects/{shown.asset.project_id}/shares"
    client = api(shown.created_by)
    body = {"items": [{"version_id": shown.pk}], "rights": [], "watermark": {"text": "For Anna"}}
    made = client.post(url, body, format="json")
    assert made.status_code == 201, made.content
    assert made.json()["data"]["watermark"] == {
        "text": "For Anna", "viewer": False, "date": False, "place": "tiled", "opacity": 20,
    }  # fmt: skip
    assert Job.objects.filter(step="watermark", state="queued").count() == 1, "made before anybody asks"
    for wrong, status_code in (
        ({"watermark": {"text": " "}}, 422),
        ({"watermark": {"text": "\U00012000"}}, 422),
        ({"rights": ["download_original"]}, 422),
        ({"watermark": {"text": "x", "opacity": 100}}, 400),
        ({"watermark": {"text": "x", "colour": "red"}}, 400),
    ):
        assert client.post(url, body | wrong, format="json").status_code == status_code, wrong
    gone = client.patch(f"/api/v1/shares/{made.json()['data']['id']}", {"watermark": None}, format="json")
    assert gone.json()["data"]["watermark"] is None
    assert not Job.objects.filter(step="watermark", state="queued").exists()


def test_a_failure_is_not_tried_for_ever(api, shown):
    share = factories.share(shown, rights=[], watermark=WISH)
    guest = api(session=factories.guest(share))
    status(guest, shown)
    Job.objects.filter(step="watermark").update(state=Job.State.FAILED_APP, error_code="crashed")
    told = status(guest, shown)
    assert (told["state"], told["jobs"][0]["error"]) == ("failed", None)
    assert Job.objects.filter(step="watermark").count() == 1
    assert pipeline.status([shown.media_id])[shown.media_id].state != "failed", "for everybody else nothing is wrong"
    with pytest.raises(Problem):
        shares.update_share(Actor(user=shown.created_by), share.pk, rights=["download_original"])
