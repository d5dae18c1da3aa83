"""What an older release has made is made anew: a few media at a time, the newest first, behind whatever people wait for.

A release that raises a step's version would otherwise order all media at once, and every page would show them as waiting.
"""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from media_pipeline import comparisons, jobs, steps
from media_pipeline.models import Job, Media


def rerun(at_once: int | None = None) -> int:
    """Order steps again whose result is of an older version of them, of the newest media first. Of such jobs no more than
    `at_once` wait or run at a time (None: all are ordered). Returns how many were ordered; more is ordered by calling again."""
    room = None
    if at_once is not None:
        room = at_once - Job.objects.filter(priority=jobs.PRIORITY_AGAIN, state__in=Job.ACTIVE).count()
        if room <= 0:
            return 0
    count = comparisons.rerun_outdated(room)
    for step, outdated in _outdated():
        left = None if room is None else room - count
        for media in outdated.order_by("-created_at")[:left]:
            with transaction.atomic():
                jobs.enqueue(media, step, priority=jobs.PRIORITY_AGAIN)
                count += 1
    return count


def waiting() -> int:
    """How many media have something of an older version that nothing makes anew yet."""
    found: set[str] = set()
    for _, outdated in _outdated():
        found |= set(outdated.values_list("pk", flat=True))
    return len(found)


def _outdated() -> Iterator[tuple[steps.Step, QuerySet[Media]]]:
    """Each step with the media that it is to run again for, and may run for now."""
    for step in (step for step in steps.all_steps() if step.by_itself or step.alone):
        done = Job.objects.filter(step=step.name, step_version__gte=step.version)
        old = Job.objects.filter(step=step.name, step_version__lt=step.version).exclude(state=Job.State.CANCELLED)
        outdated = Media.objects.filter(pk__in=old.values("media_id")).exclude(pk__in=done.values("media_id"))
        if step.aside:  # a step that came with a new release was never ordered for what was there before
            ready = Job.objects.filter(step=step.after, state=Job.State.DONE)
            never = Media.objects.filter(pk__in=ready.values("media_id"))
            outdated |= never.exclude(pk__in=Job.objects.filter(step=step.name).values("media_id"))
        if step.after:
            # Where the step before is made anew, its end orders this one.
            earlier = Job.objects.filter(step=step.after, state__in=Job.ACTIVE)
            outdated = outdated.exclude(frame_count=None).exclude(pk__in=earlier.values("media_id"))
        yield step, outdated
