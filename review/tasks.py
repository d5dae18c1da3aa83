"""The doorbells of notifications and webhooks: tasks that say nothing but "look what is to be told"."""

import fcntl

from celery import shared_task
from django.conf import settings

from review.notifications import mailing, spreading
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


@shared_task(name="review.spread_notifications", acks_late=False, ignore_result=True)
def spread_notifications() -> None:
    """Tell people of what happened. One process of a machine at a time."""
    with (settings.DATA_DIR / "notifications.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        spreading.spread()


@shared_task(name="review.send_mails", acks_late=False, ignore_result=True)
def send_mails() -> None:
    """Send the mails that are due. One process of a machine at a time."""
    with (settings.DATA_DIR / "mails.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        mailing.gather()
        mailing.deliver(most=MOST)
        mailing.forget_old()
        spreading.forget_old()


def ring_if_work_waits() -> None:
    """Asked by the worker's sweep."""
    if spreading.work_waits():
        spread_notifications.apply_async(retry=False, ignore_result=True, expires=60)
    if mailing.work_waits():
        send_mails.apply_async(retry=False, ignore_result=True, expires=60)
    if outgoing.work_waits():
        send_webhooks.apply_async(retry=False, ignore_result=True, expires=60)
