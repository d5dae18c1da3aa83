"""Approvals of versions as the API shows them: the history, what follows from it, what stands in the way."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy

from review.approval.machine import Block as BlockKind
from review.approval.machine import Decision, Entry, Facts, Kind, Policy, Standing, State, standing
from review.models import ApprovalEntry, ApprovalPolicy, Asset, Comment, SyncVerdict, User, Version
from review.selectors.people import person
from review.selectors.positions import Clock
from review.selectors.stamps import stamp

WORDS: dict[BlockKind, Any] = {
    BlockKind.APPROVAL_MISSING: gettext_lazy("Not everybody who must approve this version has done so wholly."),
    BlockKind.CHANGES_REQUESTED: gettext_lazy("Somebody asks for changes."),
    BlockKind.OPEN_COMMENTS: gettext_lazy("There are comments that nobody has marked as done."),
    BlockKind.FAILED_CHECKS: gettext_lazy("The sync checks found errors that nobody answers for, or have not come to an end."),
}


def policy_row(project_id: str) -> ApprovalPolicy | None:
    return ApprovalPolicy.objects.filter(project_id=project_id).order_by("-revision").select_related("made_by").first()


def policy_of(row: ApprovalPolicy | None) -> Policy:
    if row is None:
        return Policy()
    return Policy(tuple(row.who), row.everybody, row.open_comments_block, row.failed_checks_block)


def policy(project_id: str) -> dict[str, Any]:
    """ApprovalPolicy of the API and of events; revision 0: the one that every project begins with."""
    row = policy_row(project_id)
    now = policy_of(row)
    names = {user.pk: person(user) for user in User.objects.filter(pk__in=now.who)}
    return {
        "project_id": project_id,
        "revision": row.revision if row else 0,
        "who": [names[pk] for pk in now.who if pk in names],
        "everybody": now.everybody,
        "open_comments_block": now.open_comments_block,
        "failed_checks_block": now.failed_checks_block,
        "made_by": person(row.made_by) if row else None,
    }


def entry(row: ApprovalEntry) -> Entry:
    return Entry(
        kind=Kind(row.kind),
        person=row.person_id or "",
        by=row.by_id,
        decision=Decision(row.decision) if row.decision else None,
        up_to_frame=row.up_to_frame,
        block=BlockKind(row.block) if row.block else None,
        due=row.due,
        text=row.text,
    )


def history(version_id: str) -> list[ApprovalEntry]:
    return list(ApprovalEntry.objects.filter(version_id=version_id).select_related("person", "by").order_by("number"))


def facts(version: Version) -> Facts:
    """What is so now, outside the history."""
    verdict = SyncVerdict.objects.filter(version=version).first()
    failed = verdict is None or verdict.state != "done" or verdict.errors > 0
    return Facts(open_comments=open_comments([version.pk]).get(version.pk, 0), failed_checks=failed)


def open_comments(version_ids: Iterable[str]) -> dict[str, int]:
    """Threads that are not done, by version; internal ones count. One query."""
    rows = Comment.objects.filter(version_id__in=list(version_ids), parent=None, deleted_at=None, completed_at=None)
    found: dict[str, int] = {}
    for version_id in rows.values_list("version_id", flat=True):
        found[version_id] = found.get(version_id, 0) + 1
    return found


def approvals(version: Version) -> dict[str, Any]:
    """VersionApprovals of the API."""
    rows = history(version.pk)
    now = standing(map(entry, rows))
    rules = policy_of(policy_row(version.asset.project_id))
    about = facts(version)
    clock = Clock(version.media) if version.media.rate is not None else None
    ids = {*now.asked, *now.said, *now.waiting_for(rules)}
    people = {user.pk: person(user) for user in User.objects.filter(pk__in=ids)}
    return {
        "version_id": version.pk,
        "revision": len(rows),
        "state": now.state(rules).value,
        "reviewers": [_reviewer(people[pk], pk, now, rules, clock) for pk in _order(now, rules) if pk in people],
        "waiting_for": [people[pk] for pk in now.waiting_for(rules) if pk in people],
        "blocks": [
            {"code": block.value, "what": str(WORDS[block]), "lifted": now.lifted.get(block)}
            for block in now.blocks(rules, about)
        ],
        "may_be_delivered": not now.delivered and not now.in_the_way(rules, about),
        "entries": [shown(row, clock) for row in rows],
    }


def own_decision(version: Version, user: User | None) -> dict[str, Any]:
    """OwnDecision of the API: what one person said of a version, and nothing of others."""
    rows = history(version.pk)
    now = standing(map(entry, rows))
    said = now.said.get(user.pk) if user is not None else None
    at = [row.created_at for row in rows if said is not None and row.kind == Kind.DECIDED and user and row.person_id == user.pk]
    return {
        "version_id": version.pk,
        "decision": said.decision.value if said else None,
        "up_to_frame": said.up_to_frame if said else None,
        "text": said.text if said else "",
        "decided_at": stamp(at[-1]) if at else None,
        "delivered": now.delivered,
    }


def _order(now: Standing, rules: Policy) -> list[str]:
    return list(dict.fromkeys([*now.required(rules), *now.asked, *now.said]))


def _reviewer(who: dict[str, str], pk: str, now: Standing, rules: Policy, clock: Clock | None) -> dict[str, Any]:
    said, due = now.said.get(pk), now.asked.get(pk)
    frame = said.up_to_frame if said else None
    return {
        "person": who,
        "asked": pk in now.asked,
        "must": pk in now.required(rules),
        "due": due.isoformat() if due else None,
        "decision": said.decision.value if said else None,
        "up_to_frame": frame,
        "up_to_timecode": clock.record(frame) if clock is not None and frame is not None else None,
        "text": said.text if said else "",
    }


def shown(row: ApprovalEntry, clock: Clock | None) -> dict[str, Any]:
    """ApprovalEntry of the API."""
    return {
        "number": row.number,
        "kind": row.kind,
        "person": person(row.person) if row.person else None,
        "by": person(row.by),
        "decision": row.decision or None,
        "up_to_frame": row.up_to_frame,
        "up_to_timecode": clock.record(row.up_to_frame) if clock is not None and row.up_to_frame is not None else None,
        "block": row.block or None,
        "due": row.due.isoformat() if row.due else None,
        "text": row.text,
        "created_at": stamp(row.created_at),
    }


def states(versions: Sequence[Version], rules: Policy) -> dict[str, tuple[State, Standing]]:
    """State and standing of many versions of one project. One query."""
    found: dict[str, list[Entry]] = {row.pk: [] for row in versions}
    for row in ApprovalEntry.objects.filter(version_id__in=list(found)).order_by("version_id", "number"):
        found[row.version_id].append(entry(row))
    return {pk: ((now := standing(entries)).state(rules), now) for pk, entries in found.items()}


def newest_versions(project_ids: Iterable[str]) -> list[Version]:
    """The newest version of every stack."""
    newest = Version.objects.filter(asset=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
    stacks = Asset.objects.filter(project_id__in=list(project_ids), deleted_at=None, expires_at=None, project__archived_at=None)
    keys = stacks.annotate(newest=Subquery(newest)).values("newest")
    return list(Version.objects.filter(pk__in=keys).select_related("asset__project").order_by("-created_at", "-pk"))


def inbox(user: User, project_ids: list[str]) -> list[dict[str, Any]]:
    """Review of the API: newest versions that wait for this person, the earliest due first."""
    versions = newest_versions(project_ids)
    by_project: dict[str, list[Version]] = {}
    for row in versions:
        by_project.setdefault(row.asset.project_id, []).append(row)
    found = []
    for project_id, rows in by_project.items():
        rules = policy_of(policy_row(project_id))
        known = states(rows, rules)
        for row in rows:
            state, now = known[row.pk]
            if user.pk not in now.waiting_for(rules) or (user.pk not in now.asked and not now.asked):
                continue  # those who must approve are not troubled before anybody is asked
            due = now.asked.get(user.pk)
            found.append(
                {
                    "version_id": row.pk,
                    "project_id": project_id,
                    "project_name": row.asset.project.name,
                    "asset_name": row.asset.name,
                    "number": row.number,
                    "state": state.value,
                    "due": due.isoformat() if due else None,
                    "url": f"/v/{row.pk}",
                }
            )
    return sorted(found, key=lambda one: (one["due"] is None, one["due"] or ""))
