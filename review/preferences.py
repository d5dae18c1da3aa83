"""What people set for themselves, the same in every browser they sign in with. Nobody else sees it.

`keys`: their keyboard, `{"preset": name, "changes": {action: [key, ...]}}`; null: the page's own. Names of presets, actions
and keys are the page's (`frontend/src/core/key-actions.ts`), which ignores those that it does not know: here only the shape is
checked. `tour_seen`: the first-time tour is over for good.
`language`: a code of LANGUAGES; empty: what the browser asks for.
"""

from typing import Any, TypedDict

from django.utils.translation import gettext as _

MOST_CHANGES = 200
MOST_KEYS = 4
LONGEST_NAME = 40


class Preferences(TypedDict):
    keys: dict[str, Any] | None
    tour_seen: bool
    language: str


DEFAULTS: Preferences = {"keys": None, "tour_seen": False, "language": ""}


def preferences_of(stored: dict[str, Any]) -> Preferences:
    """What is stored with a person, completed by the defaults."""
    return {
        "keys": stored.get("keys", DEFAULTS["keys"]),
        "tour_seen": stored.get("tour_seen", DEFAULTS["tour_seen"]),
        "language": stored.get("language", DEFAULTS["language"]),
    }


def keys_problem(keys: Any) -> str | None:
    """Why this is no keyboard; None if it is one."""
    if keys is None:
        return None
    if not isinstance(keys, dict) or set(keys) != {"preset", "changes"}:
        return _("A keyboard has a preset and changes.")
    if not _name(keys["preset"]):
        return _("The name of a preset has 1 to %(most)s characters.") % {"most": LONGEST_NAME}
    changes = keys["changes"]
    if not isinstance(changes, dict) or len(changes) > MOST_CHANGES or not all(_name(name) for name in changes):
        return _("Changes are an object of at most %(most)s actions.") % {"most": MOST_CHANGES}
    if not all(isinstance(row, list) and len(row) <= MOST_KEYS and all(_name(key) for key in row) for row in changes.values()):
        return _("An action has a list of at most %(most)s keys.") % {"most": MOST_KEYS}
    return None


def _name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
