"""Moments at which a test's worker stands still, to be killed there or told to go on.

The test writes the moment's name into the file `stop` of the data folder. The first process to get there takes it by
renaming it, shows its process id as the file `stopped`, and waits for as long as that file exists.
"""

import os
import time
from pathlib import Path

from media_pipeline import jobs, publish

MOMENTS = (
    "before the claim",
    "after the claim",
    "between a file and its commit",
    "between output and commit",
    "inside the transaction",
    "after the commit",
)


def install() -> None:
    """Stand still on the way of every job of the step "renditions"; called in the worker of a test alone."""
    folder = Path(os.environ["TWOPOP_DATA"])

    def here(moment):
        stop, stopped, taken = folder / "stop", folder / "stopped", folder / f"stop taken by {os.getpid()}"
        try:
            if stop.read_text() != moment:
                return
            stop.rename(taken)
        except FileNotFoundError:  # nobody asked, or another process was first
            return
        taken.write_text(str(os.getpid()))
        taken.rename(stopped)  # whole at once: the test reads it as soon as it is there
        while stopped.exists():
            time.sleep(0.01)

    def stopping(owner, name, *, before="", after="", job_of=lambda arguments, result: arguments[0]):
        function = getattr(owner, name)

        def wrapped(*arguments, **options):
            if before and job_of(arguments, None).step == "renditions":
                here(before)
            result = function(*arguments, **options)
            job = job_of(arguments, result) if after else None
            if job is not None and job.step == "renditions":
                here(after)
            return result

        setattr(owner, name, wrapped)

    claim = jobs.claim

    def claim_with_stops(lane, *, holder):
        waiting = jobs.claimable(lane).first()
        if waiting is not None and waiting.step == "renditions":
            here("before the claim")
        return claim(lane, holder=holder)

    jobs.claim = claim_with_stops
    stopping(jobs, "claim", after="after the claim", job_of=lambda _, job: job)
    stopping(publish, "_publish_one", before="between a file and its commit")
    stopping(publish, "_commit", before="between output and commit", after="after the commit")
    stopping(jobs, "finish", after="inside the transaction")
