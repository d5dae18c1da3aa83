"""Attachments as the API and events show them."""

from typing import Any

from media_pipeline import api as pipeline
from review.models import Attachment


def attachment(row: Attachment) -> dict[str, Any]:
    """Attachment. Addresses are paths on the same host; each request for them is checked."""
    enclosure = row.enclosure
    ready = enclosure.state == "ready"
    length = pipeline.enclosure_duration(enclosure)
    made = pipeline.ENCLOSURE_PARTS[enclosure.kind] if ready else {}
    base = f"/media/attachments/{row.pk}"
    return {
        "id": row.pk,
        "name": row.name,
        "kind": enclosure.kind,
        "mime": enclosure.mime,
        "size": enclosure.size,
        "state": "ready" if ready else "failed" if enclosure.state == "failed" else "preparing",
        "error_code": enclosure.error_code or None,
        "width": enclosure.meta.get("width"),
        "height": enclosure.meta.get("height"),
        "duration": length and {"num": length.numerator, "den": length.denominator},
        "peaks": enclosure.meta.get("peaks"),
        "shown_url": f"{base}/shown" if "shown" in made else None,
        "thumb_url": f"{base}/thumb" if "thumb" in made else None,
        "original_url": f"{base}/original",
    }
