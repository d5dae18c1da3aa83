"""How the pipeline speaks back to whoever uses it. The receiver runs inside the transaction that made the change."""

from django.dispatch import Signal

# kwargs: media_id: str, what: "indexed" | "rendition" | "job" (state of a job changed), detail: dict
media_changed = Signal()
# kwargs: enclosure_id: str; what can be shown of it is ready, or it is known that nothing can.
# Sent after the commit of that.
enclosure_changed = Signal()
