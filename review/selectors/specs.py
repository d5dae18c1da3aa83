"""The spec and the protocol of a project, as the API, the checks and names read them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_pipeline import api as pipeline
from media_pipeline.core.checks.spec import PRESETS, Spec, SpecError
from review.conformance import Deviation, deviations
from review.models import Acknowledgement, Membership, ProtocolRevision, SpecRevision, Version
from review.naming.pattern import DEFAULT
from review.selectors.people import person
from review.selectors.stamps import stamp

PROXIES_BY = ("server", "editor", "nobody")
# Rates and rasters as people ask for them; what the checks know beyond these is added below.
BROADCAST = {
    "hd-2997-df": ("HD 1080p at 29.97, drop-frame", "hd-2997", {"drop_frame": True, "start_timecode": "01:00:00;00"}),
    "hd-2997-ndf": ("HD 1080p at 29.97, non-drop-frame", "hd-2997", {"drop_frame": False, "start_timecode": "01:00:00:00"}),
    "hd-5994-df": ("HD 1080p at 59.94, drop-frame", "hd-5994", {"drop_frame": True, "start_timecode": "01:00:00;00"}),
    "web-25": (
        "Web, 1080p at 25",
        "hd-25",
        {
            "containers": ("mp4",),
            "video_codecs": ("h264",),
            "audio_codecs": ("aac",),
            "audio_layouts": ("stereo",),
            "loudness_lufs": -14.0,
        },
    ),
}


def presets() -> dict[str, Spec]:
    """Specs to begin with, by name."""
    made = {
        name: Spec.from_dict({"preset": base, "name": title, **values}) for name, (title, base, values) in BROADCAST.items()
    }
    return {**PRESETS, **made}


def in_force(project_id: str) -> SpecRevision | None:
    """The newest revision; None while nothing was agreed on."""
    return SpecRevision.objects.filter(project_id=project_id).select_related("made_by").order_by("-revision").first()


def revisions(project_id: str) -> QuerySet[SpecRevision]:
    return SpecRevision.objects.filter(project_id=project_id).select_related("made_by")


def technical(project_id: str) -> Spec:
    """What the checks judge by. What a later release cannot read any more is no expectation."""
    row = SpecRevision.objects.filter(project_id=project_id).order_by("-revision").values_list("technical", flat=True).first()
    if row is None:
        return Spec()
    try:
        return Spec.from_dict(row)
    except SpecError:
        return Spec()


def naming_pattern(project_id: str) -> str:
    rows = SpecRevision.objects.filter(project_id=project_id).order_by("-revision")
    return rows.values_list("naming_pattern", flat=True).first() or DEFAULT


def spec(project_id: str, row: SpecRevision | None) -> dict[str, Any]:
    """ProjectSpec of the API and of events; revision 0 is a project that has agreed on nothing."""
    return {
        "project_id": project_id,
        "revision": row.revision if row else 0,
        "technical": row.technical if row else Spec().as_dict(),
        "naming_pattern": row.naming_pattern if row else DEFAULT,
        "proxies_by": row.proxies_by if row else "server",
        "note": row.note if row else "",
        "made_by": person(row.made_by) if row else None,
        "made_at": stamp(row.made_at) if row else None,
    }


def not_conforming(project_id: str, wanted: Spec, *, before: Spec | None = None) -> list[dict[str, Any]]:
    """Versions that do not conform to `wanted`, newest first, each with what is otherwise; `newly`: it did conform to `before`.
    Files whose frames are not known yet are not judged. Three queries."""
    kept = {"deleted_at": None, "asset__deleted_at": None, "asset__expires_at": None}
    rows = Version.objects.filter(asset__project_id=project_id, **kept).select_related("asset")
    versions = list(rows.order_by("-created_at", "-pk"))
    known = pipeline.status({row.media_id for row in versions})
    found = []
    for row in versions:
        summary = known[row.media_id].summary
        wrong = deviations(wanted, summary) if summary is not None else []
        if summary is None or not wrong:
            continue
        found.append(
            {
                "version_id": row.pk,
                "asset_id": row.asset_id,
                "asset_name": row.asset.name,
                "number": row.number,
                "name": row.name or row.original_name,
                "newly": before is not None and not deviations(before, summary),
                "deviations": [one.as_dict() for one in wrong],
            }
        )
    return found


def of_version(version: Version) -> list[Deviation]:
    """What the version has otherwise than its project's spec in force."""
    summary = pipeline.status([version.media_id])[version.media_id].summary
    return deviations(technical(version.asset.project_id), summary) if summary is not None else []


def protocol(project_id: str) -> dict[str, Any]:
    """TeamProtocol of the API and of events: the text in force, and who has acknowledged just that."""
    row = ProtocolRevision.objects.filter(project_id=project_id).select_related("made_by").order_by("-revision").first()
    revision = row.revision if row else 0
    done = (
        Acknowledgement.objects.filter(project_id=project_id, revision=revision)
        .select_related("user")
        .order_by("made_at", "pk")
    )
    acknowledged = {one.user_id: {"person": person(one.user), "at": stamp(one.made_at)} for one in done}
    members = Membership.objects.filter(project_id=project_id, user__is_active=True).select_related("user")
    return {
        "project_id": project_id,
        "revision": revision,
        "text": row.text if row else first_protocol(technical(project_id), naming_pattern(project_id)),
        "made_by": person(row.made_by) if row else None,
        "made_at": stamp(row.made_at) if row else None,
        "acknowledged": list(acknowledged.values()),
        "missing": [person(one.user) for one in members.order_by("created_at", "pk") if one.user_id not in acknowledged],
    }


def first_protocol(wanted: Spec, pattern: str) -> str:
    """The text that a project begins with, from its spec, in the reader's language. One page; the team makes it its own."""
    said = described(wanted) or [_("No spec has been agreed on yet: agree on one first.")]
    return _FIRST_PROTOCOL % {"spec": "\n".join(f"- {line}" for line in said), "pattern": pattern}


_FIRST_PROTOCOL = gettext_lazy("""# How we work on this project

## What we deliver
%(spec)s
- Names: `%(pattern)s`. Nothing is called final before it is delivered.

## Before you open a sequence
- The newest version is the one in Twopop, not the one on your disk. Compare the version number.
- Nobody else holds the sequence's lock. Take it, say what you are going to do and until when.
- The project in your editing program has the rate, raster and start timecode above.

## During the session
- Work on a copy with the next version's name. Never render over a version that was uploaded.
- Comments that you have dealt with are marked as done; those that you cannot do get an answer.
- You need longer: renew the lock, and say so in its note.

## Before you close
- Rendered to the spec above, and named by the pattern.
- Uploaded; the sync report has no errors, or they are waived with a reason.
- Publish and release the lock in one step. Tell who is asked for approval until when.
""")


def described(wanted: Spec) -> list[str]:
    """The spec in words, a line for each property that it sets."""
    lines = []
    if wanted.rate is not None:
        line = _("Rate: %(rate)s frames per second") % {"rate": wanted.rate}
        if wanted.drop_frame is not None:
            line += _(", drop-frame") if wanted.drop_frame else _(", non-drop-frame")
        lines.append(line)
    if wanted.width and wanted.height:
        line = _("Picture: %(width)s × %(height)s") % {"width": wanted.width, "height": wanted.height}
        if wanted.pixel_aspect_num:
            line += _(", pixel aspect %(num)s:%(den)s") % {"num": wanted.pixel_aspect_num, "den": wanted.pixel_aspect_den}
        lines.append(line + (f", {wanted.scan}" if wanted.scan else ""))
    rate = f"{wanted.audio_rate} Hz" if wanted.audio_rate else ""
    for title, words in (
        (_("Sound"), [part for part in (rate, " + ".join(wanted.audio_layouts)) if part]),
        (_("Start timecode"), [wanted.start_timecode] if wanted.start_timecode else []),
        (_("Containers"), wanted.containers),
        (_("Picture codecs"), wanted.video_codecs),
        (_("Sound codecs"), wanted.audio_codecs),
    ):
        if words:
            lines.append(f"{title}: {', '.join(words)}")
    if wanted.loudness_lufs is not None:
        values = {"lufs": f"{wanted.loudness_lufs:g}", "tolerance": f"{wanted.loudness_tolerance_lu:g}"}
        lines.append(_("Loudness: %(lufs)s LUFS ± %(tolerance)s LU") % values)
    if wanted.true_peak_dbtp is not None:
        lines.append(_("True peak: at most %(peak)s dBTP") % {"peak": f"{wanted.true_peak_dbtp:g}"})
    return lines
