"""Approvals: ask people, take their decisions, lift blocks. Each adds an entry to the version's history; nothing is changed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from review import access, events
from review.access import Actor, Capability
from review.actions.comments import check_range, clock_of
from review.approval.machine import Block, Decision, Entry, Kind, Refused, check, standing
from review.models import ApprovalEntry, ApprovalPolicy, Membership, User, Version
from review.problems import Problem
from review.selectors import approvals

C = Capability


def set_policy(
    actor: Actor,
    project_id: str,
    *,
    who: list[str],
    everybody: bool,
    open_comments_block: bool,
    failed_checks_block: bool,
    based_on: int | None = None,
) -> ApprovalPolicy:
    """Put a policy in force. `who`: ids of members. Raises precondition_failed if another one is by now, person_unknown."""
    with transaction.atomic():
        events.hold(access.project(actor, project_id, C.MANAGE_APPROVALS).pk)
        project = access.project(actor, project_id, C.MANAGE_APPROVALS)
        row = approvals.policy_row(project.pk)
        current = row.revision if row else 0
        if based_on is not None and based_on != current:
            raise Problem(
                "precondition_failed",
                gettext("You changed revision %(based_on)s; revision %(current)s is in force by now.")
                % {"based_on": based_on, "current": current},
                current=approvals.policy(project.pk),
            )
        for user_id in who:
            _member(project.pk, user_id)
        rules = {"everybody": everybody, "open_comments_block": open_comments_block, "failed_checks_block": failed_checks_block}
        made = ApprovalPolicy.objects.create(
            project=project, revision=current + 1, who=list(dict.fromkeys(who)), made_by=actor.person, **rules
        )
        events.audit(actor.user, "policy.set", made, project_id=project.pk, who=who, **rules)
        events.record(project.pk, "policy.updated", approvals.policy(project.pk))
    return made


def ask(actor: Actor, version_id: str, *, user_id: str, due: date | None = None, based_on: int | None = None) -> Version:
    """Ask a member for approval of this version; asking again changes the date."""
    with transaction.atomic():
        version = _held(actor, version_id, C.ASK_FOR_APPROVAL)
        person = _member(version.asset.project_id, user_id)
        add(actor, version, Entry(Kind.ASKED, person.pk, due=due), based_on=based_on)
    return version


def unask(actor: Actor, version_id: str, *, user_id: str) -> Version:
    """Ask no longer. What the person said stays."""
    with transaction.atomic():
        version = _held(actor, version_id, C.ASK_FOR_APPROVAL)
        add(actor, version, Entry(Kind.UNASKED, user_id))
    return version


def decide(
    actor: Actor,
    version_id: str,
    *,
    decision: str,
    up_to_frame: int | None = None,
    up_to_timecode: str | None = None,
    text: str = "",
    based_on: int | None = None,
) -> Version:
    """Say what one thinks of this version, wholly or up to a frame (the last one that is approved). Replaces what one said."""
    with transaction.atomic():
        version = _held(actor, version_id, C.APPROVE)
        if up_to_timecode is not None:
            up_to_frame = clock_of(version.media).frame_at(up_to_timecode)
        if up_to_frame is not None:
            clock_of(version.media)
            check_range(version.media, up_to_frame, 1)
        _ask_guest(actor, version)
        said = Entry(Kind.DECIDED, actor.person.pk, decision=Decision(decision), up_to_frame=up_to_frame, text=text)
        add(actor, version, said, based_on=based_on)
    return version


def withdraw(actor: Actor, version_id: str, *, text: str = "") -> Version:
    """Take back what one said."""
    with transaction.atomic():
        version = _held(actor, version_id, C.APPROVE)
        add(actor, version, Entry(Kind.WITHDRAWN, actor.person.pk, text=text))
    return version


def lift(actor: Actor, version_id: str, *, block: str, reason: str) -> Version:
    """Lift a block for this version, with a reason that stays on the delivery record."""
    with transaction.atomic():
        version = _held(actor, version_id, C.LIFT_BLOCKS)
        add(actor, version, Entry(Kind.LIFTED, block=_block(block), text=reason))
    return version


def restore(actor: Actor, version_id: str, *, block: str) -> Version:
    """The block blocks again."""
    with transaction.atomic():
        version = _held(actor, version_id, C.LIFT_BLOCKS)
        add(actor, version, Entry(Kind.RESTORED, block=_block(block)))
    return version


def begin_again(actor: Actor, version: Version) -> None:
    """A new version came: nobody has approved it, and those who were asked about the one before are asked about it.
    Inside the transaction that made it."""
    before = (
        Version.objects.filter(asset_id=version.asset_id, number__lt=version.number, deleted_at=None)
        .order_by("-number")
        .first()
    )
    if before is None or ApprovalEntry.objects.filter(version=version).exists():
        return
    now = standing(map(approvals.entry, approvals.history(before.pk)))
    members = set(Membership.objects.filter(project_id=version.asset.project_id).values_list("user_id", flat=True))
    for user_id in now.asked:
        if user_id not in members:
            continue
        said = now.said.get(user_id)
        word = said.decision.value.replace("_", " ") if said else "no decision"
        add(
            actor,
            version,
            Entry(Kind.ASKED, user_id, text=f"Asked about V{before.number} ({word}); asked anew for this version."),
        )


def add(actor: Actor, version: Version, entry: Entry, *, based_on: int | None = None) -> None:
    """Add an entry to the history if the machine allows it, and tell. The caller holds the project. Raises approval_refused,
    delivery_blocked, precondition_failed (`based_on`: how many entries whoever adds it had seen)."""
    rows = approvals.history(version.pk)
    if based_on is not None and based_on != len(rows):
        raise Problem(
            "precondition_failed",
            gettext("You had seen %(based_on)s entries; there are %(rows)s by now.")
            % {"based_on": based_on, "rows": len(rows)},
            current=approvals.approvals(version),
        )
    rules = approvals.policy_of(approvals.policy_row(version.asset.project_id))
    try:
        check(map(approvals.entry, rows), entry, rules, approvals.facts(version))
    except Refused as refused:
        if not refused.blocks:
            raise Problem("approval_refused", str(refused.why)) from refused
        blocks: list[Any] = [
            {"field": "blocks", "code": block.value, "message": str(approvals.WORDS[block])} for block in refused.blocks
        ]
        raise Problem("delivery_blocked", " ".join(one["message"] for one in blocks), errors=blocks) from refused
    row = ApprovalEntry.objects.create(
        version=version,
        number=len(rows) + 1,
        kind=entry.kind.value,
        person_id=entry.person or None,
        by=actor.person,
        decision=entry.decision.value if entry.decision else "",
        up_to_frame=entry.up_to_frame,
        block=entry.block.value if entry.block else "",
        due=entry.due,
        text=entry.text,
    )
    project_id = version.asset.project_id
    state = standing(map(approvals.entry, [*rows, row])).state(rules)
    events.audit(
        actor.user, f"approval.{entry.kind.value}", version, project_id=project_id, number=row.number, person=entry.person,
        decision=row.decision, up_to_frame=row.up_to_frame, block=row.block, text=row.text,
    )  # fmt: skip
    told = {"version_id": version.pk, "asset_id": version.asset_id, "revision": row.number, "state": state.value}
    events.record(project_id, "approvals.changed", told)


def _ask_guest(actor: Actor, version: Version) -> None:
    """A link that lets a guest decide is how they are asked: their word then counts as that of anybody who was asked."""
    person = actor.person
    if person.is_guest and person.pk not in standing(map(approvals.entry, approvals.history(version.pk))).asked:
        add(actor, version, Entry(Kind.ASKED, person.pk, text="Asked by a share link."))


def _block(code: str) -> Block:
    try:
        return Block(code)
    except ValueError as error:
        raise Problem("approval_refused", gettext("There is no block “%(code)s”.") % {"code": code[:40]}) from error


def _held(actor: Actor, version_id: str, capability: Capability) -> Version:
    events.hold(access.version(actor, version_id, capability).asset.project_id)
    return access.version(actor, version_id, capability)


def _member(project_id: str, user_id: str) -> User:
    row = Membership.objects.filter(project_id=project_id, user_id=user_id, user__is_active=True).select_related("user").first()
    if row is None:
        raise Problem("person_unknown")
    return row.user
