"""Webhooks: make, change, pause, try, replay."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from review import access, events
from review.access import Actor, Capability
from review.models import Webhook, WebhookDelivery
from review.problems import Problem
from review.webhooks import outgoing, sending

MOST = 20  # per project
FIRST_WORDS = frozenset(kind.partition(".")[0] for kind in events.KINDS)
TRIAL = "ping"


def create_webhook(
    actor: Actor, project_id: str, *, name: str, url: str, kinds: list[str], internal: bool, format: str = "twopop"
) -> Webhook:
    """It gets what happens from now on. Raises webhook_invalid, webhook_limit."""
    _check(url, kinds)
    with transaction.atomic():
        project = access.project(actor, project_id, Capability.MANAGE_PROJECT)
        events.hold(project.pk)
        if Webhook.objects.filter(project=project, deleted_at=None).count() >= MOST:
            raise Problem("webhook_limit")
        seq = outgoing.newest_seq(project.pk)
        hook = Webhook.objects.create(
            project=project, name=name, url=url, kinds=kinds, internal=internal, format=format, seq=seq, created_by=actor.person
        )
        events.audit(actor.user, "webhook.create", hook, project_id=project.pk, name=name, url=url)
    return hook


def update_webhook(actor: Actor, webhook_id: str, *, paused: bool | None = None, **changes: Any) -> Webhook:
    """Change what is given: name, url, format, kinds, internal, paused. One that goes on gets what happens from then on; what
    waited for it is tried at once."""
    with transaction.atomic():
        hook = _held(actor, webhook_id)
        _check(changes.get("url", hook.url), changes.get("kinds", hook.kinds))
        for field, value in changes.items():
            setattr(hook, field, value)
        if paused is not None and paused != (hook.paused_at is not None):
            hook.paused_at, hook.paused_because = timezone.now() if paused else None, ""
            if not paused:
                hook.seq = outgoing.newest_seq(hook.project_id)
                hook.deliveries.filter(state=outgoing.State.WAITING).update(next_at=timezone.now(), tries=0)
        hook.save()
        changed = sorted([*changes, *(["paused"] if paused is not None else [])])
        events.audit(actor.user, "webhook.update", hook, project_id=hook.project_id, name=hook.name, changed=changed)
    return hook


def renew_key(actor: Actor, webhook_id: str) -> Webhook:
    """Another key from now on; the old one signs nothing more."""
    from media_pipeline.ids import new_id

    with transaction.atomic():
        hook = _held(actor, webhook_id)
        hook.salt = new_id()
        hook.save(update_fields=["salt"])
        events.audit(actor.user, "webhook.renew_key", hook, project_id=hook.project_id, name=hook.name)
    return hook


def delete_webhook(actor: Actor, webhook_id: str) -> None:
    """Nothing more is sent to it; its log is not shown any more."""
    with transaction.atomic():
        hook = _held(actor, webhook_id)
        hook.deleted_at = timezone.now()
        hook.save(update_fields=["deleted_at"])
        events.audit(actor.user, "webhook.delete", hook, project_id=hook.project_id, name=hook.name)


def send_trial(actor: Actor, webhook_id: str) -> WebhookDelivery:
    """A delivery of the kind "ping" with an empty payload. Raises webhook_paused."""
    with transaction.atomic():
        hook = _held(actor, webhook_id)
        _going(hook)
        made = WebhookDelivery.objects.create(webhook=hook, kind=TRIAL, next_at=timezone.now())
        events.audit(actor.user, "webhook.try", hook, project_id=hook.project_id, name=hook.name)
    return made


def replay(actor: Actor, delivery_id: str) -> WebhookDelivery:
    """Send a delivery again, under the id that it has. Raises webhook_paused."""
    with transaction.atomic():
        delivery = access.webhook_delivery(actor, delivery_id)
        _going(delivery.webhook)
        delivery.state, delivery.next_at, delivery.tries = outgoing.State.WAITING, timezone.now(), 0
        delivery.save(update_fields=["state", "next_at", "tries"])
        hook = delivery.webhook
        events.audit(actor.user, "webhook.replay", hook, project_id=hook.project_id, name=hook.name, delivery=delivery.pk)
    return delivery


def _held(actor: Actor, webhook_id: str) -> Webhook:
    events.hold(access.webhook(actor, webhook_id).project_id)
    return access.webhook(actor, webhook_id)


def _going(hook: Webhook) -> None:
    if hook.paused_at is not None:
        raise Problem("webhook_paused")


def _check(url: str, kinds: list[str]) -> None:
    try:
        sending.checked_url(url)
    except sending.Refused as error:
        message = str(error)
        raise Problem("webhook_invalid", message, errors=[{"field": "url", "code": "invalid", "message": message}]) from error
    if unknown := [kind for kind in kinds if kind not in events.KINDS and kind not in FIRST_WORDS]:
        raise Problem("webhook_invalid", f"{unknown[0][:64]} is no kind of event.")
