"""Media for a worker to do, and what must have come of it: everything, once."""

from collections import Counter

from media_pipeline import api
from media_pipeline.models import Job, Rendition
from tests.pipeline.conftest import files_of, latest

FRAMES = 48
PUBLISHED = {("frame_index", ""): 1, ("poster", ""): 1, ("proxy", "720p"): 1}


def work(number: int, seconds: float = 0.6) -> dict:
    """A media that publishes a poster, works a while, then publishes its proxy."""
    proxy = {"kind": "proxy", "label": "720p", "frames": FRAMES, "mime": "video/mp4", "text": f"proxy {number}"}
    return {
        "number": number,
        "frames": FRAMES,
        "renditions": {
            "publish": [{"kind": "poster", "mime": "image/jpeg"}],
            "progress": FRAMES,
            "seconds": seconds,
            "publish_late": [proxy],
        },
    }


def all_ready(medias):
    status = api.status([media.pk for media in medias])
    return all(status[media.pk].state == "ready" for media in medias)


def assert_once(medias):
    """Each media has every rendition exactly once, with its files there, and one finished job per step."""
    for media in medias:
        rows = Rendition.objects.filter(media=media)
        assert Counter((row.kind, row.label) for row in rows) == PUBLISHED
        assert all(row.superseded_at is None for row in rows)
        assert all(files_of(media.pk, row.pk).path.is_file() for row in rows)
        assert Counter(Job.objects.filter(media=media).values_list("step", "state")) == {
            ("index", "done"): 1,
            ("renditions", "done"): 1,
        }


def is_mid_way(media):
    """The poster is published, the proxy is being made."""
    job = latest(media, "renditions")
    return job is not None and job.state == "running" and 0 < job.done_units < job.total_units
