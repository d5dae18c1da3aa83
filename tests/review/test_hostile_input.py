"""What no database or parser likes is refused cleanly (4xx with a code), whatever the database, and changes nothing."""

import json

import pytest

from review.models import Asset, Comment, Event, Project, Sequence
from tests import factories

pytestmark = pytest.mark.django_db

HUGE = 2**70
TEXTS = {
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "too long": "x" * 20_000,
    "empty": "",
    "only blanks": " \t\n ",
    "a number": 5,
    "null": None,
    "a list": ["x"],
    "an object": {"x": 1},
}
NUMBERS = {
    "huge": HUGE,
    "just too large": 2**31,
    "negative": -1,
    "very negative": -HUGE,
    "a float": 1.0,
    "infinite": 1e400,
    "text": "1",
    "true": True,
    "null": None,
    "a list": [1],
}
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a text": b'"x"',
    "not a number": b'{"text": "x", "frame": NaN}',
    "infinity": b'{"text": "x", "frame": Infinity}',
    "deep": b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "many digits": b'{"text": "x", "frame": ' + b"9" * 10_000 + b"}",
    "not UTF-8": b'{"text": "\xff"}',
    "UTF-16": '{"text": "x", "frame": 1}'.encode("utf-16"),
}


def refused(answer, *statuses):
    assert answer.status_code in (statuses or (400,)), (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert problem["remedy"]
    return problem


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts(cast, api, text):
    owner = api(cast.owner)
    admin = api(factories.site_owner())
    before = Event.objects.count()
    project, version = f"/api/v1/projects/{cast.project.pk}", f"/api/v1/versions/{cast.version.pk}"
    comment = factories.comment(cast.version, cast.owner)
    sequence = factories.sequence(cast.project)
    body = json.dumps
    for client, method, path, sent in (
        (owner, "POST", f"{version}/comments", {"text": text, "frame": 1}),
        (owner, "PATCH", f"/api/v1/comments/{comment.pk}", {"text": text}),
        (owner, "POST", f"{version}/comments", {"text": "x", "timecode": text}),
        (owner, "POST", f"{project}/sequences", {"name": text}),
        (owner, "PATCH", f"/api/v1/sequences/{sequence.pk}", {"name": text}),
        (owner, "POST", f"{project}/assets", {"name": text}),
        (owner, "PATCH", f"/api/v1/assets/{cast.asset.pk}", {"name": text}),
        (owner, "PATCH", project, {"name": text}),
        (owner, "POST", f"{project}/members", {"email": text, "role": "client"}),
        (owner, "POST", f"{project}/members", {"email": "a@example.org", "role": text}),
        (owner, "POST", "/api/v1/tokens", {"name": text}),
        (admin, "POST", "/api/v1/projects", {"name": text}),
    ):
        if text == 5 and "name" in sent:
            continue  # a number is taken as its digits where text is expected
        if text == 5 and sent.get("text") == 5:
            continue
        refused(client.generic(method, path, body(sent), content_type="application/json"), 400, 422)
    assert Event.objects.count() == before


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_numbers(cast, api, number):
    version = f"/api/v1/versions/{cast.version.pk}"
    comment = factories.comment(cast.version, cast.reviewer)
    client = api(cast.reviewer)
    sent = [
        ("POST", f"{version}/comments", {"text": "x", "frame": number}),
        ("POST", f"{version}/comments", {"text": "x", "frame": 1, "duration_frames": number}),
        ("PATCH", f"/api/v1/comments/{comment.pk}", {"frame": number}),
        ("PATCH", f"/api/v1/comments/{comment.pk}", {"duration_frames": number}),
    ]
    for method, path, body in sent:
        refused(client.generic(method, path, json.dumps(body), content_type="application/json"))
    path = f"/api/v1/projects/{cast.project.pk}/sequences"
    body = {"name": "x", "position": number}
    refused(api(cast.owner).generic("POST", path, json.dumps(body), content_type="application/json"))
    assert Comment.objects.count() == 1
    assert not Sequence.objects.exists()


def test_the_largest_numbers_that_fit(cast, api):
    """No sum of two allowed numbers overflows anything."""
    answer = api(cast.reviewer).post(
        f"/api/v1/versions/{cast.version.pk}/comments",
        {"text": "x", "frame": 2**31 - 1, "duration_frames": 2**31 - 1},
        format="json",
    )
    assert refused(answer, 422)["code"] == "frame_out_of_range"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies(cast, api, body):
    answer = api(cast.reviewer).generic(
        "POST", f"/api/v1/versions/{cast.version.pk}/comments", body, content_type="application/json"
    )
    refused(answer)
    assert not Comment.objects.exists()


def test_body_without_bound(cast, api):
    body = b'{"text": "' + b"x" * 2_000_000 + b'", "frame": 1}'
    answer = api(cast.reviewer).generic(
        "POST", f"/api/v1/versions/{cast.version.pk}/comments", body, content_type="application/json"
    )
    assert refused(answer, 413)["code"] == "body_too_large"


def test_other_content_types(cast, api):
    path = f"/api/v1/versions/{cast.version.pk}/comments"
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = api(cast.reviewer).generic("POST", path, "text=x&frame=1", content_type=content_type)
        assert refused(answer, 415)["code"] == "unsupported_media_type"
    refused(api(cast.reviewer).get(path, headers={"Accept": "text/html"}), 406)


def test_misspelled_fields_are_named(cast, api):
    answer = api(cast.reviewer).post(
        f"/api/v1/versions/{cast.version.pk}/comments", {"text": "x", "frame": 1, "duration": 5}, format="json"
    )
    assert refused(answer)["errors"] == [{"field": "duration", "code": "unknown", "message": "There is no such field."}]


QUERIES = [
    *(f"page_size={value}" for value in ("-1", "0", "2001", HUGE, "x", "1.5", "%00")),
    *(f"cursor={value}" for value in ("x", "%00", "%ff", "a" * 5000)),
    *(
        f"updated_since={value}"
        for value in ("yesterday", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59", "%00", HUGE)
    ),
    "completed=perhaps",
]


@pytest.mark.parametrize("query", QUERIES)
def test_queries(cast, api, query):
    refused(api(cast.reviewer).get(f"/api/v1/versions/{cast.version.pk}/comments?{query}"))


@pytest.mark.parametrize("query", [f"after={value}" for value in (-1, HUGE, 2**63, "x", "%00")])
def test_event_numbers(cast, api, query):
    refused(api(cast.reviewer).get(f"/api/v1/projects/{cast.project.pk}/events?{query}"))


def test_the_largest_event_number(cast, api):
    answer = api(cast.reviewer).get(f"/api/v1/projects/{cast.project.pk}/events?after={2**63 - 1}")
    assert (answer.status_code, answer.json()["data"]) == (200, [])


IDS = ["%00", "%ff", "a" * 5000, "../../etc", "%ED%A0%80", "0", "2222222222222222", "ÿ", "' OR 1=1 --", "٣" * 16]


@pytest.mark.parametrize("pk", IDS)
def test_ids(cast, api, pk):
    for path in (
        f"versions/{pk}",
        f"projects/{pk}",
        f"projects/{cast.project.pk}/members/{pk}",
        f"comments/{pk}",
        f"tokens/{pk}",
    ):
        answer = api(cast.owner).generic("DELETE", f"/api/v1/{path}")
        assert refused(answer, 404)["code"] == "not_found"
    answer = api(cast.owner).post(
        f"/api/v1/projects/{cast.project.pk}/assets", {"name": "x", "sequence_id": pk[:16]}, format="json"
    )
    refused(answer, 404, 400)
    answer = api(cast.owner).get(f"/api/v1/projects/{cast.project.pk}/assets?sequence_id={pk[:16]}")
    assert answer.status_code in (200, 400)
    assert Asset.objects.count() == 1
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer tp_", "Bearer x", "Bearer tp_" + "x" * 5000, "Bearer tp_\xff\x00", "Bearer  tp_a b"]
)
def test_tokens(cast, api, header):
    answer = api().get("/api/v1/me", HTTP_AUTHORIZATION=header)
    assert refused(answer, 401)["code"] == "invalid_token"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_other_schemes_are_no_credentials(api):
    assert refused(api().get("/api/v1/me", HTTP_AUTHORIZATION="Basic eDp5"), 401)["code"] == "not_authenticated"


def test_an_error_of_ours_is_a_problem_too(cast, api, monkeypatch):
    from review.selectors import people

    def broken(user):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(people, "person", broken)
    answer = api(cast.owner).get("/api/v1/me")
    problem = refused(answer, 500)
    assert problem["code"] == "internal_error"
    assert "secret" not in answer.content.decode()
