"""The seams of the sync checks: declarations, page, spec, verdict, report, and that nothing measured can break judging."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from media_pipeline.core.checks import contract, registry, run, spec, verdict
from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cause, Cure, Finding, Place, Remedy, Severity, Stage
from media_pipeline.core.checks.describe import page
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.checks.report import difference, judge, make_report
from media_pipeline.core.checks.spec import PRESETS, Spec, SpecError, parse_rate, read_spec
from tests.checks.bench import PLAIN, outcome, timed

ROOT = Path(__file__).resolve().parents[2]
CHECKS = registry.all_checks()


def test_the_page_is_current():
    made = (ROOT / "docs/sync-checks.md").read_text()
    assert made == page(), "run: python -m media_pipeline describe-checks > docs/sync-checks.md"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_declaration_is_whole(check):
    assert check.id == check.id.lower()
    assert check.id.replace("_", "").isalnum()
    for text in (check.title, check.question, check.how, check.cannot_see, check.source):
        assert len(text) > 4
    assert check.question.endswith("?")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
@pytest.mark.parametrize("data", [{}, {"kind": 7}, {"kind": "variable", "rate": [0, 0]}])
def test_judging_stands_whatever_was_measured(check, data):
    case = Case(PLAIN, measurements={check.id: Measurement(check.version, "measured", data)})
    assert isinstance(judge(case)[check.id], contract.Outcome)


def test_a_stage_runs_in_the_order_that_checks_ask_for(monkeypatch):
    def named(name, *after):
        return replace(CHECKS[0], id=name, after=after, stage=Stage.PACKETS)

    monkeypatch.setattr(registry, "all_checks", lambda: (named("a", "b"), named("b", "c"), named("c")))
    assert [check.id for check in registry.of_stage(Stage.PACKETS)] == ["c", "b", "a"]


def test_a_check_that_fails_does_not_take_the_others_along(monkeypatch):
    def broken(material):
        raise ZeroDivisionError("by nought")

    def silent(material):
        raise contract.CannotMeasure("There is no sound.")

    def endless(material):
        return {"value": float("inf")}

    checks = [replace(CHECKS[0], id=name, measure=measure) for name, measure in (("b", broken), ("s", silent), ("e", endless))]
    monkeypatch.setattr(run, "of_stage", lambda stage: [*checks, registry.find("cadence")])
    made = run.measure_stage(Stage.PACKETS, timed(range(0, 3600 * 100, 3600), "1/90000"))
    assert {name: one.state for name, one in made.items()} == {
        "b": "failed", "s": "cannot_tell", "e": "failed", "cadence": "measured",
    }  # fmt: skip
    assert "by nought" in made["b"].reason


def test_measurements_survive_being_stored(tmp_path):
    made = run.measure_stage(Stage.PACKETS, timed(range(0, 3600 * 100, 3600), "1/90000"))
    run.write(tmp_path / "m.json", Stage.PACKETS, made)
    assert run.read((tmp_path / "m.json").read_bytes()) == made


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff", b'{"format":1}', b'{"format":1,"checks":{"a":1}}', b"[" * 100_000]
)
def test_what_is_no_measurement_is_none(data):
    assert run.read(data) == {}


def test_a_measurement_of_another_version_is_not_judged():
    stored = {"cadence": Measurement(99, "measured", {})}
    assert judge(Case(PLAIN, measurements=stored)) == {}


# --- spec


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (25, "25"),
        ("24000/1001", "24000/1001"),
        (23.976, "24000/1001"),
        (23.98, "24000/1001"),
        ("29.97", "30000/1001"),
        (24, "24"),
    ],
)
def test_rates_as_people_write_them(given, exact):
    assert parse_rate(given) == parse_rate(exact)
    assert str(parse_rate(given)) == exact


def test_a_spec_file(tmp_path):
    (tmp_path / "s.toml").write_text(
        'preset = "hd-25"\nwidth = 1280\nheight = 720\naudio_layouts = "stereo"\npixel_aspect="1:1"'
    )
    read = read_spec(tmp_path / "s.toml")
    assert (read.rate_num, read.width, read.audio_layouts, read.pixel_aspect_num) == (25, 1280, ("stereo",), 1)
    assert Spec.from_dict(json.loads(json.dumps(read.as_dict()))) == read


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rat = 25", "rat"), ('rate = "fast"', "rate"), ("rate = 0", "rate"), ("width = -1", "width"), ('width = "x"', "width"),
        ('preset = "none"', "preset"), ('start_timecode = "01:00:00:00"', "start_timecode"), ('scan = "both"', "scan"),
        ('rate = 25\nstart_timecode = "01:00:00:25"', "start_timecode"), ("audio_layouts = [1]", "audio_layouts"),
        ("drop_frame = 1", "drop_frame"), ("loudness_lufs = true", "loudness_lufs"), ("rate = [", "s.toml"),
    ],
)  # fmt: skip
def test_a_spec_that_cannot_be_names_the_key(tmp_path, text, named):
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(SpecError, match=rf"^{named}\b"):
        read_spec(tmp_path / "s.toml")


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid(name):
    assert spec.Spec.from_dict({"preset": name}) == PRESETS[name]


# --- verdict and report


def finding(code="cadence.x", severity=Severity.WARN, cure=Cure.NONE, cause=Cause.MEDIA):
    places = (Place(1),)
    return Finding(code, severity, f"{code} is off.", "One sees it.", Remedy("Mend it."), cause, cure, places=places)


def outcomes(*found, proves=False):
    proof = contract.passed("They fit to 0.1 ms.", proves_sync=True) if proves else contract.passed("Fine.")
    return {"other": proof, **({"cadence": contract.found(found)} if found else {})}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (outcomes(), verdict.CANNOT_TELL),
        (outcomes(proves=True), verdict.IN_SYNC),
        (outcomes(finding(severity=Severity.INFO, cure=Cure.RERENDER), proves=True), verdict.IN_SYNC),
        (outcomes(finding(), proves=True), verdict.IN_SYNC),
        (outcomes(finding(cure=Cure.FIX_IN_POST), proves=True), verdict.FIX_IN_POST),
        (outcomes(finding(cure=Cure.FIX_IN_POST), finding(cure=Cure.RERENDER)), verdict.RERENDER),
    ],
)
def test_the_verdict_follows_its_rules(given, kind):
    assert verdict.decide(given).kind == kind


def test_a_waived_finding_does_not_decide():
    given = outcomes(finding(cure=Cure.RERENDER), proves=True)
    assert verdict.decide(given, waived=frozenset({"cadence.x"})).kind == verdict.IN_SYNC


def test_a_verdict_names_the_causes():
    given = outcomes(finding(cure=Cure.RERENDER), finding("cadence.y", cure=Cure.RERENDER, cause=Cause.TIMELINE))
    assert verdict.decide(given).causes == ("timeline", "media")


def report_of(times):
    material = timed(times, "1/30000", declared="30000/1001")
    outcome(material, "cadence")
    stages = {Stage.PACKETS: "done", Stage.DECODED: "done", Stage.REFERENCE: "none"}
    return make_report(Case(material.summary, measurements=material.earlier), stages=stages)


def test_a_report_is_plain_json_and_shows_what_changed():
    good = report_of([1001 * n for n in range(900)])
    bad = report_of([1001 * n - max(0, min(n, 600) - 300) for n in range(900)])
    assert json.loads(json.dumps(good, allow_nan=False)) == good
    assert good["complete"]
    assert good["counts"] == {"error": 0, "warn": 0, "info": 0}
    assert bad["counts"]["error"] == 1
    assert bad["verdict"]["kind"] == verdict.RERENDER
    changed = difference(good, bad)
    assert changed["worse"]
    assert [one["code"] for one in changed["appeared"]] == ["cadence.mixed"]
    assert difference(bad, good)["gone"][0]["code"] == "cadence.mixed"
    assert not difference(bad, good)["worse"]


def test_places_near_a_join_say_so():
    joined = {"segments": Measurement(1, "measured", {"joins": [{"frame": 100}]})}
    case = Case(replace(PLAIN, rate_num=25, start_frame=90_000), measurements=joined)
    assert case.place(101).note == "at a segment join"
    assert case.place(101).timecode == "01:00:04:01"
    assert case.place(110).note == ""
