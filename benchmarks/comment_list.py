"""A page of 1,000 comments through the whole API, against the least that any server must do: values() and json.dumps.

    .venv/bin/python -m benchmarks.comment_list

Both in this process, on the same rows (500 threads with a reply each), SQLite, 15 rounds.
"""

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable

os.environ["TWOPOP_DATA"] = tempfile.mkdtemp(prefix="twopop-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "review.settings"
os.environ["TWOPOP_LOG_LEVEL"] = "WARNING"
os.environ.pop("DATABASE_URL", None)

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- Django must be set up first
from rest_framework.test import APIClient  # noqa: E402

from review.models import Comment, Role  # noqa: E402
from tests import factories  # noqa: E402

ROUNDS = 15


def best(work: Callable[[], object]) -> tuple[float, float]:
    """Shortest and median time in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return min(times), statistics.median(times)


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
    (api_best, api_median), (bare_best, bare_median) = best(api), best(bare)
    print(f"API, 1,000 comments: best {api_best:.1f} ms, median {api_median:.1f} ms")
    print(f"values() + json.dumps: best {bare_best:.1f} ms, median {bare_median:.1f} ms")
    print(f"ratio of the best: {api_best / bare_best:.2f}")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(os.environ["TWOPOP_DATA"], ignore_errors=True)
