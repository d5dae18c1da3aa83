"""Every operation of the API, asked as its schema allows and does not forbid: never an answer of 500 or above, never a status
that the schema does not name. TWOPOP_SCHEMA_EXAMPLES=100 asks each more often."""

import json
import os
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.core import NOT_SET

from tests.review.test_access_matrix import set_the_stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = int(os.environ.get("TWOPOP_SCHEMA_EXAMPLES", "1"))
DOCUMENT = settings.BASE_DIR / "frontend" / "openapi.json"


def cases_of(operation: Any) -> list[Any]:
    """Requests that the schema allows, the same in every run."""
    found: list[Any] = []

    @hypothesis_settings(
        max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


def send(client: Any, case: Any, names: dict[str, str], *, known: bool) -> Any:
    """Ask it; `known`: with the ids of objects that there are, otherwise with what was made up for them."""
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        chosen = names[name] if known and name in names else str(value) or "x"
        path = path.replace("{" + name + "}", quote(chosen, safe=""))
    query = urlencode({key: value for key, value in (case.query or {}).items() if value is not None}, doseq=True)
    headers = {f"HTTP_{key.upper().replace('-', '_')}": str(value) for key, value in (case.headers or {}).items()}
    body: Any = b"" if case.body is NOT_SET else case.body
    kind = case.media_type or "application/json"
    if not isinstance(body, bytes | str):
        body = urlencode(body) if kind == "application/x-www-form-urlencoded" else json.dumps(body)
    return client.generic(case.operation.method.upper(), f"{path}?{query}", body, content_type=kind, **headers)


def test_no_operation_fails_or_answers_what_it_does_not_say():
    stage = set_the_stage()
    client = stage.clients["site_owner"]
    client.raise_request_exception = False
    schema = schemathesis.openapi.from_dict(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    wrong, asked = set(), 0
    found: Any = schema.get_all_operations()
    for operation in (result.ok() for result in found):
        documented = set(operation.definition.raw["responses"])
        for case in cases_of(operation):
            for known in (True, False) if case.path_parameters and EXAMPLES > 1 else (True,):
                cache.clear()  # rates are tested elsewhere
                with transaction.atomic():
                    answer = send(client, case, stage.names, known=known)
                    transaction.set_rollback(True)
                asked += 1
                if answer.status_code >= 500 or str(answer.status_code) not in documented:
                    said = answer.content[:160] if not answer.streaming else b""
                    wrong.add((operation.method, operation.path, answer.status_code, said, repr(case.query)[:200]))
    assert asked > 100
    assert not wrong, "\n".join(str(one) for one in sorted(wrong, key=str))
