"""What is under way in a project, by person, and whether a session may start."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from review.models import Acknowledgement, ProtocolRevision, Sequence, SequenceLock, Upload, User, Version
from review.selectors import approvals, media
from review.selectors.checks import stored
from review.selectors.locks import refusal
from review.selectors.people import person
from review.selectors.stamps import stamp

FAILED = frozenset({"failed", "cancelled"})
REASONS: dict[str, Any] = {  # code → what to do
    "protocol_not_acknowledged": gettext_lazy("Read the team's protocol and acknowledge it."),
    "sequence_locked": gettext_lazy("Ask its holder, or queue for the lock."),
    "upload_under_way": gettext_lazy("Wait until it is there: a newer version is coming."),
    "media_processing": gettext_lazy("Wait until it is ready."),
    "media_failed": gettext_lazy("See what is wrong with the file, and upload it anew."),
    "checks_pending": gettext_lazy("Wait until every check has spoken."),
    "checks_failed": gettext_lazy("Read the sync report; mend the file, or let somebody answer for the findings."),
}


def under_way(project_id: str) -> dict[str, Any]:
    """Work of the API. Seven queries."""
    newest = approvals.newest_versions([project_id])
    known = media.known_to(project_id, {row.media_id for row in newest})
    people: dict[str, dict[str, Any]] = {}
    items = []

    def count(user_id: str, state: str, number: int = 1) -> None:
        blank = dict.fromkeys(("uploading", "processing", "failed", "ready", "superseded"), 0)
        mine = people.setdefault(user_id, blank)
        mine[state] += number

    for upload in _uploads(project_id):
        count(upload.user_id, "uploading")
        items.append(
            _item("uploading", upload.user_id, upload.name or upload.filename, upload.asset_id, None, upload.created_at)
        )
        items[-1]["error_code"] = upload.error_code
    for row in newest:
        state = _state(known[row.media_id].state)
        count(row.created_by_id, state)
        if state != "ready":
            items.append(_item(state, row.created_by_id, row.name or row.original_name, row.asset_id, row.pk, row.created_at))
    everything = Version.objects.filter(
        asset__project_id=project_id, deleted_at=None, asset__deleted_at=None, asset__expires_at=None
    )
    for user_id in everything.exclude(pk__in=[row.pk for row in newest]).values_list("created_by_id", flat=True):
        count(user_id, "superseded")
    named = {user.pk: person(user) for user in User.objects.filter(pk__in=people)}
    for item in items:
        item["person"] = named[item["person"]]
    return {
        "people": sorted(
            ({"person": named[pk], **counts} for pk, counts in people.items()), key=lambda one: one["person"]["name"]
        ),
        "items": sorted(items, key=lambda one: one["since"], reverse=True),
    }


def _item(state: str, user_id: str, name: str, asset_id: str | None, version_id: str | None, since: Any) -> dict[str, Any]:
    return {
        "state": state, "person": user_id, "name": name, "asset_id": asset_id, "version_id": version_id,
        "error_code": "", "since": stamp(since),
    }  # fmt: skip


def _uploads(project_id: str) -> list[Upload]:
    states = (Upload.State.OPEN, Upload.State.FINISHING)
    rows = Upload.objects.filter(project_id=project_id, state__in=states, check_only=False, reference_for="")
    return list(rows.order_by("-created_at"))


def _state(of_media: str) -> str:
    return "failed" if of_media in FAILED else "ready" if of_media == "ready" else "processing"


def pre_session(project_id: str, user: User, *, sequence_id: str = "", asset_id: str = "") -> dict[str, Any]:
    """PreSession of the API: may this person start on the whole project, a sequence, or one stack?"""
    newest = [
        row
        for row in approvals.newest_versions([project_id])
        if sequence_id in ("", row.asset.sequence_id) and asset_id in ("", row.asset_id)
    ]
    reasons = [*_protocol(project_id, user), *_locks(project_id, user, newest, sequence_id, narrow=bool(asset_id))]
    stacks = {row.asset_id for row in newest}
    for upload in _uploads(project_id):
        if upload.asset_id in stacks or not (sequence_id or asset_id) or (sequence_id and upload.sequence_id == sequence_id):
            reasons.append(
                _reason(
                    "upload_under_way", _("“%(file)s” is being uploaded.") % {"file": upload.filename}, asset_id=upload.asset_id
                )
            )
    known = media.known_to(project_id, {row.media_id for row in newest})
    judged = stored([row.pk for row in newest])
    for row in newest:
        called = {"version": f"“{row.asset.name}” V{row.number}"}
        of_it = {"asset_id": row.asset_id, "version_id": row.pk}
        state, checks = _state(known[row.media_id].state), judged[row.pk]
        if state == "failed":
            reasons.append(_reason("media_failed", _("%(version)s could not be prepared.") % called, **of_it))
        elif state == "processing":
            reasons.append(_reason("media_processing", _("%(version)s is still being prepared.") % called, **of_it))
        elif checks["state"] != "done":
            reasons.append(_reason("checks_pending", _("%(version)s is not checked to the end.") % called, **of_it))
        if checks["errors"]:
            reasons.append(
                _reason(
                    "checks_failed",
                    ngettext(
                        "%(version)s: the sync checks found %(count)s error.",
                        "%(version)s: the sync checks found %(count)s errors.",
                        checks["errors"],
                    )
                    % {**called, "count": checks["errors"]},
                    **of_it,
                )
            )
    line = _("Not yet: %(reason)s") % {"reason": reasons[0]["message"]} if reasons else _("You may start.")
    if len(reasons) > 1:
        line += " " + _("(and %(count)s more)") % {"count": len(reasons) - 1}
    return {"may_start": not reasons, "line": line, "reasons": reasons}


def _protocol(project_id: str, user: User) -> list[dict[str, Any]]:
    """A protocol that nobody has made the team's own binds nobody."""
    row = ProtocolRevision.objects.filter(project_id=project_id).order_by("-revision").first()
    if row is None or Acknowledgement.objects.filter(project_id=project_id, revision=row.revision, user=user).exists():
        return []
    return [
        _reason(
            "protocol_not_acknowledged",
            _("You have not acknowledged revision %(revision)s of the protocol.") % {"revision": row.revision},
        )
    ]


def _locks(project_id: str, user: User, newest: list[Version], sequence_id: str, *, narrow: bool) -> list[dict[str, Any]]:
    """Locks that others hold on what this person wants to work on."""
    held = (
        SequenceLock.objects.filter(sequence__project_id=project_id).exclude(holder=user).values_list("sequence_id", flat=True)
    )
    wanted = {row.asset.sequence_id for row in newest} if narrow else {sequence_id} if sequence_id else set(held)
    names = dict(Sequence.objects.filter(pk__in=set(held) & wanted).values_list("pk", "name"))
    found = []
    for pk, name in names.items():
        if refused := refusal(pk, user):
            found.append(_reason("sequence_locked", f"“{name}”: {refused.detail}", sequence_id=pk))
    return found


def _reason(code: str, message: str, **where: str | None) -> dict[str, Any]:
    nowhere = {"asset_id": None, "version_id": None, "sequence_id": None}
    return {"code": code, "message": message, "remedy": str(REASONS[code]), **nowhere, **where}
