"""The doorbell: Celery tasks that say nothing but "look whether there is work"."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_process_shutdown

from media_pipeline import jobs, runner
from media_pipeline.core.lockdown import die_with_parent


@shared_task(name="media_pipeline.work", acks_late=False, ignore_result=True)
def work(lane: str) -> None:
    """Do what waits, until nothing does. The hint is acknowledged at once: a lost one is repeated by the sweep, and a
    redelivered one would only find nothing to do."""
    runner.drain(lane)


def ring(lane: str) -> None:
    """Wake a worker. Must not hold up the caller when the broker is away."""
    work.apply_async((lane,), retry=False, ignore_result=True, expires=60)


jobs.on_hint(ring)


@worker_process_init.connect
def _begin_process(**_: Any) -> None:
    """In each process of the pool: end with the pool, and have the libraries loaded before the first job."""
    import os

    die_with_parent(os.getppid())
    runner.warm_up()


@worker_process_shutdown.connect
def _end_process(**_: Any) -> None:
    runner.shut_down()
