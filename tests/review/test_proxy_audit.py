"""The proxy audit over the API; how files are paired and judged is tested in tests/checks."""

from dataclasses import replace
from typing import Any

import pytest

from review.models import Correction, ReferenceMode, Version
from tests import factories
from tests.checks.bench import PLAIN

pytestmark = pytest.mark.django_db


def read(project: Any, name: str, **facts: Any) -> Version:
    summary = replace(PLAIN, **{"frame_count": 250, "width": 1920, "height": 1080, **facts})
    media = factories.media(frame_count=summary.frame_count, rate=(25, 1))
    media.summary = summary.as_dict()
    media.save()
    return factories.version(factories.asset(project, name), media, original_name=name)


def test_pairs_are_told_compared_and_judged(client, django_assert_max_num_queries):
    project = factories.project()
    client.force_login(project.created_by)
    address = f"/api/v1/projects/{project.pk}/proxy-audit"
    original, lone = read(project, "A001.mov"), read(project, "B002.mov")
    proxy = read(project, "A001_proxy.mp4", width=1280, height=720)
    wrong = read(project, "A001_Proxy_2.mp4", width=960, height=540)
    factories.version(factories.asset(project, "C"), factories.media(frame_count=None), original_name="C.mov")

    told = client.get(address).json()["data"]
    (pair,) = told["pairs"]
    assert (pair["original"]["version_id"], pair["proxy"]["version_id"], pair["by"]) == (original.pk, proxy.pk, "name")
    assert (pair["state"], pair["result"]) == ("none", "unknown")
    assert {row["name"]: row["state"] for row in pair["rows"]}["rate"] == "passed"
    assert [one["version_id"] for one in told["without_proxy"]] == [lone.pk]
    assert [one["version_id"] for one in told["without_original"]] == [wrong.pk]
    assert told["unread"] == 1

    told = client.post(address, {}, content_type="application/json").json()["data"]
    assert told["pairs"][0]["state"] == "waiting", "until both are decoded"
    proxy.refresh_from_db()
    assert (proxy.reference_mode, proxy.reference_id) == (ReferenceMode.CHOSEN, original.pk)

    wrong.reference_mode, wrong.reference = ReferenceMode.CHOSEN, lone
    wrong.save()
    with django_assert_max_num_queries(40):
        told = client.get(address).json()["data"]
    assert [(one["proxy"]["original_name"], one["by"]) for one in told["pairs"]] == [
        ("A001_proxy.mp4", "name"), ("A001_Proxy_2.mp4", "chosen"),
    ]  # fmt: skip
    assert told["without_proxy"] == told["without_original"] == []


def test_a_proxy_of_another_length_is_not_to_be_used(client):
    project = factories.project()
    client.force_login(project.created_by)
    read(project, "A001.mov")
    read(project, "A001_proxy.mp4", frame_count=249)
    (pair,) = client.get(f"/api/v1/projects/{project.pk}/proxy-audit").json()["data"]["pairs"]
    assert pair["result"] == "wrong"
    assert pair["summary"] == "The proxy has 1 frame fewer than the original."


def test_a_proxy_that_was_made_here_is_told_from_one_of_the_same_name(client):
    project = factories.project()
    client.force_login(project.created_by)
    original = read(project, "A001.mov")
    brought = read(project, "A001_proxy.mp4", frame_count=249)
    made = read(project, "A001_proxy.mov", width=960, height=540)
    Correction.objects.create(
        version=original, purpose=Correction.Purpose.PROXY, container="mov", state=Correction.State.DONE, result=made,
        created_by=project.created_by,
    )  # fmt: skip
    pairs = client.get(f"/api/v1/projects/{project.pk}/proxy-audit").json()["data"]["pairs"]
    assert {pair["proxy"]["version_id"]: pair["proxy"]["made_here"] for pair in pairs} | {brought.pk: False} == {
        brought.pk: False, made.pk: True,
    }  # fmt: skip
    assert not any(pair["original"]["made_here"] for pair in pairs)
