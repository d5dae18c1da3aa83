"""The project board with 500 stacks of 20 versions, against the least that any server must do: values() and json.dumps.

    .venv/bin/python -m benchmarks.board

Both in this process, on the same rows (500 stacks, 10,000 versions, two open comments on each newest one, verdicts, approvals
asked for on every fifth stack), SQLite, 40 rounds in turn: best, p50 and p95 by the clock and by processor time, and how many
queries the board costs with 500 stacks and with 50.
"""

import json
import os
import shutil

# isort: off
from benchmarks.comment_list import measured, queries  # first: it sets Django up, on a folder of its own

# isort: on
from django.core.management import call_command
from django.db.models import OuterRef, Subquery
from rest_framework.test import APIClient

from media_pipeline.models import Media
from review.access import Actor
from review.actions import approvals
from review.models import Asset, Comment, Project, Role, SyncVerdict, User, Version
from tests import factories

VERSIONS = 20


def filled(owner: User, reviewer: User, stacks: int) -> Project:
    """A project with so many stacks of VERSIONS versions each."""
    project = factories.project(owner)
    sequences = [factories.sequence(project, f"Reel {at}") for at in range(10)]
    assets = Asset.objects.bulk_create(
        Asset(
            project=project, name=f"sh{at:03}", created_by=owner, sequence=sequences[at % len(sequences)], last_number=VERSIONS
        )
        for at in range(stacks)
    )
    media = Media.objects.bulk_create(
        Media(sha256=f"{project.pk}{at}".ljust(64, "x"), size=1, frame_count=1500, rate_num=25, rate_den=1)
        for at in range(stacks)
    )
    made = Version.objects.bulk_create(
        Version(asset=asset, number=number, position=number, media=media[at], original_name="a.mov", created_by=owner)
        for at, asset in enumerate(assets)
        for number in range(1, VERSIONS + 1)
    )
    newest = made[VERSIONS - 1 :: VERSIONS]
    Comment.objects.bulk_create(
        Comment(version=row, author=reviewer, frame=at, text="The boom dips into frame.") for row in newest for at in range(2)
    )
    SyncVerdict.objects.bulk_create(SyncVerdict(version=row, state="done", verdict="in_sync") for row in newest)
    factories.member(project, reviewer, Role.REVIEWER)
    for row in newest[::5]:
        approvals.ask(Actor(owner), row.pk, user_id=reviewer.pk)
    return project


def main() -> None:
    call_command("migrate", verbosity=0)
    owner, reviewer = factories.user("Olga Owner"), factories.user("Rosa Reviewer")
    small, large = filled(owner, reviewer, 50), filled(owner, reviewer, 500)
    client = APIClient()
    client.force_login(reviewer)
    path = f"/api/v1/projects/{large.pk}/board"

    def board() -> None:
        assert client.get(path).status_code == 200

    def bare() -> None:
        newest = Version.objects.filter(asset=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
        stacks = list(Asset.objects.filter(project=large, deleted_at=None).annotate(newest=Subquery(newest)).values())
        versions = list(Version.objects.filter(pk__in=[row["newest"] for row in stacks]).values())
        json.dumps([stacks, versions], default=str)

    assert len(client.get(path).json()["data"]) == 500
    bare()
    asked, least = measured(board), measured(bare)
    print(f"board of 500 stacks of {VERSIONS} versions: {asked.words()}")
    print(f"values() + json.dumps of the stacks and their newest versions: {least.words()}")
    print(f"ratio of the best processor times: {asked.processor[0] / least.processor[0]:.2f}; load {os.getloadavg()[0]:.1f}")
    few = path.replace(large.pk, small.pk)
    print(f"queries: {queries(lambda: client.get(few))} for 50 stacks, {queries(board)} for 500")


if __name__ == "__main__":
    try:
        main()
    finally:
        shutil.rmtree(os.environ["TWOPOP_DATA"], ignore_errors=True)
