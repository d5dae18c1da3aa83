"""A delivery on paper: what was delivered, by what it may be recognised, and who answers for it."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from reportlab.platypus import Flowable

from review.exports import paper
from review.report_words import in_words

_SAID = {
    "asked": gettext_lazy("was asked"),
    "unasked": gettext_lazy("is asked no longer"),
    "withdrawn": gettext_lazy("took it back"),
    "lifted": gettext_lazy("lifted a block: %(block)s"),
    "restored": gettext_lazy("restored a block: %(block)s"),
    "delivered": gettext_lazy("delivered"),
    "recalled": gettext_lazy("recalled the delivery"),
}
_DECISIONS = {
    "approved": gettext_lazy("approved"),
    "approved_with_notes": gettext_lazy("approved with notes"),
    "changes_requested": gettext_lazy("requested changes"),
}
_BLOCKS = {
    "approval_missing": gettext_lazy("Approval is missing"),
    "changes_requested": gettext_lazy("Changes are requested"),
    "open_comments": gettext_lazy("Comments are open"),
    "failed_checks": gettext_lazy("Sync checks failed"),
}
_SEVERITIES = {
    "error": gettext_lazy("Error"),
    "warn": gettext_lazy("Warning"),
    "info": gettext_lazy("For information"),
}
_WHAT = {
    "rate": gettext_lazy("Frame rate"),
    "drop_frame": gettext_lazy("Timecode counts"),
    "raster": gettext_lazy("Raster"),
    "pixel_aspect": gettext_lazy("Pixel aspect"),
    "scan": gettext_lazy("Scan"),
    "start_timecode": gettext_lazy("Start timecode"),
    "container": gettext_lazy("Container"),
    "video_codec": gettext_lazy("Picture codec"),
    "audio_rate": gettext_lazy("Sample rate"),
    "audio_layouts": gettext_lazy("Layout of each track"),
    "audio_codec": gettext_lazy("Sound codec"),
}
_MARKERS = {
    "version_starts": gettext_lazy("This version starts here"),
    "approved_up_to": gettext_lazy("Approved up to here"),
    "chapter": gettext_lazy("Chapter"),
    "custom": pgettext_lazy("on a timeline", "Marker"),
}


def pdf(delivery: Mapping[str, Any], record: Mapping[str, Any], *, address: str) -> bytes:
    """`delivery` as the API shows it, `record`: format 1; `address`: where the delivery is read on a screen. In the language
    of now; what people wrote stays as they wrote it, and the record itself (its JSON and its hash) knows one language."""
    title = _("Delivery: %(name)s") % {"name": delivery["name"]}
    version = record["version"]
    parts: list[Flowable] = [
        paper.text(title, "title"),
        paper.text(f"{record['project']['name']} · {record['asset']['name']} V{version['number']}", "dim"),
        paper.gap(6),
        _standing(delivery),
        paper.gap(6),
        *paper.pairs(_file(delivery, record)),
        paper.text("SHA-256", "small"),
        paper.text(delivery["sha256"], "code"),  # in one line, to be read against another
    ]
    if record["note"]:
        parts += [paper.text(_("Note"), "h2"), paper.text(record["note"])]
    parts += [*_spec(record), *_checks(record), *_approvals(record), *_open_comments(record), *_markers(record)]
    digest = _("SHA-256 of the record as JSON (sorted keys, no spaces, UTF-8): %(hash)s") % {"hash": delivery["record_sha256"]}
    parts += [paper.text(_("The record"), "h2"), paper.text(digest, "small")]
    return paper.document(parts, title=title, foot=paper.Foot(address))


def _standing(delivery: Mapping[str, Any]) -> Flowable:
    made = {"name": delivery["made_by"]["name"], "when": _when(delivery["made_at"])}
    by = _("Delivered by %(name)s on %(when)s") % made
    if delivery["recalled_at"] is None:
        return paper.boxed([paper.text(by, "h3", color="good")], color="good")
    back = {"name": delivery["recalled_by"]["name"], "when": _when(delivery["recalled_at"])}
    recalled = _("Recalled by %(name)s on %(when)s") % back
    lines = [paper.text(recalled, "h3", color="bad"), paper.text(delivery["recall_reason"]), paper.text(by, "dim")]
    return paper.boxed(lines, color="bad")


def _file(delivery: Mapping[str, Any], record: Mapping[str, Any]) -> list[tuple[str, str]]:
    rate = record["rate"]
    frames = record["file"]["frame_count"]
    length = _("not counted")
    if frames is not None:
        length = _("%(count)s frames") % {"count": _figure(frames)}
        if rate is not None:
            per_second = str(rate["num"]) if rate["den"] == 1 else f"{rate['num']}/{rate['den']}"
            length = _("%(frames)s at %(rate)s per second") % {"frames": length, "rate": per_second}
            length += _(", drop-frame") if rate["drop_frame"] else ""
    return [
        (_("File"), delivery["name"]),
        (_("Uploaded as"), record["version"]["original_name"]),
        (_("Size"), _("%(count)s bytes") % {"count": _figure(delivery["size"])}),
        (_("Length"), length),
        (_("Starts at"), record["start_timecode"] or _("no timecode")),
    ]


def _spec(record: Mapping[str, Any]) -> list[Flowable]:
    spec = record["spec"]
    agreed = _("Revision %(revision)s of the project's spec") % {"revision": spec["revision"]}
    none = _("The project had agreed on no spec.")
    rows = [(str(_WHAT.get(one["what"], one["what"])), one["expected"], one["found"]) for one in record["not_conforming"]]
    parts: list[Flowable] = [paper.text(_("Spec"), "h2"), paper.text(agreed if spec["revision"] else none)]
    return [*parts, paper.columns((_("What"), _("Agreed"), _("The file")), rows, (3, 4, 4))] if rows else parts


def _checks(record: Mapping[str, Any]) -> list[Flowable]:
    checks = record["checks"]
    parts: list[Flowable] = [paper.text(_("Sync checks"), "h2")]
    report = checks["report"]
    if report is None:
        return [*parts, paper.text(_("The file was never checked."))]
    verdict = report["verdict"]
    parts += [paper.text(f"{in_words(verdict['title'])}. {in_words(verdict['summary'])}")]
    for check in report["checks"]:
        for finding in check["findings"]:
            line = f"{_SEVERITIES.get(finding['severity'], finding['severity'])}: {in_words(finding['summary'])}"
            if finding["waived"] is not None:
                line += " " + _("Waived: %(reason)s") % {"reason": finding["waived"]}
            parts += paper.bullets([line])
    return parts


def _approvals(record: Mapping[str, Any]) -> list[Flowable]:
    rows = []
    for entry in record["approvals"]:
        who = (entry["person"] or entry["by"])["name"]
        what = str(_SAID.get(entry["kind"], entry["kind"]))
        if entry["decision"]:
            what = str(_DECISIONS.get(entry["decision"], entry["decision"]))
            if entry["up_to_frame"] is not None:
                place = entry["up_to_timecode"] or _("frame %(frame)s") % {"frame": entry["up_to_frame"]}
                what = _("%(said)s up to %(place)s") % {"said": what, "place": place}
        elif entry["block"]:
            what = what % {"block": _block(entry["block"])}
        rows.append((_when(entry["created_at"]), who, what, entry["text"]))
    parts: list[Flowable] = [paper.text(_("Approvals"), "h2")]
    if rows:
        parts += [paper.columns((_("When"), _("Who"), _("What"), _("Words")), rows, (4, 3, 4, 5))]
    else:
        parts += [paper.text(_("Nobody had said anything."))]
    if record["blocks_lifted"]:
        lines = [f"{_block(one['code'])}: {one['reason']}" for one in record["blocks_lifted"]]
        parts += [paper.text(_("Delivered in spite of"), "h3"), *paper.bullets(lines)]
    return parts


def _block(code: str) -> str:
    return str(_BLOCKS.get(code, code))


def _open_comments(record: Mapping[str, Any]) -> list[Flowable]:
    rows = [(one["timecode"] or str(one["frame"]), one["text"]) for one in record["open_comments"]]
    head = (_("Where"), _("What"))
    return [paper.text(_("Open comments"), "h2"), paper.columns(head, rows, (2, 10))] if rows else []


def _markers(record: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        (one["timecode"] or str(one["frame"]), str(_MARKERS.get(one["kind"], one["kind"])), one["label"], one["author"]["name"])
        for one in record["markers"]
    ]
    head = (_("Where"), _("Kind"), _("Label"), _("By"))
    return [paper.text(_("Markers"), "h2"), paper.columns(head, rows, (2, 3, 5, 2))] if rows else []


def _figure(number: int) -> str:
    """With the separator of thousands that the reader is used to."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def _when(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"
