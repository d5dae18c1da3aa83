"""The bodies that chats take, by their documented formats and limits. What people wrote stays text: it pings nobody
("@everyone", "<!channel>"), links nowhere and formats nothing.

Slack: https://docs.slack.dev/reference/block-kit/blocks · Discord: https://discord.com/developers/docs/resources/message
Teams: Workflows, "When a Teams webhook request is received", with an Adaptive Card 1.4
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from review.webhooks.headlines import BAD, GOOD, Headline

OWN = "twopop"
LONGEST_TITLE = 120  # Slack's header takes 150, Discord's title 256
LONGEST_TEXT = 900  # escaped it may be several times as long: Slack's section takes 3000, Discord's description 4096
COLOURS = {GOOD: 0x2F9E5B, BAD: 0xD64541}
NEUTRAL = 0xF5A524


def cut(text: str, longest: int) -> str:
    """At most so many characters; an ellipsis says that there was more."""
    text = text.strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def slack(said: Headline) -> dict[str, Any]:
    """Block Kit. In its text only &, < and > mean anything: escaped, "<!channel>" is five letters and some signs."""
    title, text = _for_slack(cut(said.title, LONGEST_TITLE)), _for_slack(cut(said.text, LONGEST_TEXT // 2))
    where = " · ".join(
        part for part in (_for_slack(cut(said.place, LONGEST_TITLE)), _for_slack(cut(said.project, LONGEST_TITLE))) if part
    )
    blocks: list[dict[str, Any]] = [_section(f"*{title}*")]
    if text:
        blocks.append(_section("\n".join(f"> {line}" for line in text.splitlines())))
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": where, "verbatim": True}]})
    if said.url.startswith("http"):
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": cut(_("Open"), 75)},
            "url": said.url,
            "action_id": "open",
        }
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": f"{title} · {where}", "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _for_slack(text: str) -> str:
    """Also the signs of its own formatting: a word joiner takes their meaning away and shows nothing."""
    text = re.sub(r"([*_~`])", "\u2060\\1\u2060", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(said: Headline) -> dict[str, Any]:
    """A message with an Adaptive Card. Runs of a RichTextBlock know no Markdown, and nobody is mentioned without `entities`."""
    title = _runs(
        cut(said.title, LONGEST_TITLE), weight="Bolder", size="Medium", color=_TEAMS_COLOURS.get(said.tone, "Default")
    )
    where = _runs(" · ".join(part for part in (said.place, said.project) if part), isSubtle=True, size="Small")
    text = [_runs(cut(said.text, LONGEST_TEXT))] if said.text.strip() else []
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(said.title, LONGEST_TITLE),
        "body": [title, *text, where],
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
        "title": _for_discord(cut(said.title, LONGEST_TITLE)),
        "color": COLOURS.get(said.tone, NEUTRAL),
        "footer": {"text": cut(" · ".join(part for part in (said.place, said.project) if part), 2 * LONGEST_TITLE)},
    }
    if said.text.strip():
        embed["description"] = _for_discord(cut(said.text, LONGEST_TEXT))
    if said.url.startswith("http"):
        embed["url"] = said.url
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _for_discord(text: str) -> str:
    """Markdown's signs are escaped, those of mentions too; an address would be a link: its scheme is taken apart."""
    text = re.sub(r"([\\*_~`|>\[\]()<#@:-])", r"\\\1", text)
    return text.replace("://", ":\u2060//")


FORMATS: dict[str, Callable[[Headline], dict[str, Any]]] = {"slack": slack, "teams": teams, "discord": discord}
