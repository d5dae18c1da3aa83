"""The step "sound", as it runs in the limited child: a mixdown becomes something that films can be compared with."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from media_pipeline.core import allow, sound_file
from media_pipeline.core.child import Order
from media_pipeline.core.errors import MediaError
from media_pipeline.core.report import SOUND_SUMMARY, RenditionFile, Report
from media_pipeline.core.summary import Summary


def run(order: Order, report: Report) -> Mapping[str, Any]:
    """Features of every track, and the summary in a file of its own. Raises MediaError, too for files with pictures: as
    versions they can be compared by their pictures as well."""
    with allow.open_media(order.source, sound=True) as container:
        _refuse_pictures(container)
    summary, _ = sound_file.inspect(order.source)
    sound_file.make_features(order.source, summary, order.out, report)
    (order.out / "summary.json").write_text(json.dumps(summary.as_dict()))
    length = max((int(track.duration_num * 1000 / track.duration_den) for track in summary.audio), default=0)
    meta = {"milliseconds": length, "tracks": len(summary.audio), "codec": summary.audio[0].codec}
    return {"files": [RenditionFile("features", SOUND_SUMMARY, "summary.json", "application/json", meta=meta)]}


def read_summary(path: Path) -> Summary:
    """What `run` wrote."""
    return Summary.from_dict(json.loads(path.read_text()))


def _refuse_pictures(container: Any) -> None:
    try:
        allow.video_stream(container)
    except MediaError as error:
        if error.code == "no_video":
            return
        raise
    raise MediaError(
        "has_pictures",
        "The file has pictures: it is no sound alone",
        "Upload it as a version, and choose that version as the reference.",
    )
