"""What chats take of an incoming webhook, as their public references describe it (read 2026-11): fields, types and limits.
Closed: a field that is not named there would be refused, or silently dropped. Lengths are counted in UTF-16 units, the
stricter way for emoji.

Slack: docs.slack.dev/reference/block-kit (section, context, actions, button; 50 blocks, 3000 characters per text, 75 of a
button, 3000 of its address; `text` of a message up to 40000, advised 4000)
Teams: adaptivecards.io/schemas/1.4.0/adaptive-card.json (RichTextBlock, TextRun, Action.OpenUrl); 28 KB per message
Discord: discord.com/developers/docs/resources/message#embed-object-embed-limits (title 256, description 4096, footer 2048,
10 embeds, 6000 together) and webhook#execute-webhook
"""

import json
from typing import Any

import jsonschema


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "utf16": longest}


MRKDWN = _object(["type", "text"], type={"const": "mrkdwn"}, text=_text(3000), verbatim={"const": True})
SECTION = _object(["type", "text"], type={"const": "section"}, text=MRKDWN)
CONTEXT = _object(
    ["type", "elements"],
    type={"const": "context"},
    elements={"type": "array", "minItems": 1, "maxItems": 10, "items": MRKDWN},
)
BUTTON = _object(
    ["type", "text", "url", "action_id"],
    type={"const": "button"},
    text=_object(["type", "text"], type={"const": "plain_text"}, text=_text(75)),
    url={**_text(3000), "pattern": "^https?://"},
    action_id=_text(255),
)
ACTIONS = _object(
    ["type", "elements"],
    type={"const": "actions"},
    elements={"type": "array", "minItems": 1, "maxItems": 25, "items": BUTTON},
)
SLACK = _object(
    ["text", "blocks"],
    text=_text(4000),
    blocks={"type": "array", "minItems": 1, "maxItems": 50, "items": {"oneOf": [SECTION, CONTEXT, ACTIONS]}},
    unfurl_links={"type": "boolean"},
    unfurl_media={"type": "boolean"},
)

COLOURS = ["Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"]
RUN = _object(
    ["type", "text"],
    type={"const": "TextRun"},
    text={"type": "string", "minLength": 1},
    weight={"enum": ["Default", "Lighter", "Bolder"]},
    size={"enum": ["Default", "Small", "Medium", "Large", "ExtraLarge"]},
    color={"enum": COLOURS},
    isSubtle={"type": "boolean"},
)
RICH = _object(["type", "inlines"], type={"const": "RichTextBlock"}, inlines={"type": "array", "minItems": 1, "items": RUN})
OPEN_URL = _object(
    ["type", "url"], type={"const": "Action.OpenUrl"}, title={"type": "string"}, url={"type": "string", "pattern": "^https?://"}
)
CARD = _object(
    ["$schema", "type", "version", "body"],
    **{"$schema": {"const": "http://adaptivecards.io/schemas/adaptive-card.json"}},
    type={"const": "AdaptiveCard"},
    version={"const": "1.4"},
    fallbackText={"type": "string"},
    body={"type": "array", "minItems": 1, "items": RICH},
    actions={"type": "array", "items": OPEN_URL},
)
ATTACHED = _object(
    ["contentType", "content"],
    contentType={"const": "application/vnd.microsoft.card.adaptive"},
    contentUrl={"type": "null"},
    content=CARD,
)
TEAMS = {
    **_object(
        ["type", "attachments"], type={"const": "message"}, attachments={"type": "array", "minItems": 1, "items": ATTACHED}
    ),
    "bytes": 28 * 1024,
}

EMBED = {
    **_object(
        ["title"],
        title=_text(256),
        description=_text(4096),
        url={**_text(2048), "pattern": "^https?://"},
        color={"type": "integer", "minimum": 0, "maximum": 0xFFFFFF},
        footer=_object(["text"], text=_text(2048)),
    ),
    "together": 6000,
}
DISCORD = _object(
    ["embeds", "allowed_mentions"],
    embeds={"type": "array", "minItems": 1, "maxItems": 10, "items": EMBED},
    allowed_mentions=_object(["parse"], parse={"type": "array", "maxItems": 0}),
)
SCHEMAS = {"slack": SLACK, "teams": TEAMS, "discord": DISCORD}


def units(text: str) -> int:
    """UTF-16 units, as JavaScript counts letters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf16(_: Any, longest: int, value: Any, __: Any) -> Any:
    if isinstance(value, str) and units(value) > longest:
        yield jsonschema.ValidationError(f"{units(value)} units, {longest} are taken")


def _bytes(_: Any, most: int, value: Any, __: Any) -> Any:
    if (size := len(json.dumps(value).encode())) > most:
        yield jsonschema.ValidationError(f"{size} bytes, {most} are taken")


def _together(_: Any, most: int, embed: Any, __: Any) -> Any:
    texts = [embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    if sum(map(units, texts)) > most:
        yield jsonschema.ValidationError(f"more than {most} units together")


Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"utf16": _utf16, "bytes": _bytes, "together": _together}
)


def check(form: str, body: Any) -> None:
    """Raises jsonschema.ValidationError where the chat would not take it."""
    Validator(SCHEMAS[form]).validate(body)
