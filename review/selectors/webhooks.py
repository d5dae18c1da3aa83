"""Webhooks and their log as the API shows them."""

from typing import Any

from django.db.models import QuerySet

from review.models import Webhook, WebhookDelivery
from review.selectors.people import person
from review.selectors.stamps import stamp


def of_project(project_id: str) -> QuerySet[Webhook]:
    return Webhook.objects.filter(project_id=project_id, deleted_at=None).select_related("created_by").order_by("created_at")


def webhook(row: Webhook) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "name": row.name,
        "endpoint": row.url,
        "format": row.format,
        "kinds": row.kinds,
        "internal": row.internal,
        "created_by": person(row.created_by),
        "created_at": stamp(row.created_at),
        "paused_at": stamp(row.paused_at),
        "paused_because": row.paused_because,
    }


def log(webhook_id: str, state: str = "") -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(webhook_id=webhook_id).select_related("event")
    return rows.filter(state=state) if state else rows


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "webhook_id": row.webhook_id,
        "seq": row.event.seq if row.event else None,
        "kind": row.kind,
        "state": row.state,
        "created_at": stamp(row.created_at),
        "next_at": stamp(row.next_at) if row.state == WebhookDelivery.State.WAITING else None,
        "attempts": row.attempts,
    }
