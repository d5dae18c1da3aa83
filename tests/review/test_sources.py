"""The table of a project's sources: what differs is marked, in a fixed number of queries, as JSON and CSV."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media_pipeline.core.summary import AudioTrack
from tests import factories
from tests.checks.bench import PLAIN

pytestmark = pytest.mark.django_db
TRACK = AudioTrack(0, 1, "pcm_s24le", "stereo", 2, 48_000, 0, 1, 4, 1)
SUMMARY = replace(
    PLAIN, container="mov,mp4,m4a", frame_count=100, start_timecode="01:00:00:00", drop_frame=False, audio=(TRACK,)
)


def source(asset: Any, name: str = "render.mov", **changes: Any) -> Any:
    media = factories.media()
    media.summary = replace(SUMMARY, **changes).as_dict()
    media.save(update_fields=["summary"])
    return factories.version(asset, media, original_name=name)


@pytest.fixture
def project(client):
    made = factories.project()
    client.force_login(made.created_by)
    return made


def table(client, project, query=""):
    return client.get(f"/api/v1/projects/{project.pk}/sources{query}").json()["data"]


def test_what_is_otherwise_than_the_rest_is_marked(client, project):
    for name in ("sc010", "sc020", "sc030"):
        source(factories.asset(project, name))
    odd = factories.asset(project, "sc040")
    source(odd)
    wrong = replace(TRACK, sample_rate=44_100)
    source(odd, rate_num=30, variable_rate=True, drop_frame=None, start_timecode="", audio=(wrong,), field_order="tt")
    factories.version(factories.asset(project, "sc050"), factories.media(frame_count=None))

    made = table(client, project)
    assert [(row["asset_name"], row["number"], row["known"]) for row in made["rows"]] == [
        ("sc010", 1, True), ("sc020", 1, True), ("sc030", 1, True), ("sc040", 2, True), ("sc050", 1, False),
    ]  # fmt: skip
    assert made["common"]["rate"] == "25"
    by_name = {row["asset_name"]: row for row in made["rows"]}
    assert by_name["sc010"]["odd"] == by_name["sc050"]["odd"] == []
    assert by_name["sc040"]["odd"] == ["scan", "rate", "variable_rate", "audio_rate"], (
        "without a timecode nothing is said of drop-frame"
    )
    assert (by_name["sc040"]["scan"], by_name["sc040"]["audio_rate"], by_name["sc040"]["audio"]) == (
        "tff", "44100", "pcm_s24le stereo",
    )  # fmt: skip
    assert by_name["sc010"]["duration"] == {"num": 4, "den": 1}
    assert [row["number"] for row in table(client, project, "?versions=all")["rows"] if row["asset_name"] == "sc040"] == [2, 1]


def test_the_number_of_queries_does_not_grow(client, project):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            table(client, project, "?versions=all")
        return len(queries)

    source(factories.asset(project))
    few = asked()
    for number in range(8):
        asset = factories.asset(project, f"more {number}")
        source(asset)
        source(asset)
    assert asked() == few < 20


def test_as_csv_no_cell_is_a_formula(client, project):
    source(factories.asset(project, "=HYPERLINK(1)"), "-1.mov", rate_num=24_000, rate_den=1_001)
    answer = client.get(f"/api/v1/projects/{project.pk}/sources.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(answer.content.decode()))
    shown = dict(zip(head, row, strict=True))
    assert (shown["Asset"], shown["File"]) == ("'=HYPERLINK(1)", "'-1.mov")
    assert (shown["Frame rate"], shown["Variable rate"], shown["Seconds"]) == ("24000/1001", "no", "4.171")
