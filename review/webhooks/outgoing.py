"""From the outbox to the addresses: which events wait for which webhook, when each is tried, when an address counts as dead.

The rows are the truth. `spread` makes a delivery of each new event, `deliver` sends what is due; both may be killed and
repeated at any moment: a delivery may then arrive twice, under the same id, never not at all.
"""

import json
import logging
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from review.events import is_for
from review.languages import chosen_by
from review.models import Event, Webhook, WebhookDelivery
from review.selectors import feed
from review.selectors.stamps import stamp
from review.webhooks import chats, headlines
from review.webhooks.sending import SECONDS, Sent, post
from review.webhooks.signing import key_of, signature

log = logging.getLogger(__name__)

State = WebhookDelivery.State
PAUSES = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)]
PAUSES += [timedelta(hours=2), timedelta(hours=6), timedelta(hours=12)]  # before each repetition: 21 hours in all
MOST_ATTEMPTS_KEPT = 20
BATCH = 500  # events looked at in one transaction
LOST_AFTER = timedelta(seconds=4 * SECONDS)  # then whoever was sending is gone
KEPT_FOR = timedelta(days=30)
GONE = 410


def work_waits() -> bool:
    """Whether there is anything to spread or to send now."""
    return _with_news().exists() or _due().exists()


def _with_news() -> QuerySet[Webhook]:
    live = Webhook.objects.filter(deleted_at=None, paused_at=None, project__archived_at=None)
    return live.filter(project__event_seq__gt=F("seq"))


def _due() -> QuerySet[WebhookDelivery]:
    live = Q(webhook__deleted_at=None, webhook__paused_at=None)
    return WebhookDelivery.objects.filter(live, state=State.WAITING, next_at__lte=timezone.now())


def spread() -> None:
    """Make a delivery of every new event that a webhook has chosen and may see."""
    for pk in list(_with_news().values_list("pk", flat=True)):
        while _spread_some(pk):
            pass


def _spread_some(pk: str) -> bool:
    with transaction.atomic():
        hook = Webhook.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if hook is None:
            return False
        events = feed.after(hook.project_id, hook.seq, limit=BATCH)
        if not events:
            return False
        now = timezone.now()
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(webhook=hook, event=event, kind=event.kind, next_at=now)
            for event in events
            if chosen(hook.kinds, event.kind)
            and is_for(event.audience, sees_internal=hook.internal)
            and (hook.format == chats.OWN or headlines.speaks(event))
        )
        hook.seq = events[-1].seq
        hook.save(update_fields=["seq"])
    return len(events) == BATCH


def chosen(kinds: list[str], kind: str) -> bool:
    """Whether a webhook wants this: by the whole kind, or its first word ("comment")."""
    return not kinds or kind in kinds or kind.partition(".")[0] in kinds


def deliver(*, most: int) -> int:
    """Send what is due, the oldest first, at most so many; how many were sent."""
    count = 0
    for pk in list(_due().order_by("next_at", "created_at").values_list("pk", flat=True)[:most]):
        now = timezone.now()
        # Whoever moves the time forward sends it; if that process dies, the time runs out.
        if _due().filter(pk=pk).update(next_at=now + LOST_AFTER):
            send(WebhookDelivery.objects.select_related("webhook__project", "webhook__created_by", "event").get(pk=pk))
            count += 1
    return count


def send(delivery: WebhookDelivery) -> None:
    """One attempt, and what follows from it."""
    began = time.monotonic()
    hook = delivery.webhook
    if hook.format != chats.OWN:
        said = chat_body(delivery)
        nothing = Sent(None, "There was nothing to say of it any more.")
        sent = nothing if said is None else post(hook.url, json.dumps(said, ensure_ascii=False).encode(), {})
        _note(delivery, sent, milliseconds=int((time.monotonic() - began) * 1000), over=said is None)
        return
    body, at = json.dumps(told(delivery), ensure_ascii=False).encode(), int(time.time())
    headers = {
        "Twopop-Event": delivery.kind,
        "Twopop-Delivery": delivery.pk,
        "Twopop-Signature": signature(key_of(hook), body, at=at),
    }
    sent = post(hook.url, body, headers)
    _note(delivery, sent, milliseconds=int((time.monotonic() - began) * 1000))


def chat_body(delivery: WebhookDelivery) -> dict[str, Any] | None:
    """The message for a chat, in the language of whoever made the webhook; None if there is nothing to say (any more)."""
    hook = delivery.webhook
    with translation.override(chosen_by(hook.created_by) or settings.LANGUAGE_CODE):
        event = delivery.event
        said = headlines.greeting(hook.project) if event is None else headlines.headline(event, internal=hook.internal)
        return None if said is None else chats.FORMATS[hook.format](said)


def told(delivery: WebhookDelivery) -> dict[str, Any]:
    """The body: the event as the API shows it now."""
    hook, event = delivery.webhook, delivery.event
    about = {"delivery_id": delivery.pk, "webhook_id": hook.pk, "project_id": hook.project_id}
    if event is None:
        return {**about, "kind": delivery.kind, "seq": None, "payload": None, "created_at": stamp(delivery.created_at)}
    withdrawn = feed.withdrawn(feed.old_comments([event]))
    shown = feed.event(event, sees_internal=hook.internal, base=settings.PUBLIC_URL, withdrawn=withdrawn)
    return {**about, **{name: shown[name] for name in ("kind", "seq", "payload", "created_at")}}


def _note(delivery: WebhookDelivery, sent: Sent, *, milliseconds: int, over: bool = False) -> None:
    """`over`: it needs no sending."""
    now = timezone.now()
    attempt = {
        "at": stamp(now),
        "status": sent.status,
        "error": sent.error,
        "answer": sent.answer,
        "milliseconds": milliseconds,
    }
    delivery.attempts = [*delivery.attempts, attempt][-MOST_ATTEMPTS_KEPT:]
    delivery.tries += 1
    dead = ""
    if over or (sent.status is not None and 200 <= sent.status < 300):
        delivery.state = State.DELIVERED
    elif sent.status == GONE:
        delivery.state, dead = State.FAILED, "gone"
    elif delivery.tries > len(PAUSES):
        delivery.state, dead = State.FAILED, "failing"
    else:
        delivery.next_at = now + PAUSES[delivery.tries - 1]
    with transaction.atomic():
        delivery.save(update_fields=["attempts", "tries", "state", "next_at"])
        if dead:
            Webhook.objects.filter(pk=delivery.webhook_id, paused_at=None).update(paused_at=now, paused_because=dead)
            log.warning("webhook %s is paused: %s", delivery.webhook_id, dead)


def forget_old() -> None:
    """The log goes back so far; what still waits stays."""
    old = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    old.exclude(state=State.WAITING).delete()


def newest_seq(project_id: str) -> int:
    """Where a webhook that is made now begins."""
    return Event.objects.filter(project_id=project_id).order_by("-seq").values_list("seq", flat=True).first() or 0
