"""Projects, sequences and assets as the API and events show them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from review.models import Asset, Project, Sequence, Version
from review.selectors import locks, versions
from review.selectors.stamps import stamp


def project(row: Project) -> dict[str, Any]:
    """Project without what depends on who looks (role, capabilities)."""
    return {"id": row.pk, "name": row.name, "created_at": stamp(row.created_at)}


def sequence(row: Sequence) -> dict[str, Any]:
    return sequence_list([row])[0]


def sequence_list(rows: Iterable[Sequence]) -> list[dict[str, Any]]:
    """Sequences with their locks, in two queries more."""
    found = list(rows)
    held = locks.shown([row.pk for row in found])
    return [{**_sequence(row), **held[row.pk]} for row in found]


def _sequence(row: Sequence) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "name": row.name,
        "position": row.position,
        "created_at": stamp(row.created_at),
    }


def sequences(project_id: str) -> QuerySet[Sequence]:
    return Sequence.objects.filter(project_id=project_id)


def assets(project_id: str) -> QuerySet[Asset]:
    """Assets with what asset_list() needs: `version_count` and `latest_id`. Files that are only to be checked are left out."""
    newest = Version.objects.filter(asset=OuterRef("pk"), deleted_at=None).order_by("-number").values("pk")[:1]
    return Asset.objects.filter(project_id=project_id, deleted_at=None, expires_at=None).annotate(
        version_count=Count("versions", filter=Q(versions__deleted_at=None)), latest_id=Subquery(newest)
    )


def asset_list(rows: list[Asset]) -> list[dict[str, Any]]:
    """Assets of assets(), each with its latest version, in a fixed number of queries."""
    wanted = [row.latest_id for row in rows if row.latest_id]  # type: ignore[attr-defined]  # annotated by assets()
    latest = {one["id"]: one for one in versions.version_list(list(versions.listed().filter(pk__in=wanted)))}
    return [_asset(row, latest.get(row.latest_id), row.version_count) for row in rows]  # type: ignore[attr-defined]  # annotated


def asset(row: Asset) -> dict[str, Any]:
    """One asset, read afresh."""
    stack = versions.of_asset(row.pk)
    latest = stack.order_by("-number").first()
    return _asset(row, versions.version(latest) if latest else None, stack.count())


def _asset(row: Asset, latest: dict[str, Any] | None, count: int) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "sequence_id": row.sequence_id,
        "name": row.name,
        "latest_version": latest,
        "version_count": count,
        "created_at": stamp(row.created_at),
    }
