"""What people set for themselves: kept per person, of a checked shape, on the page of the room."""

import json
import re

import pytest

pytestmark = pytest.mark.django_db
PATH = "/api/v1/me/preferences"
KEYS = {"preset": "resolve", "changes": {"compare": ["Alt+k"], "loop": []}}


def test_they_are_ones_own_and_change_one_by_one(cast, api):
    assert api(cast.editor).get(PATH).json()["data"] == {"keys": None, "tour_seen": False, "language": ""}
    assert api(cast.editor).patch(PATH, {"keys": KEYS}, format="json").json()["data"] == {
        "keys": KEYS,
        "tour_seen": False,
        "language": "",
    }
    assert api(cast.editor).patch(PATH, {"tour_seen": True}, format="json").json()["data"] == {
        "keys": KEYS,
        "tour_seen": True,
        "language": "",
    }
    assert api(cast.editor).patch(PATH, {"keys": None}, format="json").json()["data"] == {
        "keys": None,
        "tour_seen": True,
        "language": "",
    }
    assert api(cast.owner).get(PATH).json()["data"] == {"keys": None, "tour_seen": False, "language": ""}


@pytest.mark.parametrize(
    "keys",
    [
        {"preset": "resolve"},
        {"preset": "", "changes": {}},
        {"preset": "resolve", "changes": []},
        {"preset": "resolve", "changes": {"loop": "p"}},
        {"preset": "resolve", "changes": {"loop": ["a"] * 5}},
        {"preset": "resolve", "changes": {"loop": ["a" * 41]}},
        {"preset": "resolve", "changes": {f"action{n}": [] for n in range(201)}},
        {"preset": "resolve", "changes": {}, "more": 1},
        "resolve",
    ],
)
def test_a_keyboard_of_another_shape_is_refused(cast, api, keys):
    answer = api(cast.editor).patch(PATH, {"keys": keys}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("keys")
    assert api(cast.editor).get(PATH).json()["data"]["keys"] is None


def test_the_room_begins_with_them(cast, api, client):
    api(cast.editor).patch(PATH, {"keys": KEYS}, format="json")
    client.force_login(cast.editor)
    page = client.get(f"/v/{cast.version.pk}").content.decode()
    [kept] = re.findall(r'data-preferences="([^"]*)"', page)
    assert json.loads(kept.replace("&quot;", '"')) == {"keys": KEYS, "tour_seen": False, "language": ""}
