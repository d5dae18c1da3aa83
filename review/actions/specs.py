"""What a project agrees on: a new revision of its spec or protocol, and who acknowledges it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from media_pipeline.core.checks.spec import Spec, SpecError
from review import access, events
from review.access import Actor, Capability
from review.actions import checks
from review.conformance import changed_keys
from review.models import Acknowledgement, ProtocolRevision, SpecRevision, SyncVerdict
from review.naming.pattern import Pattern, PatternError
from review.problems import Problem
from review.selectors import specs


def read_technical(values: Mapping[str, Any]) -> Spec:
    """The spec that these values mean; `preset` may be one to begin with. Raises spec_invalid."""
    given = dict(values)
    presets = specs.presets()
    if (base := given.pop("preset", None)) is not None:
        if base not in presets:
            raise Problem(
                "spec_invalid",
                gettext("preset: %(base)s is none. There are %(names)s.") % {"base": repr(base), "names": ", ".join(presets)},
            )
        given = {**presets[base].as_dict(), **given}
    try:
        return Spec.from_dict(given)
    except SpecError as error:
        raise Problem("spec_invalid", str(error)) from error


def revise_spec(
    actor: Actor,
    project_id: str,
    *,
    technical: Mapping[str, Any],
    naming_pattern: str,
    proxies_by: str,
    note: str = "",
    based_on: int | None = None,
) -> SpecRevision:
    """Put a new revision in force. `based_on`: the revision that was changed; raises precondition_failed if another one is in
    force by now, spec_invalid for what cannot be. The same again makes no revision."""
    wanted = read_technical(technical).as_dict()
    try:
        Pattern(naming_pattern)
    except PatternError as error:
        raise Problem("spec_invalid", f"naming_pattern: {error}") from error
    with transaction.atomic():
        events.hold(access.project(actor, project_id, Capability.MANAGE_SPEC).pk)
        project = access.project(actor, project_id, Capability.MANAGE_SPEC)
        before = specs.in_force(project.pk)
        was = specs.spec(project.pk, before)
        _require_revision(based_on, was)
        now = {"technical": wanted, "naming_pattern": naming_pattern, "proxies_by": proxies_by}
        if before is not None and all(was[key] == value for key, value in now.items()):
            return before
        row = SpecRevision.objects.create(project=project, revision=was["revision"] + 1, made_by=actor.person, note=note, **now)
        changed = changed_keys({**was, **was["technical"]}, {**now, **wanted})
        events.audit(actor.user, "spec.revise", row, project_id=project.pk, revision=row.revision, changed=changed, note=note)
        events.record(project.pk, "spec.updated", specs.spec(project.pk, row))
        # Every report is judged by another spec now. Who reads one gets it judged anew; what lists show follows at once where
        # people look (the newest versions), and by judge_again for the rest.
        SyncVerdict.objects.filter(version__asset__project=project).update(rules="")
        if wanted != was["technical"]:
            transaction.on_commit(lambda: checks.judge_newest(project.pk), robust=True)
    return row


def revise_protocol(actor: Actor, project_id: str, *, text: str, based_on: int | None = None) -> ProtocolRevision:
    """Put a new text in force: nobody has acknowledged it yet. Raises precondition_failed (see revise_spec)."""
    with transaction.atomic():
        events.hold(access.project(actor, project_id, Capability.MANAGE_SPEC).pk)
        project = access.project(actor, project_id, Capability.MANAGE_SPEC)
        newest = ProtocolRevision.objects.filter(project=project).order_by("-revision").first()
        was = specs.protocol(project.pk)
        _require_revision(based_on, was)
        if newest is not None and newest.text == text:
            return newest
        row = ProtocolRevision.objects.create(project=project, revision=was["revision"] + 1, text=text, made_by=actor.person)
        events.audit(actor.user, "protocol.revise", row, project_id=project.pk, revision=row.revision)
        events.record(project.pk, "protocol.updated", specs.protocol(project.pk))
    return row


def acknowledge(actor: Actor, project_id: str, *, revision: int) -> None:
    """Say that one has read the protocol in force and will keep to it. Raises precondition_failed if `revision` is not it."""
    with transaction.atomic():
        project = access.project(actor, project_id)
        events.hold(project.pk)
        _require_revision(revision, specs.protocol(project.pk))
        row, created = Acknowledgement.objects.get_or_create(project=project, revision=revision, user=actor.person)
        if created:
            events.audit(actor.user, "protocol.acknowledge", row, project_id=project.pk, revision=revision)
            events.record(project.pk, "protocol.updated", specs.protocol(project.pk))


def _require_revision(based_on: int | None, now: dict[str, Any]) -> None:
    if based_on is not None and based_on != now["revision"]:
        raise Problem(
            "precondition_failed",
            gettext("You changed revision %(based_on)s; revision %(current)s is in force by now.")
            % {"based_on": based_on, "current": now["revision"]},
            current=now,
        )
