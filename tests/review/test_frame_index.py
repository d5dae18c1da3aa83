"""The frame index over the API, and comments where the rate varies."""

from fractions import Fraction

import numpy as np
import pytest

from media_pipeline.core.frame_index import FrameIndex
from media_pipeline.core.frame_table import pack, unpack
from media_pipeline.models import Rendition
from media_pipeline.storage import get_storage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(cast):
    """Five frames at 0, 40, 100, 140 and 200 milliseconds, behind a start offset of one second."""
    media = factories.media(frame_count=5, rate=(25, 1), start_frame=None, drop_frame=None)
    media.variable_rate = True
    media.save()
    pts = np.array([1000, 1040, 1100, 1140, 1200], np.int64)
    index = FrameIndex(pts, np.array([1, 0, 0, 1, 0], np.bool_), Fraction(1, 1000), 40, Fraction(25), variable=True)
    made = factories.rendition(media, Rendition.Kind.FRAME_INDEX, label="", mime="application/octet-stream")
    Rendition.objects.filter(pk=made.pk).update(storage_key=f"derived/{media.pk}/{made.pk}.tpfi")
    path = get_storage().local_path(f"derived/{media.pk}/{made.pk}.tpfi")
    path.parent.mkdir(parents=True)
    path.write_bytes(pack(index))
    return factories.version(cast.asset, media)


def test_as_json(cast, api, version):
    answer = api(cast.client).get(f"/api/v1/versions/{version.pk}/frame-index")
    assert answer.json()["data"] == {
        "frame_count": 5,
        "rate": {"num": 25, "den": 1},
        "time_base": {"num": 1, "den": 1000},
        "variable": True,
        "first_pts": 1000,
        "pts": [1000, 1040, 1100, 1140, 1200],
        "keyframes": [0, 3],
    }


def test_as_packed_table(cast, api, version):
    path = f"/api/v1/versions/{version.pk}/frame-index"
    answer = api(cast.client).get(path, headers={"Accept": "application/octet-stream"})
    assert answer["Content-Type"] == "application/octet-stream"
    assert unpack(answer.content).pts.tolist() == [1000, 1040, 1100, 1140, 1200]


def test_refusals_are_json_even_if_a_table_was_asked_for(cast, api):
    path = f"/api/v1/versions/{cast.version.pk}/frame-index"
    answer = api(cast.client).get(path, headers={"Accept": "application/octet-stream"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["code"] == "media_not_indexed"


def test_seconds_of_a_comment_come_from_the_index(cast, api, version):
    """At the nominal rate frame 2 would be at 0.08 seconds; it is shown 0.1 seconds after the first."""
    path = f"/api/v1/versions/{version.pk}/comments"
    data = api(cast.reviewer).post(path, {"text": "x", "frame": 2}, format="json").json()["data"]
    assert data["seconds"] == {"num": 100, "den": 1000}
    assert data["timecode"] == "00:00:00:02", "labels count frames"


def test_no_seconds_rather_than_wrong_ones(cast, api):
    media = factories.media(rate=(25, 1))
    media.variable_rate = True
    media.save()
    path = f"/api/v1/versions/{factories.version(cast.asset, media).pk}/comments"
    assert api(cast.reviewer).post(path, {"text": "x", "frame": 2}, format="json").json()["data"]["seconds"] is None
