"""Projects, people, sequences, assets, versions, tokens over the API."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_pipeline import api as pipeline
from media_pipeline.models import Job, Rendition
from media_pipeline.signals import media_changed
from review.access import Actor
from review.actions import comment_removal, comments, members
from review.models import AccessToken, AuditEntry, Comment, Event, Membership, Project, Role
from review.problems import Problem
from tests import factories

pytestmark = pytest.mark.django_db


def test_my_projects_with_my_role(cast, api):
    other = factories.project()
    (shown,) = api(cast.editor).get("/api/v1/projects").json()["data"]
    assert (shown["id"], shown["role"]) == (cast.project.pk, "editor")
    assert "upload" in shown["capabilities"]
    assert "manage_members" not in shown["capabilities"]
    site = api(factories.site_owner()).get("/api/v1/projects").json()["data"]
    assert {one["id"] for one in site} == {cast.project.pk, other.pk}
    assert {one["role"] for one in site} == {None}
    assert all("manage_project" in one["capabilities"] for one in site)


def test_read_only_token_keeps_only_the_seeing_capabilities(cast, api):
    _, secret = factories.token(cast.owner, scopes=["read"])
    shown = api(token=secret).get(f"/api/v1/projects/{cast.project.pk}").json()["data"]
    seeing = ["download_original", "download_proxy", "see_audit", "see_comments", "see_internal", "see_versions", "view"]
    assert shown["capabilities"] == seeing


def test_create_rename_archive(api):
    admin = factories.site_owner()
    client = api(admin)
    made = client.post("/api/v1/projects", {"name": "Feature"}, format="json").json()["data"]
    assert made["role"] == "owner"
    path = f"/api/v1/projects/{made['id']}"
    assert client.patch(path, {"name": "Renamed"}, format="json").json()["data"]["name"] == "Renamed"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get("/api/v1/projects").json()["data"] == []
    assert Project.objects.filter(pk=made["id"]).exists(), "the operator can restore it"
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["project.create", "project.update", "project.archive"]


class TestMembers:
    def test_somebody_with_an_account_is_added(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/members"
        body = {"email": cast.outsider.email.upper(), "role": "client"}
        added = api(cast.owner).post(path, body, format="json").json()["data"]
        assert added["invitation"] is None
        assert added["member"]["user"]["id"] == cast.outsider.pk
        assert api(cast.outsider).get(f"/api/v1/projects/{cast.project.pk}").status_code == 200
        again = api(cast.owner).post(path, body, format="json")
        assert (again.status_code, again.json()["code"]) == (409, "already_member")

    def test_anybody_else_gets_a_link_that_works(self, cast, api, client):
        path = f"/api/v1/projects/{cast.project.pk}/members"
        made = api(cast.owner).post(path, {"email": "new@example.org", "role": "client"}, format="json").json()["data"]
        assert made["member"] is None
        url = made["invitation"]["url"]
        assert url.startswith("http://review.example/invite/")
        (listed,) = api(cast.owner).get(f"/api/v1/projects/{cast.project.pk}/invitations").json()["data"]
        assert listed["email"] == "new@example.org"
        assert "url" not in listed
        link = url.removeprefix("http://review.example")
        assert client.get(link).status_code == 200
        assert api(cast.owner).delete(f"/api/v1/invitations/{listed['id']}").status_code == 204
        assert client.get(link).status_code == 404

    def test_addresses_are_for_those_who_manage(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/members"
        assert {one["email"] for one in api(cast.client).get(path).json()["data"]} == {None}
        assert None not in {one["email"] for one in api(cast.owner).get(path).json()["data"]}
        assert "@" not in str(list(Event.objects.values_list("payload", flat=True)))

    def test_one_owner_stays(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/members/{cast.owner.pk}"
        for answer in (api(cast.owner).patch(path, {"role": "client"}, format="json"), api(cast.owner).delete(path)):
            assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
        assert Membership.objects.get(user=cast.owner).role == Role.OWNER

    def test_leaving(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/members"
        assert api(cast.client).delete(f"{path}/{cast.editor.pk}").status_code == 403
        assert api(cast.client).delete(f"{path}/{cast.client.pk}").status_code == 204
        assert api(cast.client).get(path).status_code == 404


class TestSequencesAndAssets:
    def test_names_of_sequences_are_taken_once(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/sequences"
        assert api(cast.editor).post(path, {"name": "Reel 1"}, format="json").status_code == 201
        again = api(cast.editor).post(path, {"name": "Reel 1"}, format="json")
        assert (again.status_code, again.json()["code"]) == (409, "name_taken")
        second = api(cast.editor).post(path, {"name": "Reel 2"}, format="json").json()["data"]
        taken = api(cast.editor).patch(f"/api/v1/sequences/{second['id']}", {"name": "Reel 1"}, format="json")
        assert taken.json()["code"] == "name_taken"

    def test_a_sequence_of_another_project_does_not_exist(self, cast, api):
        foreign = factories.sequence(factories.project(cast.owner))
        path = f"/api/v1/projects/{cast.project.pk}/assets"
        answer = api(cast.owner).post(path, {"name": "sc020", "sequence_id": foreign.pk}, format="json")
        assert answer.status_code == 404

    def test_asset_shows_its_latest_version(self, cast, api):
        path = f"/api/v1/projects/{cast.project.pk}/assets"
        newest = factories.version(cast.asset)
        (shown,) = api(cast.client).get(path).json()["data"]
        assert (shown["version_count"], shown["latest_version"]["id"]) == (2, newest.pk)
        assert api(cast.editor).delete(f"/api/v1/versions/{newest.pk}").status_code == 204
        (shown,) = api(cast.client).get(path).json()["data"]
        assert (shown["version_count"], shown["latest_version"]["id"]) == (1, cast.version.pk)
        assert factories.version(cast.asset).number == 3, "numbers are never given again"

    def test_assets_carry_the_poster_of_their_latest_version(self, cast, api, django_assert_max_num_queries):
        path = f"/api/v1/projects/{cast.project.pk}/assets"
        (shown,) = api(cast.client).get(path).json()["data"]
        assert shown["latest_version"]["poster_url"] is None
        old = factories.rendition(cast.version.media, Rendition.Kind.POSTER, mime="image/jpeg", superseded_at=timezone.now())
        poster = factories.rendition(cast.version.media, Rendition.Kind.POSTER, mime="image/jpeg")
        with CaptureQueriesContext(connection) as for_one:
            (shown,) = api(cast.client).get(path).json()["data"]
        queries = len(for_one)
        url = shown["latest_version"]["poster_url"]
        assert url.startswith(f"/media/{cast.version.pk}/{poster.pk}/{poster.sha256[:16]}."), f"not {old.pk}"
        assert url == api(cast.client).get(f"/api/v1/versions/{cast.version.pk}/media").json()["data"]["poster_url"]
        for _ in range(3):
            factories.rendition(factories.version(factories.asset(cast.project)).media, Rendition.Kind.POSTER)
        with django_assert_max_num_queries(queries):
            assert len(api(cast.client).get(path).json()["data"]) == 4

    def test_deleted_things_are_gone_with_all_below(self, cast, api):
        comment = factories.comment(cast.version, cast.reviewer)
        assert api(cast.editor).delete(f"/api/v1/assets/{cast.asset.pk}").status_code == 204
        version = f"versions/{cast.version.pk}"
        for path in (f"assets/{cast.asset.pk}", version, f"{version}/comments", f"comments/{comment.pk}"):
            assert api(cast.owner).get(f"/api/v1/{path}").status_code == 404
        assert api(cast.owner).get(f"/api/v1/projects/{cast.project.pk}/assets").json()["data"] == []

    def test_moving_out_of_a_sequence(self, cast, api):
        sequence = factories.sequence(cast.project)
        path = f"/api/v1/assets/{cast.asset.pk}"
        assert (
            api(cast.editor).patch(path, {"sequence_id": sequence.pk}, format="json").json()["data"]["sequence_id"]
            == sequence.pk
        )
        assert api(cast.editor).patch(path, {"name": "x"}, format="json").json()["data"]["sequence_id"] == sequence.pk
        assert api(cast.editor).patch(path, {"sequence_id": None}, format="json").json()["data"]["sequence_id"] is None


def test_queries_of_lists_do_not_grow(cast, api):
    """Baselines: a list asks a fixed number of questions however long it is."""
    client = api(cast.owner)
    project = f"/api/v1/projects/{cast.project.pk}"
    paths = {
        "/api/v1/projects": 4,
        f"{project}/members": 5,
        f"{project}/sequences": 7,  # two of them for locks and who waits
        f"{project}/assets": 11,
        f"/api/v1/assets/{cast.asset.pk}/versions": 10,
        f"{project}/events": 5,
    }
    counts: dict[str, list[int]] = {path: [] for path in paths}
    for _ in range(2):
        for number in range(6):
            factories.version(cast.asset)
            other = factories.asset(cast.project, f"{timezone.now()}")
            factories.rendition(factories.version(other).media)
            factories.sequence(cast.project, f"{number} {timezone.now()}")
            factories.person_in(cast.project, Role.EDITOR)
            factories.project(cast.owner)
            comments.create_comment(Actor(cast.owner), cast.version.pk, text="x", frame=number)
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts[path].append(len(queries))
    assert all(first == second for first, second in counts.values()), counts
    assert all(counts[path][0] <= most for path, most in paths.items()), counts


class TestTokens:
    def test_make_use_revoke(self, cast, api):
        made = api(cast.editor).post("/api/v1/tokens", {"name": "Render farm"}, format="json").json()["data"]
        assert made["secret"].startswith("tp_")
        assert not AccessToken.objects.filter(secret_hash=made["secret"]).exists(), "only its hash is kept"
        client = api(token=made["secret"])
        assert client.get("/api/v1/me").json()["data"]["id"] == cast.editor.pk
        (listed,) = api(cast.editor).get("/api/v1/tokens").json()["data"]
        assert "secret" not in listed
        assert api(cast.editor).delete(f"/api/v1/tokens/{made['id']}").status_code == 204
        assert client.get("/api/v1/me").json()["code"] == "invalid_token"

    def test_cannot_begin_expired(self, cast, api):
        past = (timezone.now() - timedelta(minutes=1)).isoformat()
        answer = api(cast.editor).post("/api/v1/tokens", {"name": "x", "expires_at": past}, format="json")
        assert answer.json()["errors"][0]["field"] == "expires_at"

    def test_goes_with_its_person(self, cast, api):
        _, secret = factories.token(cast.editor)
        cast.editor.is_active = False
        cast.editor.save()
        assert api(token=secret).get("/api/v1/me").status_code == 401


class TestMedia:
    def test_status_and_jobs(self, cast, api):
        media = cast.version.media
        factories.rendition(media)
        job = factories.job(media, "renditions", "running", done_units=50, total_units=100, units_per_second=10.0)
        path = f"/api/v1/versions/{cast.version.pk}/media"
        shown = api(cast.client).get(path).json()["data"]
        assert (shown["state"], shown["frame_count"]) == ("reviewable", 1000)
        assert shown["rate"] == {"num": 24000, "den": 1001, "drop_frame": False}
        assert shown["duration"] == {"num": 1001, "den": 24}
        assert (shown["jobs"][0]["id"], shown["jobs"][0]["eta_seconds"]) == (job.pk, 5)
        assert shown["renditions"][0]["url"].startswith(f"/media/{cast.version.pk}/")
        assert api(cast.editor).post(f"{path}/cancel").status_code == 200
        job.refresh_from_db()
        assert job.cancel_requested or job.state == "cancelled"

    def test_the_tallest_rendition_comes_first(self, cast, api):
        for label, height in (("360p", 360), ("1080p", 1080), ("720p", 720)):
            factories.rendition(cast.version.media, label=label, height=height)
        factories.rendition(cast.version.media, Rendition.Kind.ORIGINAL, label="", height=240)
        shown = api(cast.client).get(f"/api/v1/versions/{cast.version.pk}/media").json()["data"]["renditions"]
        assert [(one["kind"], one["label"]) for one in shown] == [
            ("original", ""), ("proxy", "1080p"), ("proxy", "720p"), ("proxy", "360p"),
        ]  # fmt: skip

    @pytest.mark.parametrize("pk", ["\0", "a" * 5000, "\ud800"])
    def test_what_cannot_be_a_rendition_is_not_looked_up(self, cast, pk, django_assert_num_queries):
        with django_assert_num_queries(0):  # PostgreSQL answers some of them with an error
            assert pipeline.rendition(cast.version.media_id, pk) is None

    @pytest.mark.parametrize("pk", ["%00", "a" * 5000, "%F0%9F%8E%AC"])
    def test_such_an_address_is_not_found(self, cast, api, pk):
        answer = api(cast.client).get(f"/media/{cast.version.pk}/{pk}/0123456789abcdef.mp4")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_changes_become_an_event_in_each_project(self, cast):
        media = cast.version.media
        other = factories.version(factories.asset(factories.project()), media)
        factories.version(factories.asset(cast.project), media, deleted_at=timezone.now())
        media_changed.send(sender=Job, media_id=media.pk, what="indexed")
        events = Event.objects.filter(kind="media.changed").order_by("project_id")
        assert {event.project_id: event.payload["version_ids"] for event in events} == {
            cast.project.pk: [cast.version.pk],
            other.asset.project_id: [other.pk],
        }
        assert {event.payload["what"] for event in events} == {"indexed"}

    def test_no_event_without_its_change(self, cast):
        """The event is written in the change's own transaction."""
        from django.db import transaction

        with transaction.atomic():
            media_changed.send(sender=Job, media_id=cast.version.media_id, what="job")
            assert Event.objects.exists()
            transaction.set_rollback(True)
        assert not Event.objects.exists()


def at_once(*works):
    """Run in threads that start together; returns what each returned or raised."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number, work):
        try:
            barrier.wait(10)
            results[number] = work()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def on_disk(self):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite in memory is shared by one thread at a time; PostgreSQL runs this, durability both")

    def test_the_same_key(self):
        version = factories.version(factories.asset(factories.project()))
        author = version.created_by

        def say():
            return comments.create_comment(Actor(author), version.pk, text="x", frame=1, idempotency_key="k")[0].pk

        results = at_once(*[say] * 6)
        assert len(set(results)) == 1, results
        assert Comment.objects.count() == Event.objects.count() == 1

    def test_numbers_of_events(self):
        version = factories.version(factories.asset(factories.project()))
        author = version.created_by
        works = [lambda n=n: comments.create_comment(Actor(author), version.pk, text="x", frame=n) for n in range(8)]
        results = at_once(*works)
        assert not [one for one in results if isinstance(one, Exception)], results
        assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 9))

    def test_two_owners_cannot_remove_each_other(self):
        project = factories.project()
        first, second = project.created_by, factories.person_in(project, Role.OWNER)
        results = at_once(
            lambda: members.remove_member(Actor(first), project.pk, second.pk),
            lambda: members.remove_member(Actor(second), project.pk, first.pk),
        )
        assert Membership.objects.filter(project=project, role=Role.OWNER).count() == 1, results
        assert sum(isinstance(one, Exception) for one in results) == 1
        assert all(one is None or isinstance(one, Problem) or type(one).__name__ == "NotFound" for one in results), results

    def test_replies_and_changes_of_one_thread(self):
        """Neither waits for the other, and no reply is left under a deleted thread."""
        version = factories.version(factories.asset(factories.project()))
        author = version.created_by
        for _ in range(5):
            thread = comments.create_comment(Actor(author), version.pk, text="x", frame=1)[0]
            at_once(
                *[lambda pk=thread.pk: comments.create_comment(Actor(author), version.pk, text="r", parent_id=pk)] * 3,
                lambda pk=thread.pk: comments.update_comment(Actor(author), pk, frame=9),
                lambda pk=thread.pk: comment_removal.delete_comment(Actor(author), pk),
            )
            assert not Comment.objects.filter(parent=thread, deleted_at=None).exists()
            assert Comment.objects.get(pk=thread.pk).deleted_at is not None
