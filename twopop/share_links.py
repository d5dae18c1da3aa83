"""`twopop share make|list|revoke`: links by which people without an account watch versions."""

import argparse
import getpass
import sys
from typing import Any

from twopop import places
from twopop.client import Client
from twopop.models import Share
from twopop.terminal import Speech

DONE = 0
RIGHTS = ["comment", "approve", "see_comments", "see_versions", "download_proxy", "download_original"]


def declare(share: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """What can be typed after `twopop share`."""
    of = share.add_subparsers(dest="what", required=True, metavar="WHAT")
    make = of.add_parser("make", parents=[common], help="make a link; its address goes to standard output")
    make.add_argument(
        "shown", nargs="+", help="addresses of versions, or ids, names or addresses of stacks (their newest version)"
    )
    make.add_argument("--project", required=True, help="id, name or address")
    make.add_argument("--allow", action="append", choices=RIGHTS, default=[], help="besides watching; may be repeated")
    make.add_argument("--name", default="", help="for you alone")
    make.add_argument("--recipient", action="append", default=[], help="an address that a code is mailed to; may be repeated")
    make.add_argument("--expires", metavar="WHEN", help="2026-12-24T12:00:00Z")
    make.add_argument("--uses", type=int, help="how many browsers are let in")
    make.add_argument("--passphrase", action="store_true", help="ask for one here (or take it from standard input)")
    of.add_parser("list", parents=[common], help="the links of a project").add_argument("project", help="id, name or address")
    of.add_parser("revoke", parents=[common], help="stop links at once").add_argument("link", nargs="+", help="ids")


def share(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    run = {"make": _make, "list": _list, "revoke": _revoke}[options.what]
    run(client, options, speech)
    return DONE


def _make(client: Client, options: argparse.Namespace, speech: Speech) -> None:
    project = places.project(client, options.project)
    items = []
    for typed in options.shown:
        version = places.of_a_version(typed)
        items.append({"version_id": version} if version else {"asset_id": places.asset(client, project, typed)})
    wish: dict[str, Any] = {"name": options.name, "recipients": options.recipient, "rights": options.allow}
    if options.passphrase:
        wish["passphrase"] = getpass.getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    made = client.create_share(project, items, expires_at=options.expires, max_uses=options.uses, **wish)
    speech.say(made.url or made.id, made)


def _list(client: Client, options: argparse.Namespace, speech: Speech) -> None:
    for one in client.shares(places.project(client, options.project)):
        speech.say(_line(one), one)


def _revoke(client: Client, options: argparse.Namespace, speech: Speech) -> None:
    for share_id in options.link:
        revoked = client.revoke_share(share_id)
        speech.say(_line(revoked), revoked)


def _line(one: Share) -> str:
    shown = ", ".join(item.asset_name if item.number is None else f"{item.asset_name} v{item.number}" for item in one.items)
    used = f"used {one.uses}" if one.max_uses is None else f"used {one.uses} of {one.max_uses}"
    last = f"last {one.last_used_at[:16]}" if one.last_used_at else ""
    return "  ".join(part for part in (one.id, one.state, one.name, shown, used, last, one.url or "") if part)
