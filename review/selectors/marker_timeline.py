"""A version's comments as a timeline of markers, for review/exports/markers."""

from media_pipeline.core.timecode import Rate, TimecodeError, to_frame
from review.exports.markers.timeline import Note, Said, Timeline
from review.media_words import timecode_problem
from review.models import Marker, MarkerKind, Version
from review.problems import Problem
from review.selectors import comments, markers
from review.selectors.comments import Wanted
from review.selectors.stamps import stamp

# What the kinds are called in files, which several people and programs read: English, like their columns.
KIND_NAMES = {
    MarkerKind.VERSION_STARTS: "New from here",
    MarkerKind.APPROVED_UP_TO: "Approved up to here",
    MarkerKind.CHAPTER: "Chapter",
    MarkerKind.CUSTOM: "Marker",
}


def timeline(
    version: Version, wanted: Wanted, *, base: str, start_tc: str | None = None, with_markers: bool = False
) -> Timeline:
    """The threads that are wanted, by frame, their replies with them; `with_markers`: and the markers of the version's own
    timeline in the same range. `start_tc` and errors: as for `placed`."""
    media = version.media
    rate, start, frame_count = placed(version, start_tc)
    rows = list(comments.threads(version.pk, wanted).order_by("frame", "created_at", "pk"))
    replies = comments.replies_to(rows, wanted)
    notes = tuple(
        Note(
            id=row.pk,
            author=row.author.name,
            text=row.text,
            frame=row.frame,
            duration_frames=min(row.duration_frames, frame_count - row.frame),
            completed=row.completed_at is not None,
            internal=row.internal,
            replies=tuple(Said(one.author.name, one.text) for one in replies.get(row.pk, [])),
            url=f"{base}/v/{version.pk}?frame={row.frame}&comment={row.pk}",
            created_at=stamp(row.created_at) or "",
        )
        for row in rows
    )
    if with_markers:
        marks = (_mark(row, frame_count, base) for row in markers.of_version(version.pk) if _within(row, wanted))
        notes = tuple(sorted((*notes, *marks), key=lambda note: note.frame))
    name = f"{version.asset.name} v{version.number}"
    return Timeline(name, rate, start, media.start_frame or 0, frame_count, notes)


def _within(row: Marker, wanted: Wanted) -> bool:
    first, last = row.frame, row.frame + row.duration_frames - 1
    return (wanted.from_frame is None or last >= wanted.from_frame) and (wanted.to_frame is None or first <= wanted.to_frame)


def _mark(row: Marker, frame_count: int, base: str) -> Note:
    return Note(
        id=row.pk,
        author=KIND_NAMES[MarkerKind(row.kind)],
        text=row.label,
        frame=min(row.frame, frame_count - 1),
        duration_frames=max(1, min(row.duration_frames, frame_count - row.frame)),
        url=f"{base}/v/{row.version_id}?frame={row.frame}",
        created_at=stamp(row.created_at) or "",
        kind=row.kind,
    )


def placed(version: Version, start_tc: str | None) -> tuple[Rate, int, int]:
    """(rate, first frame of the timeline as a frame count, frames of the version) of a timeline that the version lies on.

    `start_tc`: timecode of the timeline's first frame in the editing program; None: the file's own. Raises Problem
    (media_not_indexed, timecode_unsupported, timecode_* of a label that does not exist).
    """
    media = version.media
    if media.rate is None or not media.frame_count:
        raise Problem("media_not_indexed")
    try:
        rate = Rate(media.rate.numerator, media.rate.denominator, bool(media.drop_frame))
        start = (media.start_frame or 0) if start_tc is None else to_frame(start_tc, rate)
    except TimecodeError as error:
        raise timecode_problem(error) from error
    return rate, start, media.frame_count
