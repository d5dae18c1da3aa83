# mypy: disable-error-code="func-returns-value"
"""For every kind of event: what a client has after applying it equals what it would fetch afresh.

`apply` is the reference of how a client applies events; docs/architecture.md ("Socket") says the same in words.
"""

import copy
import itertools
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from media_pipeline.models import Job
from media_pipeline.signals import media_changed
from review import events
from review.access import Actor
from review.actions import (
    approvals,
    assets,
    comment_removal,
    comments,
    deliveries,
    labels,
    locks,
    markers,
    members,
    projects,
    reactions,
    sequences,
    sessions,
    share_doors,
    share_names,
    shares,
    specs,
    versions,
)
from review.guests import GUEST, Guest
from review.models import Event, Role, SequenceLock, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
State = dict[str, dict[str, Any]]
PER_PERSON = {"can", "email", "role", "capabilities"}


class Viewer:
    """A client with its own state, which it only changes by events."""

    def __init__(self, user: User, project_id: str) -> None:
        self.user, self.project_id = user, project_id
        self.http = APIClient()
        self.http.force_login(user)
        self.state = self.fetch()
        self.seq = Event.objects.filter(project_id=project_id).count()

    def get(self, path: str) -> Any:
        answer = self.http.get(f"/api/v1/{path}?page_size=200")
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    def fetch(self) -> State:
        inside = f"projects/{self.project_id}"
        assets = self.get(f"{inside}/assets")
        versions = [one for asset in assets for one in self.get(f"assets/{asset['id']}/versions")]
        said = [one for version in versions for one in self.get(f"versions/{version['id']}/comments")]
        project = {key: value for key, value in self.get(inside).items() if key not in PER_PERSON}
        return {
            "project": {project["id"]: project},
            "sequence": {one["id"]: one for one in self.get(f"{inside}/sequences")},
            "session": {one["id"]: one for one in self.get(f"{inside}/sessions")},
            "label": {one["id"]: one for one in self.get(f"{inside}/labels")},
            "spec": {self.project_id: self.get(f"{inside}/spec")},
            "protocol": {self.project_id: self.get(f"{inside}/protocol")},
            "marker": {one["id"]: one for pk in versions for one in self.get(f"versions/{pk['id']}/markers")},
            "policy": {self.project_id: self.get(f"{inside}/approval-policy")},
            "delivery": {one["id"]: one for one in self.get(f"{inside}/deliveries")},
            "approvals": {pk["id"]: self.get(f"versions/{pk['id']}/approvals")["entries"] for pk in versions},
            "asset": {one["id"]: one for one in assets},
            "version": {one["id"]: one for one in versions},
            "comment": {one["id"]: {k: v for k, v in one.items() if k not in PER_PERSON} for one in said},
            "member": {
                one["user"]["id"]: {k: v for k, v in one.items() if k != "email"} for one in self.get(f"{inside}/members")
            },
        }

    def catch_up(self) -> list[str]:
        answer = self.http.get(f"/api/v1/projects/{self.project_id}/events?after={self.seq}").json()
        for event in answer["data"]:
            assert event["seq"] == self.seq + 1
            self.seq = event["seq"]
            self.apply(event["kind"], event["payload"])
        return [event["kind"] for event in answer["data"]]

    def apply(self, kind: str, payload: dict[str, Any]) -> None:
        concept, _, what = kind.partition(".")
        # These only tell: how the sequence is now says sequence.updated, and who is there the socket of the session. Links are
        # listed on no page that is kept so.
        if kind in ("hidden", "lock.asked", "lock.freed", "session.attended") or concept == "share":
            return
        if kind == "guest.renamed":
            self.rename(self.state, payload)
            return
        if kind == "media.changed":
            for version_id in payload["version_ids"]:
                self.state["version"][version_id]["media_state"] = payload["state"]
            for asset in self.state["asset"].values():
                if asset["latest_version"] and asset["latest_version"]["media_id"] == payload["media_id"]:
                    asset["latest_version"]["media_state"] = payload["state"]
            return
        if kind == "checks.changed":
            self.state["version"][payload["version_id"]]["checks"] = payload["checks"]
            for asset in self.state["asset"].values():
                if asset["latest_version"] and asset["latest_version"]["id"] == payload["version_id"]:
                    asset["latest_version"]["checks"] = payload["checks"]
            return
        if concept == "member" or kind == "spec.updated":  # the protocol names who has not acknowledged it
            self.state["protocol"] = {self.project_id: self.get(f"projects/{self.project_id}/protocol")}
        if kind == "approvals.changed":
            self.state["approvals"][payload["version_id"]] = self.get(f"versions/{payload['version_id']}/approvals")["entries"]
            return
        if kind == "version.created":
            self.state["approvals"][payload["id"]] = []
        if concept == "member" and payload["user"]["id"] == self.user.pk:
            self.state = self.fetch()  # what one may see has changed
            return
        key = payload["user"]["id"] if concept == "member" else payload.get("id", self.project_id)
        if what != "deleted":
            self.state[concept][key] = copy.deepcopy(payload)
        else:
            self.state[concept].pop(key, None)
        self.follow(kind, key, payload)

    def rename(self, there: Any, person: dict[str, Any]) -> None:
        """Wherever that person stands."""
        if isinstance(there, dict) and there.get("id") == person["id"]:
            there["name"] = person["name"]
        for below in there.values() if isinstance(there, dict) else there if isinstance(there, list) else ():
            self.rename(below, person)

    def follow(self, kind: str, key: str, payload: dict[str, Any]) -> None:
        """What else an event implies."""
        versions, said = self.state["version"], self.state["comment"]
        if kind == "sequence.deleted":
            for asset in self.state["asset"].values():
                asset["sequence_id"] = None if asset["sequence_id"] == key else asset["sequence_id"]
        if kind == "label.deleted":
            for comment in said.values():
                comment["labels"] = [one for one in comment["labels"] if one != key]
        if kind == "asset.updated":
            for version in versions.values():
                version["asset_name"] = payload["name"] if version["asset_id"] == key else version["asset_name"]
            for session in self.state["session"].values():
                session["asset_name"] = payload["name"] if session["asset_id"] == key else session["asset_name"]
        if kind == "asset.deleted":
            self.state["version"] = versions = {pk: one for pk, one in versions.items() if one["asset_id"] != key}
        if kind in ("asset.deleted", "version.deleted"):
            self.state["approvals"] = {pk: one for pk, one in self.state["approvals"].items() if pk in versions}
            for below in ("comment", "marker", "session"):
                self.state[below] = {pk: one for pk, one in self.state[below].items() if one["version_id"] in versions}


def test_state_after_events_equals_a_fresh_fetch():
    project = factories.project()
    owner = Actor(project.created_by)
    insider, client = (factories.person_in(project, role) for role in (Role.EDITOR, Role.CLIENT))
    leaver = factories.user("Leaver")
    viewers = [Viewer(person, project.pk) for person in (project.created_by, insider, client)]
    seen: set[str] = set()

    turn = itertools.cycle([one for viewer in viewers for one in (viewer, *[None] * 6)])  # a fetch is some twenty requests

    def then(result: Any) -> Any:
        """After each action everybody applies its events; after every seventh the state of one must be what they would fetch;
        `everybody` is looked at before things go, as what goes wrong is gone with them."""
        for one in viewers:
            seen.update(one.catch_up())
        if viewer := next(turn):
            same(viewer)
        return result

    def same(viewer: Viewer) -> None:
        assert viewer.state == viewer.fetch(), viewer.user.name

    def everybody() -> None:
        for viewer in viewers:
            same(viewer)

    say: dict[str, Any] = {"text": "x"}
    reel = then(sequences.create_sequence(owner, project.pk, name="Reel 1"))
    then(sequences.update_sequence(owner, reel.pk, name="Reel one", position=3))
    asset = then(assets.create_asset(owner, project.pk, name="sc010", sequence_id=reel.pk))
    media = factories.media()
    first, _ = then(versions.create_version(owner, asset.pk, media=media, original_name="a.mov"))
    second, _ = then(versions.create_version(owner, asset.pk, media=factories.media(), original_name="b.mov"))
    then(versions.update_version(owner, second.pk, note="Graded"))
    then(assets.update_asset(owner, asset.pk, name="sc020"))
    job = factories.job(second.media)
    then(media_changed.send(sender=Job, media_id=second.media_id, what="job"))
    Job.objects.filter(pk=job.pk).update(state="failed_user")
    then(media_changed.send(sender=Job, media_id=second.media_id, what="job"))

    comment, _ = then(comments.create_comment(owner, second.pk, frame=5, **say))
    reply, _ = then(comments.create_comment(Actor(client), second.pk, parent_id=comment.pk, **say))
    then(comments.update_comment(owner, comment.pk, text="y"))
    then(comments.update_comment(owner, comment.pk, frame=7, duration_frames=3))
    then(comments.update_comment(Actor(insider), comment.pk, completed=True))
    then(comments.update_comment(owner, comment.pk, internal=True))
    assert comment.pk in viewers[1].state["comment"]
    assert not viewers[2].state["comment"], "the client lost sight of the thread, its own reply included"
    then(comments.update_comment(owner, comment.pk, text="z"))
    then(comments.update_comment(owner, comment.pk, internal=False))
    then(comments.update_comment(owner, reply.pk, internal=False))
    assert set(viewers[2].state["comment"]) == {comment.pk, reply.pk}
    sound = then(labels.create_label(owner, project.pk, name="Sound", colour="#ff0000"))
    picture = then(labels.create_label(owner, project.pk, name="Picture", colour="#00ff00"))
    then(labels.update_label(owner, sound.pk, name="Dialogue"))
    then(comments.update_comment(owner, comment.pk, labels=[sound.pk, picture.pk], text="@client and @editor"))
    assert len(viewers[2].state["comment"][comment.pk]["mentions"]) == 2
    then(labels.delete_label(owner, picture.pk))
    assert viewers[2].state["comment"][comment.pk]["labels"] == [sound.pk]
    then(reactions.set_reaction(Actor(client), comment.pk, "heart", there=True))
    then(reactions.set_reaction(owner, comment.pk, "heart", there=True))
    then(reactions.set_reaction(owner, comment.pk, "heart", there=False))
    everybody()
    then(comment_removal.delete_comment(owner, comment.pk))
    assert not viewers[2].state["comment"]
    then(comment_removal.restore_comment(owner, comment.pk))
    assert set(viewers[2].state["comment"]) == {comment.pk, reply.pk}, "the replies that went with it come back too"
    hidden, _ = then(comments.create_comment(owner, second.pk, frame=5, internal=True, **say))
    everybody()
    then(members.change_role(owner, project.pk, client.pk, role=Role.REVIEWER))
    assert hidden.pk in viewers[2].state["comment"], "a new role shows what it may see"
    then(members.change_role(owner, project.pk, client.pk, role=Role.CLIENT))
    then(comment_removal.delete_comment(owner, hidden.pk))
    then(comment_removal.delete_comment(owner, comment.pk))

    chapter = then(markers.create_marker(owner, second.pk, kind="chapter", frame=5))
    then(markers.update_marker(owner, chapter.pk, label="Titles"))
    passing = then(markers.create_marker(owner, second.pk, kind="custom", frame=6))
    then(markers.delete_marker(owner, passing.pk))
    pattern: dict[str, Any] = {"naming_pattern": "{project}_v{version}", "proxies_by": "server"}
    then(specs.revise_spec(owner, project.pk, technical={"preset": "hd-25"}, **pattern))
    then(specs.revise_protocol(owner, project.pk, text="Ours"))
    then(specs.acknowledge(Actor(client), project.pk, revision=1))

    then(approvals.ask(owner, first.pk, user_id=client.pk))
    then(approvals.decide(Actor(client), first.pk, decision="approved", up_to_frame=9))
    rules: dict[str, Any] = {"who": [], "everybody": False, "open_comments_block": False, "failed_checks_block": False}
    then(approvals.set_policy(owner, project.pk, **rules))
    then(approvals.lift(owner, first.pk, block="approval_missing", reason="Because"))
    delivered = then(deliveries.deliver(owner, first.pk))
    then(deliveries.recall(owner, delivered.pk, reason="Because"))

    meeting = then(sessions.start_session(owner, first.pk))
    for one in (owner, Actor(insider)):
        then(sessions.join_session(one, meeting.pk))
    then(sessions.hand_over(owner, meeting.pk, insider.pk))
    then(locks.take(Actor(insider), reel.pk, minutes=60, note="Recut"))
    then(locks.wish(owner, reel.pk, there=True))
    then(locks.force(owner, reel.pk, reason="Because"))
    then(locks.take(owner, reel.pk, minutes=60))
    SequenceLock.objects.update(until=timezone.now())
    then(locks.expire_locks())

    link = then(shares.create_share(owner, project.pk, items=[{"version_id": second.pk}], rights=[]))
    then(shares.update_share(owner, link.pk, rights=["comment"]))
    came = factories.guest(link, name="Gita")
    guest = Actor(User.objects.get(pk=came[GUEST]), guest=Guest.of(came))
    spoken, _ = then(comments.create_comment(guest, second.pk, frame=8, **say))
    then(reactions.set_reaction(guest, spoken.pk, "heart", there=True))
    then(share_doors.admit(link))
    then(share_names.name_guest(guest, name="Gita Guest"))
    assert viewers[2].state["comment"][spoken.pk]["author"]["name"] == "Gita Guest"
    everybody()
    then(shares.revoke_share(owner, link.pk))
    then(members.add_member(owner, project.pk, email=leaver.email, role="client"))
    then(members.remove_member(Actor(leaver), project.pk, leaver.pk))
    then(projects.update_project(owner, project.pk, name="Renamed"))
    everybody()
    then(versions.reorder(owner, asset.pk, version_ids=[first.pk, second.pk]))
    then(versions.delete_version(owner, first.pk))
    then(sequences.delete_sequence(owner, reel.pk))
    everybody()
    comments.create_comment(owner, second.pk, frame=5, **say)
    then(assets.delete_asset(owner, asset.pk))

    projects.archive_project(owner, project.pk)
    last = Event.objects.filter(project=project).order_by("seq").last()
    assert last is not None
    assert last.kind == "project.deleted"
    assert seen | {"project.deleted", "project.created"} == {*events.KINDS, "hidden"}, "every kind was applied"


def test_a_new_project_begins_with_its_own_event():
    project = projects.create_project(Actor(factories.site_owner()), name="Feature")
    kinds = Event.objects.filter(project=project).order_by("seq").values_list("seq", "kind")
    assert list(kinds) == [(1, "project.created"), (2, "member.created")]
