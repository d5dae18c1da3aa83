"""A fixed cast: a project with one person of each role, an outsider, a version with frames."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from rest_framework.test import APIClient

from review.models import Role, User
from tests import factories


@pytest.fixture(autouse=True)
def _nothing_tried_yet() -> None:
    """What tests before have tried, from the same address, is not counted."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    return people_and_a_version()


def people_and_a_version() -> SimpleNamespace:
    owner = factories.user("Olga Owner")
    project = factories.project(owner)
    people = {role.value: factories.person_in(project, role) for role in Role if role != Role.OWNER}
    asset = factories.asset(project)
    version = factories.version(asset)
    return SimpleNamespace(
        project=project, asset=asset, version=version, owner=owner, outsider=factories.user("Otto Outsider"), **people
    )


@pytest.fixture
def api() -> Any:
    """api(user): a client signed in as that person; api(token="tp_…"): one with a token; api(session=factories.guest(…)): a
    guest; api(): nobody."""
    return client_of


def client_of(user: User | None = None, *, token: str = "", session: Any = None) -> APIClient:
    made = APIClient(HTTP_HOST="review.example", raise_request_exception=True)
    if user is not None:
        made.force_login(user)
    if session is not None:
        made.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    if token:
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return made
