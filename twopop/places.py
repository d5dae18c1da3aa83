"""What people type for an object: its id, an address of its page, or a name."""

import re
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from twopop.client import Client
from twopop.errors import TwopopError
from twopop.models import Asset, Project, Sequence

_ID = re.compile(r"[0-9a-z]{16}")
Named = TypeVar("Named", Project, Asset, Sequence)


def identifier(typed: str, page: str) -> str | None:
    """The id in an id, or in the address of a page (https://…/v/ID…, page "v"); None if it is neither."""
    parts = urlsplit(typed).path.strip("/").split("/")
    if len(parts) >= 2 and parts[0] == page and _ID.fullmatch(parts[1]):
        return parts[1]
    return typed if _ID.fullmatch(typed) else None


def version(typed: str) -> str:
    return _known(identifier(typed, "v"), typed, "version", "its id, or the address of its page")


def of_a_version(typed: str) -> str | None:
    """The id in the address of a version's page; None for anything else, an id by itself included."""
    return identifier(typed, "v") if "/" in typed else None


def project(client: Client, typed: str) -> str:
    return identifier(typed, "projects") or _by_name(client.projects(), typed, "project")


def asset(client: Client, project_id: str, typed: str) -> str:
    return identifier(typed, "stacks") or _by_name(client.assets(project_id), typed, "stack")


def sequence(client: Client, project_typed: str, typed: str) -> str:
    """By id, or by name within `--project`."""
    if found := identifier(typed, "sequences"):
        return found
    if not project_typed:
        raise TwopopError(f"{typed} is no id: name its project with --project.")
    return _by_name(client.sequences(project(client, project_typed)), typed, "sequence")


def _by_name(rows: Iterable[Named], typed: str, what: str) -> str:
    found = [row.id for row in rows if row.name == typed]
    if len(found) > 1:
        raise TwopopError(f"{len(found)} {what}s are called {typed}: use the id ({', '.join(found)}).")
    return _known(found[0] if found else None, typed, what, "its id, its name, or the address of its page")


def _known(found: str | None, typed: str, what: str, ways: str) -> str:
    if found is None:
        raise TwopopError(f"There is no {what} “{typed}” for you. Name it by {ways}.")
    return found
