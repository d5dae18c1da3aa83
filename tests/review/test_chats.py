"""Webhooks that speak the language of a chat: shapes and limits as documented, and nobody is pinged by what people wrote."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from django.utils import timezone

from review.access import Actor
from review.actions import approvals, comments, labels, webhooks
from review.models import Comment, WebhookDelivery
from review.webhooks import chats, outgoing
from review.webhooks.headlines import BAD, Headline
from review.webhooks.sending import Sent
from tests.review import chat_schemas

PINGS = "@everyone @here <!channel> <!here> <@U123> <@&456> <at>Anna</at> [click](https://evil.example) *bold* `x`"
LONG = Headline(
    "t & <x> *y* " * 60, "p_" * 300, "https://review.example/v/a?frame=5&comment=b", "*<@>&_" * 3000, "s<" * 200, BAD
)
PINGING = Headline(PINGS, PINGS, "https://review.example/v/a", PINGS, PINGS)


FAMILY = "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪"
HEBREW = "הקול מאחר"
HARD = {
    "long": LONG,
    "pinging": PINGING,
    "short": Headline("a", "b", ""),
    "emoji": Headline(FAMILY * 300, FAMILY * 300, "https://review.example/v/a", FAMILY * 3000, FAMILY * 300),
    "signs": Headline("&" * 900, "`" * 900, "https://review.example/v/a", "&\n" * 2000, "://" * 400),
    "right to left": Headline(f"{HEBREW} comments", HEBREW * 90, "https://review.example/v/a", HEBREW * 900, HEBREW),
    "turned round": Headline("\u202egnp.eliforp", "\u2067\u202e x", "", "a\u202eb\x00\x1b[31m", "\u2066c"),
    "blank": Headline("  \u202e ", "\x00", "", " \n ", ""),
}


@pytest.mark.parametrize("form", sorted(chats.FORMATS))
@pytest.mark.parametrize("name", HARD)
def test_each_chat_takes_it_as_its_reference_says(form, name):
    chat_schemas.check(form, chats.FORMATS[form](HARD[name]))


@pytest.mark.parametrize("form", sorted(chats.FORMATS))
def test_what_a_chat_would_refuse_is_found(form):
    body = chats.FORMATS[form](LONG)
    spoilt: dict[str, Any] = {
        "slack": {**body, "blocks": body.get("blocks", []) * 20},
        "teams": {**body, "attachments": body.get("attachments", []) * 30},
        "discord": {**body, "embeds": [{"title": "😀" * 129}]},
    }
    for wrong in (spoilt[form], {**body, "unknown": 1}):
        with pytest.raises(jsonschema.ValidationError):
            chat_schemas.check(form, wrong)


@pytest.mark.parametrize("form", sorted(chats.FORMATS))
def test_nothing_that_people_wrote_turns_the_rest_round_or_is_cut_within_a_sign(form):
    for said in HARD.values():
        for text in texts(chats.FORMATS[form](said)):
            assert not re.search("[\u202a-\u202e\u2066\u2067\x00-\x08\x0b-\x1f]", text)
            assert text.count("\u2068") == text.count("\u2069")
            for whole in re.findall(".…", text):
                assert whole[0] not in "\u200d\ufe0f", "a family is not cut in the middle"
    shown = " ".join(texts(chats.FORMATS[form](Headline("t", "Project", "", place=HEBREW))))
    assert f"\u2068{HEBREW}\u2069 · Project" in shown, "each part keeps its place"


def texts(value: Any) -> list[str]:
    """Every string in a body."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("said", [LONG, PINGING, Headline("a", "b", "")], ids=["long", "pinging", "short"])
def test_slack_takes_it(said):
    body = chats.slack(said)
    assert len(body["text"]) <= 4000
    assert 1 <= len(body["blocks"]) <= 50
    for block in body["blocks"]:
        if block["type"] == "section":
            assert 1 <= len(block["text"]["text"]) <= 3000
            assert block["text"]["verbatim"] is True
        elif block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
            assert all(1 <= len(one["text"]) <= 3000 for one in block["elements"])
        else:
            (button,) = block["elements"]
            assert (block["type"], button["type"]) == ("actions", "button")
            assert len(button["text"]["text"]) <= 75
            assert len(button["url"]) <= 3000
    for text in texts(body):
        assert not re.search(r"<[!@#]|<http", text), "nothing that Slack would make a mention or a link of"


@pytest.mark.parametrize("said", [LONG, PINGING, Headline("a", "b", "")], ids=["long", "pinging", "short"])
def test_teams_takes_it(said):
    body = chats.teams(said)
    (attachment,) = body["attachments"]
    card = attachment["content"]
    assert (body["type"], attachment["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert {one["type"] for one in card["body"]} == {"RichTextBlock"}, "no Markdown is read in it"
    assert all(run["type"] == "TextRun" for one in card["body"] for run in one["inlines"])
    assert "msteams" not in card, "without entities nobody is mentioned"
    assert len(json.dumps(body)) < 28 * 1024
    assert ("actions" in card) == said.url.startswith("http")


@pytest.mark.parametrize("said", [LONG, PINGING, Headline("a", "b", "")], ids=["long", "pinging", "short"])
def test_discord_takes_it(said):
    body = chats.discord(said)
    assert body["allowed_mentions"] == {"parse": []}
    assert "content" not in body
    (embed,) = body["embeds"]
    assert 1 <= len(embed["title"]) <= 256
    assert len(embed.get("description", "")) <= 4096
    assert len(embed["footer"]["text"]) <= 2048
    assert len(embed["title"]) + len(embed.get("description", "")) + len(embed["footer"]["text"]) <= 6000
    for text in (embed["title"], embed.get("description", "")):
        assert not re.search(r"(?<!\\)[@<*`\[]", text), "Markdown and mentions are escaped"


@pytest.fixture
def hook(cast: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """hook(format): a webhook; `sent`: what was posted (body, headers)."""
    settings.PUBLIC_URL = "https://review.example"
    sent: list[tuple[dict[str, Any], dict[str, str]]] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> Sent:
        sent.append((json.loads(body), headers))
        return Sent(200)

    monkeypatch.setattr(outgoing, "post", post)

    def make(form: str, **fields: Any) -> Any:
        given = {"name": "Chat", "url": "https://chat.example/hook", "kinds": [], "internal": False, **fields}
        made = webhooks.create_webhook(Actor(cast.owner), cast.project.pk, format=form, **given)
        return SimpleNamespace(row=made, sent=sent)

    return make


def work() -> None:
    outgoing.spread()
    outgoing.deliver(most=50)


def say(cast: SimpleNamespace, text: str, **fields: Any) -> Comment:
    return comments.create_comment(Actor(cast.reviewer), cast.version.pk, text=text, frame=5, **fields)[0]


@pytest.mark.django_db
def test_a_chat_hears_what_says_something_and_leads_to_the_frame(cast, hook):
    slack = hook("slack")
    said = say(cast, "The bell is late <!channel>")
    labels.create_label(Actor(cast.owner), cast.project.pk, name="Sound", colour="#00aa00")
    comments.update_comment(Actor(cast.reviewer), said.pk, text="Edited")
    approvals.decide(Actor(cast.client), cast.version.pk, decision="changes_requested", text="The end is late")
    work()
    assert [body["blocks"][0]["text"]["text"] for body, _ in slack.sent] == ["*reviewer comments*", "*client asks for changes*"]
    first, headers = slack.sent[0]
    assert first["blocks"][1]["text"]["text"] == "> Edited"
    assert first["blocks"][-1]["elements"][0]["url"] == f"https://review.example/v/{cast.version.pk}?frame=5&comment={said.pk}"
    assert "sc010 v1 · 01:00:00:05" in first["text"]
    assert headers == {}, "no signature: a chat would not look at it"


@pytest.mark.django_db
def test_a_chat_of_clients_hears_nothing_internal_nor_what_is_gone(cast, hook):
    discord = hook("discord")
    say(cast, "Not for clients", internal=True)
    gone = say(cast, "Deleted before it was sent")
    outgoing.spread()
    Comment.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    work()
    assert discord.sent == []
    (delivery,) = WebhookDelivery.objects.all()
    assert delivery.state == "delivered"
    assert "nothing to say" in delivery.attempts[-1]["error"]
    assert discord.row.deliveries.filter(next_at__gt=timezone.now() + timedelta(minutes=1)).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("form", sorted(chats.FORMATS))
def test_the_test_message(cast, hook, form):
    made = hook(form)
    webhooks.send_trial(Actor(cast.owner), made.row.pk)
    work()
    ((body, headers),) = made.sent
    assert "Twopop can write here" in " ".join(texts(body))
    assert headers == {}


@pytest.mark.django_db
def test_the_format_over_the_api(cast, api, hook):
    path = f"/api/v1/projects/{cast.project.pk}/webhooks"
    body = {"name": "Chat", "endpoint": "https://hooks.slack.example/x"}
    assert api(cast.owner).post(path, body, format="json").json()["data"]["format"] == "twopop"
    made = api(cast.owner).post(path, {**body, "format": "teams"}, format="json").json()["data"]
    assert made["format"] == "teams"
    changed = api(cast.owner).patch(f"/api/v1/webhooks/{made['id']}", {"format": "discord"}, format="json").json()["data"]
    assert changed["format"] == "discord"
    assert api(cast.owner).patch(f"/api/v1/webhooks/{made['id']}", {"format": "irc"}, format="json").status_code == 400
