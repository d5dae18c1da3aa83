"""The proxy audit of a project: which file is whose proxy, and whether it may be used in its place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from media_pipeline import api as pipeline
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Stage, State
from media_pipeline.core.checks.proxy_audit import judge_pair, properties, put_together
from media_pipeline.core.checks.proxy_pairing import File, Pair, pair
from review.media_words import error_in_words
from review.models import Correction, ReferenceMode, Version
from review.selectors import media, references, versions

MOST = 5000  # versions looked at


@dataclass(frozen=True)
class Files:
    """The newest version of every asset, those that are only to be checked among them; and who is whose proxy."""

    versions: Mapping[str, Version]
    known: Mapping[str, pipeline.MediaStatus]  # by media id
    pairs: Sequence[Pair]
    without_proxy: Sequence[str]
    without_original: Sequence[str]


def files_of(project_id: str) -> Files:
    """In a fixed number of queries. Files that were not read yet belong to nobody so far."""
    rows = versions.listed().filter(asset__project_id=project_id, asset__deleted_at=None)
    newest = rows.annotate(newest=Max("asset__versions__number", filter=Q(asset__versions__deleted_at=None))).filter(
        number=F("newest")
    )
    found = list(newest.order_by("original_name", "pk")[:MOST])
    known = media.known_to(project_id, {row.media_id for row in found})
    looks = _looks(known)
    files = [_file(row, known[row.media_id], looks) for row in found if known[row.media_id].summary is not None]
    by_id = {row.pk: row for row in found}
    made = pair(files)
    pairs = [_as_chosen(one, by_id) for one in made.pairs]
    pairs += [Pair(str(by_id[pk].reference_id), pk, "chosen") for pk in made.without_original if _chosen(by_id[pk], by_id)]
    proxies, originals = {one.proxy for one in pairs}, {one.original for one in pairs}
    without_proxy = [pk for pk in made.without_proxy if pk not in originals]
    return Files(by_id, known, pairs, without_proxy, [pk for pk in made.without_original if pk not in proxies])


def _chosen(row: Version, rows: Mapping[str, Version]) -> bool:
    """Whether somebody chose a file of these as its reference: then that is its original, whatever it is called."""
    return row.reference_mode == ReferenceMode.CHOSEN and row.reference_id in rows and row.reference_id != row.pk


def _as_chosen(one: Pair, rows: Mapping[str, Version]) -> Pair:
    row = rows[one.proxy]
    if not _chosen(row, rows) or row.reference_id == one.original:
        return one
    return Pair(str(row.reference_id), one.proxy, "chosen")


def _looks(known: Mapping[str, pipeline.MediaStatus]) -> dict[str, tuple[int, ...]]:
    measured = pipeline.stage_measurements(known.values(), Stage.DECODED)
    made: dict[str, tuple[int, ...]] = {}
    for media_id, checks in measured.items():
        one = checks.get("picture_continuity")
        look = one.data.get("look", ()) if one is not None else ()
        made[media_id] = tuple(int(value) for value in look)
    return made


def _file(row: Version, status: pipeline.MediaStatus, looks: Mapping[str, tuple[int, ...]]) -> File:
    summary = status.summary
    assert summary is not None
    pixels = summary.width * summary.height
    return File(row.pk, row.original_name, summary.rate, summary.frame_count, pixels, looks.get(row.media_id, ()))


def table(project_id: str) -> dict[str, Any]:
    """ProxyAudit of the API."""
    files = files_of(project_id)
    orders = _orders(project_id)
    made_here = {order.result_id for order in orders if order.result_id}
    named = {one.pk: _named(one, made_here) for one in files.versions.values()}
    pairs = [_pair(one, files, named) for one in files.pairs]
    return {
        "pairs": pairs,
        "lacking": _lacking(files, pairs, orders),
        "making": _making(orders, named),
        "without_proxy": [named[pk] for pk in files.without_proxy],
        "without_original": [named[pk] for pk in files.without_original],
        "unread": sum(status.summary is None for status in files.known.values()),
    }


def lacking(project_id: str) -> list[str]:
    """Ids of the versions that have no proxy, or none that may be used."""
    found = table(project_id)["lacking"]
    return list(found)


def _orders(project_id: str) -> list[Correction]:
    """The newest order of a proxy of each version."""
    rows = Correction.objects.filter(version__asset__project_id=project_id, purpose=Correction.Purpose.PROXY)
    return list({row.version_id: row for row in rows.order_by("created_at")}.values())


def _lacking(files: Files, pairs: Sequence[Mapping[str, Any]], orders: Sequence[Correction]) -> list[str]:
    """Originals whose proxies are all wrong, and files without one; but for those of which one is being made or read."""
    wrong = {pair["proxy"]["version_id"] for pair in pairs if pair["result"] == "wrong"}
    served = {pair["original"]["version_id"] for pair in pairs if pair["result"] != "wrong"}
    served |= {pair["proxy"]["version_id"] for pair in pairs}
    for row in orders:
        coming = row.state == Correction.State.DONE and row.result_id in files.versions and row.result_id not in wrong
        if row.state == Correction.State.ORDERED or coming:
            served.add(row.version_id)
    originals = dict.fromkeys(pair["original"]["version_id"] for pair in pairs)
    return [pk for pk in [*originals, *files.without_proxy] if pk not in served]


def _making(orders: Sequence[Correction], named: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is not done yet, or could not be."""
    rows = [row for row in orders if row.state != Correction.State.DONE and row.version_id in named]
    jobs = pipeline.corrections([row.pk for row in rows])
    return [_order(row, jobs.get(row.pk), named[row.version_id]) for row in rows]


def _order(row: Correction, job: pipeline.JobStatus | None, original: Mapping[str, Any]) -> dict[str, Any]:
    going = row.state == Correction.State.ORDERED and job is not None
    error = {"code": row.error_code, "message": row.error_message, "remedy": row.error_remedy}
    return {
        "original": original,
        "state": "running" if going and job is not None and job.state == "running" else row.state,
        "done": job.done if going and job is not None else 0,
        "total": job.total if going and job is not None else 0,
        "words": row.words,
        "error": error_in_words(error) if row.error_code else None,
    }


def _named(row: Version, made_here: Collection[str]) -> dict[str, Any]:
    return {
        "version_id": row.pk,
        "asset_name": row.asset.name,
        "number": row.number,
        "original_name": row.original_name,
        "check_only": row.asset.expires_at is not None,
        "made_here": row.pk in made_here,
    }


def _pair(one: Pair, files: Files, named: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    original, proxy = files.versions[one.original], files.versions[one.proxy]
    known = files.known[original.media_id], files.known[proxy.media_id]
    sides = []
    for status in known:
        assert status.summary is not None
        sides.append(properties(status.summary, status.frame_count or 0, float((status.duration or 0) * 1000)))
    compared = pipeline.measurements(known[1], reference_id=original.media_id)
    measured = put_together(sides[0], sides[1], compared, waiting=_("Pictures and sound are not compared yet."))
    assert known[0].summary is not None
    audit = judge_pair(measured, Case(known[0].summary)).as_dict()
    state = pipeline.comparison(proxy.media_id, original.media_id)
    used = references.reference_of(proxy)
    if state is None:
        state = "waiting" if used is not None and used.pk == original.pk else "none"
    outcome = audit["outcome"]
    return {
        "original": named[one.original],
        "proxy": named[one.proxy],
        "by": one.by,
        "state": state,
        "result": _result(outcome["state"], outcome["severity"]),
        "summary": outcome["summary"],
        "rows": audit["rows"],
    }


def _result(state: str, severity: str) -> str:
    """good | look | wrong | unknown"""
    if state == State.CANNOT_TELL:
        return "unknown"
    return {"error": "wrong", "warn": "look"}.get(severity, "good")
