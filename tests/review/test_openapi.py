"""The committed OpenAPI document is the API's own, and answers keep to it."""

import json
from copy import deepcopy
from functools import cache

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command

from review.api import schema
from tests import factories

document = cache(schema.document)  # half a second each time


def test_committed_document_is_current():
    committed = json.loads((settings.BASE_DIR / "frontend" / "openapi.json").read_text(encoding="utf-8"))
    assert committed == document(), "run: python3 manage.py export_openapi, then make the TypeScript client again"


def test_document_is_made_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


@pytest.mark.django_db
def test_schema_is_served_to_anybody(api):
    answer = api().get("/api/v1/schema")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def conforms(body, component):
    """Raise unless `body` is what the document says, with nothing left out and nothing added."""
    whole = deepcopy(document())
    schemas = {
        name: {**one, "additionalProperties": False} if one.get("type") == "object" else one
        for name, one in whole["components"]["schemas"].items()
    }
    schemas["Event"]["properties"]["payload"] = {}  # any object
    jsonschema.validate(body, {"$ref": f"#/components/schemas/{component}", "components": {"schemas": schemas}})


@pytest.mark.django_db
def test_answers_keep_to_the_document(cast, api):
    owner = api(cast.owner)
    factories.sequence(cast.project)
    comment = factories.comment(cast.version, cast.reviewer)
    factories.comment(cast.version, cast.editor, parent=comment, completed_by=cast.owner)
    comment.labels.add(factories.label(cast.project))
    attachment = factories.attachment(comment)
    for path, body in {
        "reactions/heart": {},
        "": {"text": "@client Look", "annotation": {"v": 1, "shapes": [factories.line(0)]}},
    }.items():
        method = owner.patch if body else owner.put
        assert method(f"/api/v1/comments/{comment.pk}/{path}".rstrip("/"), body, format="json").status_code == 200
    media = cast.version.media
    factories.rendition(media)
    factories.rendition(media, "poster", label="", mime="image/jpeg")
    factories.rendition(media, "sprites", label="sheet-000", mime="image/jpeg", meta={"tile_width": 160, "tile_height": 90})
    factories.rendition(media, "waveform", label="audio-0", mime="application/octet-stream", meta={"track": 0})
    factories.rendition(media, "sound", label="audio-0-3", mime="audio/mp4", meta={"track": 0, "channel": 3})
    factories.rendition(media, "levels", label="audio-0", mime="application/octet-stream", meta={"track": 0})
    factories.job(media, "renditions", "failed_user", error_code="no_video", error_message="what", error_remedy="do")
    project, version = f"/api/v1/projects/{cast.project.pk}", f"/api/v1/versions/{cast.version.pk}"
    for path, component in {
        "/api/v1/me": "MeAnswer",
        "/api/v1/tokens": "TokenList",
        "/api/v1/projects": "ProjectList",
        project: "ProjectAnswer",
        f"{project}/members": "MemberList",
        f"{project}/invitations": "InvitationList",
        f"{project}/sequences": "SequenceList",
        f"{project}/assets": "AssetList",
        f"{project}/events": "EventList",
        f"{project}/uploads": "UploadList",
        f"/api/v1/assets/{cast.asset.pk}": "AssetAnswer",
        f"/api/v1/assets/{cast.asset.pk}/versions": "VersionList",
        version: "VersionAnswer",
        f"{version}/media": "MediaStatusAnswer",
        f"{version}/comments": "ThreadList",
        f"{version}/comments?include=replies,annotations": "ThreadList",
        f"{version}/seen": "SeenAnswer",
        f"{project}/labels": "LabelList",
        f"/api/v1/comments/{comment.pk}": "CommentAnswer",
        f"/api/v1/comments/{comment.pk}/revisions": "RevisionList",
        f"/api/v1/attachments/{attachment.pk}": "AttachmentAnswer",
    }.items():
        answer = owner.get(path)
        assert answer.status_code == 200, (path, answer.content)
        conforms(answer.json(), component)
    for path, status in {"/api/v1/projects/nothing": 404, "/api/v1/projects?page_size=-1": 400}.items():
        answer = owner.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        conforms(answer.json(), "Problem")


@pytest.mark.django_db
def test_docs_page_names_every_operation_and_object(api):
    page = api().get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    whole = document()
    for methods in whole["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
    for name in whole["components"]["schemas"]:
        assert f'id="c-{name}"' in text
