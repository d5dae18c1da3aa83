"""The sync report on paper: verdict first, then what was found, where, and what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from reportlab.platypus import Flowable

from review.exports import paper

_COLORS = {"in_sync": "good", "fix_in_post": "accent", "rerender": "bad", "cannot_tell": "info"}
_SEVERITIES = {
    "error": (gettext_lazy("Error"), "bad"),
    "warn": (gettext_lazy("Warning"), "accent"),
    "info": (gettext_lazy("For information"), "info"),
}
_QUIET = (
    ("passed", gettext_lazy("Passed")),
    ("cannot_tell", gettext_lazy("Cannot tell")),
    ("does_not_apply", gettext_lazy("Does not apply")),
)
_CAUSES = {
    "timeline": gettext_lazy("timeline"),
    "media": gettext_lazy("media"),
    "metadata": gettext_lazy("metadata"),
}
_PLACES = 24


def pdf(report: Mapping[str, Any], *, title: str, waivers: Sequence[Mapping[str, Any]], address: str) -> bytes:
    """`report`: format 1; `waivers` as the API shows them; `address`: where the report is read on a screen."""
    waived = {one["code"]: one for one in waivers}
    findings = [(check, finding) for check in report["checks"] for finding in check["findings"]]
    rank = {"error": 0, "warn": 1, "info": 2}
    findings.sort(key=lambda one: (one[1]["waived"] is not None, rank[one[1]["severity"]]))
    parts: list[Flowable] = [paper.text(title, "title"), paper.text(report["file"].get("name", ""), "dim"), paper.gap(6)]
    parts += [_verdict(report), *_about(report)]
    parts += paper.heading(_("Findings") if findings else _("Nothing was found"))
    for check, finding in findings:
        parts += _finding(check, finding, waived.get(finding["code"]))
    for state, name in _QUIET:
        quiet = [check for check in report["checks"] if check["state"] == state]
        if quiet:
            rows = [(check["title"], check["summary"]) for check in quiet]
            parts += [*paper.heading(str(name)), paper.columns((_("Check"), _("What it says")), rows, (3, 9))]
    limits = [(check["title"], check["cannot_see"]) for check in report["checks"] if check["cannot_see"]]
    parts += [*paper.heading(_("What these checks cannot see")), paper.columns((_("Check"), ""), limits, (3, 9))]
    return paper.document(parts, title=title, foot=paper.Foot(address))


def _verdict(report: Mapping[str, Any]) -> Flowable:
    verdict = report["verdict"]
    color = _COLORS[verdict["kind"]]
    inside: list[Flowable] = [paper.text(verdict["title"], "h2", color=color), paper.text(verdict["summary"])]
    if not report["complete"]:
        inside.append(paper.text(_("So far: not every check has spoken yet."), "dim"))
    for name, lines in ((_("Why"), verdict["reasons"]), (_("What to do"), verdict["next_steps"])):
        if lines:
            inside += [paper.text(name, "h3"), *paper.bullets(lines)]
    if report.get("render_cost"):
        inside += [paper.text(_("What it costs"), "h3"), paper.text(report["render_cost"]["text"])]
    return paper.boxed(inside, color=color)


def _about(report: Mapping[str, Any]) -> list[Flowable]:
    rate = report["rate"]
    per_second = str(rate["num"]) if rate["den"] == 1 else f"{rate['num']}/{rate['den']}"
    drop = _(", drop-frame") if rate["drop_frame"] else ""
    held = "; ".join(filter(None, (report["spec"].get("name", ""), report["against"])))
    counted = _("%(count)s at %(rate)s per second") % {"count": f"{report['frame_count']:,}", "rate": per_second}
    rows = [
        (_("Frames"), counted + drop),
        (_("Starts at"), report["start_timecode"] or _("no timecode")),
        (_("Held against"), held),
        (_("Size"), _("%(count)s bytes") % {"count": f"{report['file'].get('size', 0):,}"}),
        ("SHA-256", report["file"].get("sha256", "")),
    ]
    return [paper.gap(6), *paper.pairs([row for row in rows if row[1]])]


def _finding(check: Mapping[str, Any], finding: Mapping[str, Any], waiver: Mapping[str, Any] | None) -> list[Flowable]:
    name, color = _SEVERITIES[finding["severity"]]
    cause = _(" · cause: %(cause)s") % {"cause": _CAUSES.get(finding["cause"], finding["cause"])} if finding["cause"] else ""
    head: list[Flowable] = [
        paper.gap(6),
        paper.text(f"{name} · {check['title']}{cause}", "small", color=color),
        paper.text(finding["summary"], "h3"),
        paper.text(finding["meaning"]),
    ]
    if waiver is not None:
        who = {"name": waiver["by"]["name"], "day": waiver["created_at"][:10], "reason": waiver["reason"]}
        head.append(paper.text(_("Waived by %(name)s on %(day)s: %(reason)s") % who, "dim"))
    parts: list[Flowable] = [paper.together(head)]
    parts += paper.pairs(
        [(one["name"], f"{one['value']:,.{one['digits']}f} {one['unit']}".strip()) for one in finding["numbers"]]
    )
    if finding["places"]:
        parts.append(paper.text(_("Where: %(places)s") % {"places": _places(finding)}))
    remedy = finding["remedy"]
    parts.append(paper.text(_("What to do: %(remedy)s") % {"remedy": remedy["summary"]}))
    parts += paper.pairs([(where, what) for where, what in remedy["steps"]])
    if remedy["command"]:
        parts.append(paper.text(remedy["command"], "code"))
    for one in finding["evidence"]:
        marks = [(at, label) for at, label in one["marks"]]
        drawn = paper.plot(one["kind"], one["x"], one["y"], x_label=one["x_label"], y_label=one["y_label"], marks=marks)
        parts.append(paper.together([paper.text(one["title"], "small"), drawn]))
    return parts


def _where(place: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (place["timecode"], _("(frame %(frame)s)") % {"frame": place["frame"]})))


def _places(finding: Mapping[str, Any]) -> str:
    shown = [" · ".join(filter(None, (_where(place), place["note"]))) for place in finding["places"][:_PLACES]]
    more = finding["place_count"] - len(shown)
    return "; ".join(shown) + (_("; and %(count)s more") % {"count": more} if more > 0 else "")
