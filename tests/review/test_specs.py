"""What a project agrees on: revisions of its spec, what no longer conforms, the protocol and who acknowledged it."""

from types import SimpleNamespace

import pytest

from media_pipeline.core.summary import AudioTrack, Summary
from review.models import Event, SpecRevision
from review.selectors import checks, names, specs
from tests import factories


def known(media, **fields) -> None:
    """Give a media the summary that its index would have made."""
    given = {
        "container": "mov,mp4,m4a,3gp,3g2,mj2", "size": media.size, "video_stream": 0, "video_codec": "prores", "profile": "",
        "pixel_format": "", "width": 1920, "height": 1080, "sar_num": 1, "sar_den": 1, "rotation": 0, "color_primaries": "",
        "color_transfer": "", "color_space": "", "color_range": "", "field_order": "progressive",
        "frame_count": media.frame_count, "rate_num": 24000, "rate_den": 1001, "variable_rate": False,
        "start_timecode": "01:00:00:00", "start_frame": 86400, "drop_frame": False, "timecode_source": "tmcd",
        "has_b_frames": False, "open_gop": False, "fragmented": False, "edit_list": "", "plays_exactly": True,
        "plays_why_not": "",
        "audio": (AudioTrack(0, 1, "pcm_s24le", "stereo", 2, 48000, 0, 1, 1, 1),), **fields,
    }  # fmt: skip
    media.summary = Summary(**given).as_dict()
    media.save(update_fields=["summary"])


@pytest.fixture
def desk(cast: SimpleNamespace, api) -> SimpleNamespace:
    cast.path = f"/api/v1/projects/{cast.project.pk}"
    cast.web = {name: api(getattr(cast, name)) for name in ("owner", "version_controller", "editor", "client")}
    return cast


def test_a_spec_in_revisions_and_what_no_longer_conforms(desk, django_assert_max_num_queries):
    known(desk.version.media)
    other = factories.version(desk.asset)
    known(other.media, width=1280, height=720)
    web, path = desk.web["version_controller"], f"{desk.path}/spec"
    first = web.get(path)
    assert (first.json()["data"]["revision"], first["ETag"]) == (0, '"0"')
    body = {"technical": {"preset": "hd-23976", "audio_layouts": ["stereo"]}, "note": "As agreed"}
    answer = web.put(path, body, format="json", HTTP_IF_MATCH='"0"')
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert (data["spec"]["revision"], data["spec"]["made_by"]["id"]) == (1, desk.version_controller.pk)
    assert [one["version_id"] for one in data["not_conforming"]] == [other.pk]
    assert data["not_conforming"][0]["deviations"] == [{"what": "raster", "expected": "1920×1080", "found": "1280×720"}]
    # Another rate: asked first, then done; whoever had read the revision before is told.
    changed = {"technical": {**data["spec"]["technical"], "rate": "25"}, "naming_pattern": "{project}-v{version:03}"}
    tried = web.put(path, {**changed, "dry_run": True}, format="json").json()["data"]
    assert [(one["number"], one["newly"]) for one in tried["not_conforming"]] == [(2, False), (1, True)]
    assert SpecRevision.objects.count() == 1
    stale = web.put(path, changed, format="json", HTTP_IF_MATCH='"0"').json()
    assert (stale["code"], stale["current"]) == ("precondition_failed", web.get(path).json()["data"]), (
        "the other side comes along"
    )
    assert web.put(path, changed, format="json", HTTP_IF_MATCH='"1"')["ETag"] == '"2"'
    assert web.put(path, changed, format="json", HTTP_IF_MATCH='"2"')["ETag"] == '"2"', "the same again is no revision"
    with django_assert_max_num_queries(15):
        assert len(web.get(f"{path}/conformance").json()["data"]) == 2
    assert [one["revision"] for one in web.get(f"{path}/revisions").json()["data"]] == [2, 1]
    # Names and checks go by it.
    assert names.pattern_of(desk.project.pk).text == "{project}-v{version:03}"
    report = checks.report(desk.version)["report"]
    assert (report["spec"]["rate_num"], report["spec"]["width"]) == (25, 1920)
    kinds = Event.objects.filter(project=desk.project).values_list("kind", flat=True)
    assert list(kinds).count("spec.updated") == 2


@pytest.mark.parametrize(
    "body",
    [
        {"technical": {"preset": "none"}},
        {"technical": {"rate": "fast"}},
        {"technical": {"colour": "red"}},
        {"technical": {"start_timecode": "01:00:00:00"}},
        {"technical": {"rate": "30000/1001", "start_timecode": "00:01:00;00"}},
        {"technical": {}, "naming_pattern": "{project}"},
    ],
)
def test_specs_that_cannot_be(desk, body):
    answer = desk.web["owner"].put(f"{desk.path}/spec", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "spec_invalid")
    assert not SpecRevision.objects.exists()


def test_presets_can_all_be_taken(desk):
    presets = desk.web["client"].get(f"{desk.path}/spec/presets").json()["data"]
    assert {"hd-23976", "hd-25", "hd-2997-df", "hd-2997-ndf", "hd-5994-df", "web-25"} <= {one["name"] for one in presets}
    for one in presets:
        assert specs.presets()[one["name"]].as_dict() == one["technical"]
        answer = desk.web["owner"].put(
            f"{desk.path}/spec", {"technical": {"preset": one["name"]}, "dry_run": True}, format="json"
        )
        assert answer.status_code == 200, answer.content


def test_the_protocol_is_revised_and_acknowledged_anew(desk):
    path = f"{desk.path}/protocol"
    owner, editor = desk.web["owner"], desk.web["editor"]
    first = editor.get(path).json()["data"]
    assert (first["revision"], len(first["missing"])) == (0, 5)
    assert "Before you open" in first["text"]
    assert editor.post(f"{path}/acknowledge", {"revision": 0}, format="json").json()["data"]["acknowledged"]
    assert editor.put(path, {"text": "Mine"}, format="json").status_code == 403
    revised = owner.put(path, {"text": "Ours"}, format="json", HTTP_IF_MATCH='"0"').json()["data"]
    assert (revised["revision"], revised["acknowledged"], len(revised["missing"])) == (1, [], 5)
    late = editor.post(f"{path}/acknowledge", {"revision": 0}, format="json")
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    for _ in range(2):
        done = editor.post(f"{path}/acknowledge", {"revision": 1}, format="json").json()["data"]
    assert [one["person"]["id"] for one in done["acknowledged"]] == [desk.editor.pk]
    other = owner.put(path, {"text": "Other"}, format="json", HTTP_IF_MATCH='"0"')
    assert (other.status_code, other.json()["current"]) == (412, done)
