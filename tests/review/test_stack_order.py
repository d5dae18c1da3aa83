"""A stack is reordered as people look at it; numbers, names and what is newest do not follow."""

import pytest

from review.access import Actor
from review.actions import versions
from review.models import AuditEntry, Event, Version
from tests import factories


@pytest.fixture
def stack(cast):
    cast.v1 = cast.version
    cast.v2, cast.v3 = (factories.version(cast.asset, created_by=cast.editor) for _ in range(2))
    return cast


def test_reordering_moves_versions_and_never_numbers(stack, api):
    web, path = api(stack.editor), f"/api/v1/assets/{stack.asset.pk}"

    def shown() -> list[int]:
        return [one["number"] for page in pages() for one in page]

    def pages():
        following = f"{path}/versions?page_size=2"
        while following:
            answer = web.get(following).json()
            yield answer["data"]
            following = answer["links"]["next"]

    def put(*rows: Version):
        return web.put(f"{path}/order", {"version_ids": [row.pk for row in rows]}, format="json")

    assert shown() == [3, 2, 1]
    answer = put(stack.v1, stack.v3, stack.v2)
    assert [(one["number"], one["position"]) for one in answer.json()["data"]] == [(1, 3), (3, 2), (2, 1)]
    assert shown() == [1, 3, 2]
    assert web.get(path).json()["data"]["latest_version"]["number"] == 3, "the newest is the highest number"
    (card,) = web.get(f"/api/v1/projects/{stack.project.pk}/board").json()["data"]
    assert card["version"]["number"] == 3
    entry = AuditEntry.objects.get(action="asset.reorder")
    assert (entry.target_id, entry.detail) == (stack.asset.pk, {"order": [1, 3, 2], "before": [3, 2, 1]})

    told = Event.objects.count()
    assert put(stack.v1, stack.v3, stack.v2).status_code == 200
    assert Event.objects.count() == told, "what stands so already is no change"

    newer, _ = versions.create_version(Actor(stack.editor), stack.asset.pk, media=factories.media(), original_name="next.mov")
    assert (newer.number, shown()) == (4, [4, 1, 3, 2]), "what arrives goes on top"
    versions.delete_version(Actor(stack.owner), stack.v1.pk)
    assert put(stack.v2, newer, stack.v3).status_code == 200
    assert shown() == [2, 4, 3]
    assert Version.objects.get(pk=stack.v2.pk).number == 2


def test_an_order_names_each_version_of_the_stack_once(stack, api):
    foreign = factories.version(factories.asset(stack.project))
    for ids in (
        [stack.v1.pk, stack.v2.pk],
        [stack.v1.pk, stack.v2.pk, stack.v2.pk],
        [stack.v1.pk, stack.v2.pk, stack.v3.pk, foreign.pk],
        [stack.v1.pk, stack.v2.pk, foreign.pk],
    ):
        answer = api(stack.editor).put(f"/api/v1/assets/{stack.asset.pk}/order", {"version_ids": ids}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "stack_changed")
    assert not AuditEntry.objects.filter(action="asset.reorder").exists()
