"""A page of 1,000 comments through the whole API, against the least that any server must do: values() and json.dumps.

    .venv/bin/python -m benchmarks.comment_list

Both in this process, on the same rows (500 threads with a reply each), SQLite, 40 rounds: best, p50 and p95 by the clock and by
processor time, and how many queries a page of 100 and one of 1,000 cost.
"""

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

os.environ["TWOPOP_DATA"] = tempfile.mkdtemp(prefix="twopop-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "review.settings"
os.environ["TWOPOP_LOG_LEVEL"] = "WARNING"
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- Django must be set up first
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from review.models import Comment, Role  # noqa: E402
from tests import factories  # noqa: E402

ROUNDS = 40


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round, ascending: by the clock, and of this process' processor time (which other work on the
    machine does not lengthen)."""

    clock: list[float]
    processor: list[float]

    def words(self) -> str:
        def of(times: list[float]) -> str:
            return f"best {times[0]:.0f}, p50 {statistics.median(times):.0f}, p95 {times[int(len(times) * 0.95) - 1]:.0f} ms"

        return f"clock {of(self.clock)}; processor {of(self.processor)}"


def measured(work: Callable[[], object]) -> Times:
    clock, processor = [], []
    for _ in range(ROUNDS):
        begin, used = time.perf_counter(), time.process_time()
        work()
        clock.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return Times(sorted(clock), sorted(processor))


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def main() -> None:
    call_command("migrate", verbosity=0)
    project = factories.project()
    people = [factories.person_in(project, Role.REVIEWER) for _ in range(10)]
    version = factories.version(factories.asset(project), factories.media(frame_count=100_000))
    for number in range(500):
        parent = factories.comment(version, people[number % 10], frame=number * 7, text="The boom dips into frame. " * 4)
        factories.comment(version, people[number % 7], frame=number * 7, parent=parent, text="Fixed in the next version.")
    client = APIClient()
    client.force_login(people[0])
    path = f"/api/v1/versions/{version.pk}/comments?page_size=1000"

    def api() -> None:
        assert client.get(path).status_code == 200

    def bare() -> None:
        rows = list(Comment.objects.filter(version=version, deleted_at=None).order_by("frame", "created_at", "pk").values())
        json.dumps(rows, default=str)

    assert len(client.get(path).json()["data"]) == 1000
    bare()
    asked, least = measured(api), measured(bare)
    print(f"API, 1,000 comments: {asked.words()}")
    print(f"values() + json.dumps: {least.words()}")
    print(f"ratio of the best processor times: {asked.processor[0] / least.processor[0]:.2f}; load {os.getloadavg()[0]:.1f}")
    print(f"queries: {queries(lambda: client.get(path.replace('1000', '100')))} for 100 comments, {queries(api)} for 1,000")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(os.environ["TWOPOP_DATA"], ignore_errors=True)
