"""What `twopop watch` says of one version, of all that happens in its project."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from twopop.models import Event, Version
from twopop.places import of_a_version

VERSION = cast(Version, SimpleNamespace(id="v" * 16, asset_id="a" * 16))


@pytest.mark.parametrize(
    ("kind", "payload", "is_about"),
    [
        ("comment.created", {"id": "c1", "version_id": "v" * 16}, True),
        ("comment.created", {"id": "c1", "version_id": "w" * 16}, False),
        ("version.renamed", {"id": "v" * 16}, True),
        ("version.renamed", {"id": "w" * 16}, False),
        ("asset.renamed", {"id": "a" * 16}, True),
        ("media.changed", {"version_ids": ["w" * 16, "v" * 16]}, True),
        ("member.added", {"user": {"id": "u1"}}, False),
        ("hidden", None, False),
    ],
)
def test_events_of_other_versions_are_left_out(kind: str, payload: dict[str, Any] | None, is_about: bool):
    assert Event(1, kind, payload, "2026-11-26T20:00:00Z").is_about(VERSION) is is_about


def test_a_version_is_named_by_its_address_alone():
    """An id by itself may be a project's."""
    assert of_a_version(f"https://review.example/v/{'v' * 16}?frame=12") == "v" * 16
    assert of_a_version("v" * 16) is None
    assert of_a_version(f"https://review.example/projects/{'p' * 16}") is None
