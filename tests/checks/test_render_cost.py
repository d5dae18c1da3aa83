"""What a report says of the cost of rendering again."""

from dataclasses import replace

import pytest

from media_pipeline.core.checks.case import Case
from media_pipeline.core.checks.contract import Cause, Cure, Finding, Place, Remedy, Severity, found
from media_pipeline.core.checks.material import Measurement
from media_pipeline.core.checks.render_cost import render_cost
from media_pipeline.core.checks.report import make_report
from media_pipeline.core.checks.spec import Spec, SpecError
from media_pipeline.core.checks.verdict import decide
from tests.checks.bench import PLAIN

HOUR = replace(PLAIN, frame_count=90_000)  # at 25
SPEC = Spec.from_dict({"render_cost_per_hour": 8, "render_hours_per_hour": 2.5, "render_currency": "EUR"})


def told(cure: Cure, *places: Place, joins: tuple[int, ...] = (), spec: Spec = SPEC):
    finding = Finding("x.y", Severity.ERROR, "s", "m", Remedy("r"), Cause.MEDIA, cure, places=places, place_count=len(places))
    outcomes = {"x": found([finding])}
    joined = {"segments": Measurement(1, "measured", {"joins": [{"frame": frame} for frame in joins]})}
    return render_cost(Case(HOUR, spec, joined), decide(outcomes), outcomes)


def test_a_copy_is_held_against_a_render_of_the_whole():
    made = told(Cure.FIX_IN_POST)
    assert made["whole"] == {"hours": 2.5, "cost": 20.0}
    assert made["text"] == (
        "Rendering the whole film again costs about 20.00 EUR (2.5 hours of rendering); "
        "the corrected copy needs no render at all."
    )


@pytest.mark.parametrize(
    ("places", "segments"),
    [
        ([Place(10), Place(44_990, 20)], {"count": 3, "of": 4, "hours": 1.875, "cost": 15.0}),
        ([Place(22_499, 2)], {"count": 2, "of": 4, "hours": 1.25, "cost": 10.0}),
        ([Place(22_500, 2)], {"count": 1, "of": 4, "hours": 0.625, "cost": 5.0}),
        ([Place(0, 90_000)], None),
        ([], None),
    ],
)
def test_of_a_distributed_render_only_the_segments_that_are_named(places, segments):
    made = told(Cure.RERENDER, *places, joins=(22_500, 45_000, 67_500))
    assert made["segments"] == segments


def test_nothing_is_said_where_nobody_said_what_it_costs_or_nothing_is_wrong():
    assert told(Cure.RERENDER, spec=Spec()) is None
    assert make_report(Case(HOUR, SPEC), stages={})["render_cost"] is None
    with pytest.raises(SpecError, match="render_cost_per_hour"):
        Spec.from_dict({"render_cost_per_hour": -1})
