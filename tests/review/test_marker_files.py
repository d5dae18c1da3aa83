"""Comments of a version as marker files: filtered as the list is, nothing internal for clients, the asked start timecode."""

import pytest
from django.utils import timezone

from review.exports.markers.formats import FORMATS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(cast):
    factories.comment(cast.version, cast.reviewer, text="Flash frame", frame=5, duration_frames=3)
    internal = factories.comment(cast.version, cast.editor, text="Fix before Friday", frame=9, internal=True)
    factories.comment(cast.version, cast.editor, text="On it", parent=internal, frame=9, internal=True)
    factories.comment(
        cast.version, cast.editor, text="Done already", frame=11, completed_at=timezone.now(), completed_by=cast.owner
    )
    return f"/api/v1/versions/{cast.version.pk}/marker-file"


def holds(content, text):
    """As UTF-8, or as an AAF has it."""
    return text.encode() in content or text.encode("utf-16-le") in content


@pytest.mark.parametrize("program", FORMATS)
def test_every_format_is_a_download_with_a_name(program, cast, api, where):
    answer = api(cast.editor).get(where, {"program": program})
    assert answer.status_code == 200
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert f"_v01_{program}." in disposition
    assert holds(answer.content, "Flash frame")
    assert holds(answer.content, "Fix before Friday")
    assert f"/v/{cast.version.pk}?frame=5".encode() in answer.content or program not in {"csv", "otio"}


def test_a_client_gets_nothing_internal(cast, api, where):
    for program in FORMATS:
        content = api(cast.client).get(where, {"program": program}).content
        assert holds(content, "Flash frame")
        assert not holds(content, "Friday")
        assert not holds(content, "On it")


def test_filters_and_replies(cast, api, where):
    def rows(**query):
        answer = api(cast.editor).get(where, {"program": "avid", **query})
        assert answer.status_code == 200, answer.content
        return [line.split("\t")[4] for line in answer.content.decode().splitlines()]

    assert rows() == ["Flash frame", f"Fix before Friday / {cast.editor.name}: On it", "Done already"]
    assert rows(completed="false") == ["Flash frame", f"Fix before Friday / {cast.editor.name}: On it"]
    assert rows(visibility="public") == ["Flash frame", "Done already"]
    assert rows(author="me") == [f"Fix before Friday / {cast.editor.name}: On it", "Done already"]
    assert rows(q="flash") == ["Flash frame"]


def test_the_timeline_may_start_elsewhere_than_the_file(cast, api, where):
    def first(**query):
        answer = api(cast.editor).get(where, {"program": "avid", **query})
        return answer.content.decode().split("\t")[1] if answer.status_code == 200 else answer.json()["code"]

    media = cast.version.media
    media.start_frame, media.rate_num, media.rate_den, media.drop_frame = 1798, 30000, 1001, True
    media.save()
    assert first() == "00:01:00;05"
    assert first(start_tc="01:00:00;00") == "01:00:00;05"
    assert first(start_tc="00:01:00;00") == "timecode_dropped"
    assert first(start_tc="soon") == "timecode_syntax"


def test_what_cannot_be_asked(cast, api, where):
    assert api(cast.editor).get(where).status_code == 400
    assert api(cast.editor).get(where, {"program": "word"}).status_code == 400
    waiting = factories.version(cast.asset, factories.media(frame_count=None))
    answer = api(cast.editor).get(f"/api/v1/versions/{waiting.pk}/marker-file", {"program": "avid"})
    assert (answer.status_code, answer.json()["code"]) == (409, "media_not_indexed")


def test_markers_of_the_version_come_along_when_they_are_asked_for(cast, api, where):
    factories.marker(cast.version, cast.editor, 20, kind="chapter", label="Titles")
    factories.marker(cast.version, cast.editor, 30, kind="custom", label="")

    def rows(**query):
        answer = api(cast.client).get(where, {"program": "avid", **query})
        return [line.split("\t")[0::4] for line in answer.content.decode().splitlines()]

    comments = [[cast.reviewer.name, "Flash frame"], [cast.editor.name, "Done already"]]
    assert rows() == comments
    assert rows(include="markers") == [*comments, ["Chapter", "Titles"], ["Marker", "Marker"]]
    assert rows(include="markers", from_frame=25) == [["Marker", "Marker"]]
    assert api(cast.client).get(where, {"program": "avid", "include": "replies"}).status_code == 400
