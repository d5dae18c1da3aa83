"""The doorbell of webhooks: a task that says nothing but "look what is to be sent"."""

import fcntl

from celery import shared_task
from django.conf import settings

from review.webhooks import outgoing

MOST = 20  # deliveries for one ring: the process is wanted for files too


@shared_task(name="review.send_webhooks", acks_late=False, ignore_result=True)
def send_webhooks() -> None:
    """Send what is due. One process of a machine at a time: a dead address must not hold up all of them."""
    with (settings.DATA_DIR / "webhooks.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        outgoing.spread()
        outgoing.deliver(most=MOST)
        outgoing.forget_old()


def ring_if_work_waits() -> None:
    """Asked by the worker's sweep."""
    if outgoing.work_waits():
        send_webhooks.apply_async(retry=False, ignore_result=True, expires=60)
