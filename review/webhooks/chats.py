"""The bodies that chats take, by their documented formats and limits. What people wrote stays text: it pings nobody
("@everyone", "<!channel>"), links nowhere and formats nothing.

Slack: https://docs.slack.dev/reference/block-kit/blocks · Discord: https://discord.com/developers/docs/resources/message
Teams: Workflows, "When a Teams webhook request is received", with an Adaptive Card 1.4
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from review.webhooks.headlines import BAD, GOOD, Headline

OWN = "twopop"
LONGEST_TITLE = 120  # Slack's header takes 150, Discord's title 256
LONGEST_TEXT = 900  # escaped it may be several times as long: Slack's section takes 3000, Discord's description 4096
COLOURS = {GOOD: 0x2F9E5B, BAD: 0xD64541}
NEUTRAL = 0xF5A524


# Signs that nobody sees: they would turn round what stands beside them, or mean something to a terminal.
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b-\x1f\x7f-\x9f]")
JOINED = re.compile("\u200d|[\ufe00-\ufe0f]|[\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007f]")  # goes on with the sign before it


def cut(text: str, longest: int) -> str:
    """At most so many UTF-16 units, as chats count; an ellipsis says that there was more. No emoji is cut in its middle."""
    text = UNSEEN.sub("", text).strip()
    if _units(text) <= longest:
        return text
    end, room = 0, longest - 1
    while room >= (size := _units(text[end])):
        end, room = end + 1, room - size
    while end > 0 and (JOINED.match(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + "…"


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)


def joined(*parts: str, longest: int = LONGEST_TITLE) -> str:
    """Stack, version, project in a row. What is written from right to left stays at its place in it."""
    shown = [cut(part, longest) for part in parts]
    return " · ".join(f"\u2068{part}\u2069" if _goes_left(part) else part for part in shown if part)


def _goes_left(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def _title(said: Headline) -> str:
    return cut(said.title, LONGEST_TITLE) or OWN.capitalize()  # a message without a title is refused


def slack(said: Headline) -> dict[str, Any]:
    """Block Kit. In its text only &, < and > mean anything: escaped, "<!channel>" is five letters and some signs."""
    title, text = _for_slack(_title(said)), _for_slack(cut(said.text, LONGEST_TEXT // 2))
    where = _for_slack(joined(said.place, said.project))
    blocks: list[dict[str, Any]] = [_section(f"*{title}*")]
    if text:
        blocks.append(_section("\n".join(f"> {line}" for line in text.splitlines())))
    if where:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": where, "verbatim": True}]})
    if said.url.startswith("http"):
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": cut(_("Open"), 75)},
            "url": said.url,
            "action_id": "open",
        }
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": f"{title} · {where}" if where else title, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _for_slack(text: str) -> str:
    """Also the signs of its own formatting: a word joiner takes their meaning away and shows nothing."""
    text = re.sub(r"([*_~`])", "\u2060\\1\u2060", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(said: Headline) -> dict[str, Any]:
    """A message with an Adaptive Card. Runs of a RichTextBlock know no Markdown, and nobody is mentioned without `entities`."""
    title = _runs(_title(said), weight="Bolder", size="Medium", color=_TEAMS_COLOURS.get(said.tone, "Default"))
    where, text = joined(said.place, said.project), cut(said.text, LONGEST_TEXT)
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": _title(said),
        "body": [title, *([_runs(text)] if text else []), *([_runs(where, isSubtle=True, size="Small")] if where else [])],
    }
    if said.url.startswith("http"):
        card["actions"] = [{"type": "Action.OpenUrl", "title": _("Open"), "url": said.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


_TEAMS_COLOURS = {GOOD: "Good", BAD: "Attention"}


def _runs(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def discord(said: Headline) -> dict[str, Any]:
    """An embed; `allowed_mentions` lets nothing ping, whatever stands in it."""
    embed: dict[str, Any] = {
        "title": _for_discord(_title(said)),
        "color": COLOURS.get(said.tone, NEUTRAL),
    }
    if where := joined(said.place, said.project):
        embed["footer"] = {"text": where}
    if text := cut(said.text, LONGEST_TEXT):
        embed["description"] = _for_discord(text)
    if said.url.startswith("http"):
        embed["url"] = said.url
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _for_discord(text: str) -> str:
    """Markdown's signs are escaped, those of mentions too; an address would be a link: its scheme is taken apart."""
    text = re.sub(r"([\\*_~`|>\[\]()<#@:-])", r"\\\1", text)
    return text.replace("://", ":\u2060//")


FORMATS: dict[str, Callable[[Headline], dict[str, Any]]] = {"slack": slack, "teams": teams, "discord": discord}
