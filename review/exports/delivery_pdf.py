"""A delivery on paper: what was delivered, by what it may be recognised, and who answers for it."""

from collections.abc import Mapping
from typing import Any

from reportlab.platypus import Flowable

from review.exports import paper

_SAID = {
    "asked": "was asked",
    "unasked": "is asked no longer",
    "withdrawn": "took it back",
    "lifted": "lifted a block",
    "restored": "restored a block",
    "delivered": "delivered",
    "recalled": "recalled the delivery",
}


def pdf(delivery: Mapping[str, Any], record: Mapping[str, Any], *, address: str) -> bytes:
    """`delivery` as the API shows it, `record`: format 1; `address`: where the delivery is read on a screen."""
    title = f"Delivery: {delivery['name']}"
    version = record["version"]
    parts: list[Flowable] = [
        paper.text(title, "title"),
        paper.text(f"{record['project']['name']} · {record['asset']['name']} V{version['number']}", "dim"),
        paper.gap(6),
        _standing(delivery),
        paper.gap(6),
        *paper.pairs(_file(delivery, record)),
    ]
    if record["note"]:
        parts += [paper.text("Note", "h2"), paper.text(record["note"])]
    parts += [*_spec(record), *_checks(record), *_approvals(record), *_open_comments(record), *_markers(record)]
    parts += [
        paper.text("The record", "h2"),
        paper.text(f"SHA-256 of the record as JSON (sorted keys, no spaces, UTF-8): {delivery['record_sha256']}", "small"),
    ]
    return paper.document(parts, title=title, foot=paper.Foot(address))


def _standing(delivery: Mapping[str, Any]) -> Flowable:
    by = f"Delivered by {delivery['made_by']['name']} on {_when(delivery['made_at'])}"
    if delivery["recalled_at"] is None:
        return paper.boxed([paper.text(by, "h3", color="good")], color="good")
    recalled = f"Recalled by {delivery['recalled_by']['name']} on {_when(delivery['recalled_at'])}"
    lines = [paper.text(recalled, "h3", color="bad"), paper.text(delivery["recall_reason"]), paper.text(by, "dim")]
    return paper.boxed(lines, color="bad")


def _file(delivery: Mapping[str, Any], record: Mapping[str, Any]) -> list[tuple[str, str]]:
    rate = record["rate"]
    frames = record["file"]["frame_count"]
    length = f"{frames:,} frames" if frames is not None else "not counted"
    if rate is not None:
        per_second = str(rate["num"]) if rate["den"] == 1 else f"{rate['num']}/{rate['den']}"
        length += f" at {per_second} per second{', drop-frame' if rate['drop_frame'] else ''}"
    return [
        ("File", delivery["name"]),
        ("Uploaded as", record["version"]["original_name"]),
        ("Size", f"{delivery['size']:,} bytes"),
        ("SHA-256", delivery["sha256"]),
        ("Length", length),
        ("Starts at", record["start_timecode"] or "no timecode"),
    ]


def _spec(record: Mapping[str, Any]) -> list[Flowable]:
    spec = record["spec"]
    agreed = f"Revision {spec['revision']} of the project's spec" if spec["revision"] else "The project had agreed on no spec."
    rows = [(one["what"], one["expected"], one["found"]) for one in record["not_conforming"]]
    parts: list[Flowable] = [paper.text("Spec", "h2"), paper.text(agreed)]
    return [*parts, paper.columns(("What", "Agreed", "The file"), rows, (3, 4, 4))] if rows else parts


def _checks(record: Mapping[str, Any]) -> list[Flowable]:
    checks = record["checks"]
    parts: list[Flowable] = [paper.text("Sync checks", "h2")]
    report = checks["report"]
    if report is None:
        return [*parts, paper.text("The file was never checked.")]
    verdict = report["verdict"]
    parts += [paper.text(f"{verdict['title']}. {verdict['summary']}")]
    for check in report["checks"]:
        for finding in check["findings"]:
            answered = f" Waived: {finding['waived']}" if finding["waived"] is not None else ""
            parts += paper.bullets([f"{finding['severity']}: {finding['summary']}{answered}"])
    return parts


def _approvals(record: Mapping[str, Any]) -> list[Flowable]:
    rows = []
    for entry in record["approvals"]:
        who = (entry["person"] or entry["by"])["name"]
        what = _SAID.get(entry["kind"], "")
        if entry["decision"]:
            upto = entry["up_to_timecode"] or entry["up_to_frame"]
            what = entry["decision"].replace("_", " ") + (f" up to {upto}" if entry["up_to_frame"] is not None else "")
        elif entry["block"]:
            what += f": {entry['block'].replace('_', ' ')}"
        rows.append((_when(entry["created_at"]), who, what, entry["text"]))
    parts: list[Flowable] = [paper.text("Approvals", "h2")]
    parts += [paper.columns(("When", "Who", "What", "Words"), rows, (3, 3, 4, 6))]
    if record["blocks_lifted"]:
        lines = [f"{one['code'].replace('_', ' ')}: {one['reason']}" for one in record["blocks_lifted"]]
        parts += [paper.text("Delivered in spite of", "h3"), *paper.bullets(lines)]
    return parts


def _open_comments(record: Mapping[str, Any]) -> list[Flowable]:
    rows = [(one["timecode"] or str(one["frame"]), one["text"]) for one in record["open_comments"]]
    return [paper.text("Open comments", "h2"), paper.columns(("Where", "What"), rows, (2, 10))] if rows else []


def _markers(record: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        (one["timecode"] or str(one["frame"]), one["kind"].replace("_", " "), one["label"], one["author"]["name"])
        for one in record["markers"]
    ]
    return [paper.text("Markers", "h2"), paper.columns(("Where", "Kind", "Label", "By"), rows, (2, 3, 5, 2))] if rows else []


def _when(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"
