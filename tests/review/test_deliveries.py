"""From asking for approval to a file that is checked again at its receiver's, and the ways in which it must not go."""

import asyncio
import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from media_pipeline.models import Media
from review.access import Actor
from review.actions import versions
from review.models import ApprovalEntry, AuditEntry, Delivery
from review.problems import Problem
from review.selectors import deliveries
from tests import factories

BODY = bytes(range(256)) * 5000


@pytest.fixture
def desk(cast: SimpleNamespace, api, tmp_path, settings) -> SimpleNamespace:
    """A version with a file behind it, and everybody's web."""
    settings.MEDIA_ROOT = tmp_path / "media"
    media: Media = cast.version.media
    media.sha256, media.size = hashlib.sha256(BODY).hexdigest(), len(BODY)
    media.save()
    original: Path = settings.MEDIA_ROOT / media.original_key
    original.parent.mkdir(parents=True)
    original.write_bytes(BODY)
    names = ("owner", "version_controller", "editor", "reviewer", "client")
    cast.web = {name: api(getattr(cast, name)) for name in names}
    cast.at = f"/api/v1/versions/{cast.version.pk}"
    cast.inside = f"/api/v1/projects/{cast.project.pk}"
    return cast


def post(web, path: str, body: dict, status: int = 201, **headers):
    answer = web.post(path, body, format="json", **headers)
    assert answer.status_code == status, answer.content
    return answer.json().get("data") or answer.json()


def body_of(answer) -> bytes:
    """What a streamed answer brings."""

    async def collected() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    return asyncio.run(collected())


def test_the_way_of_a_version_to_its_receiver(desk, tmp_path, django_assert_max_num_queries):
    controller, client, reviewer = desk.web["version_controller"], desk.web["client"], desk.web["reviewer"]
    policy = {
        "who": [desk.client.pk, desk.reviewer.pk],
        "everybody": True,
        "open_comments_block": True,
        "failed_checks_block": True,
    }
    answer = controller.put(f"{desk.inside}/approval-policy", policy, format="json", HTTP_IF_MATCH='"0"')
    assert (answer.status_code, answer["ETag"]) == (200, '"1"'), answer.content
    late = controller.put(f"{desk.inside}/approval-policy", policy, format="json", HTTP_IF_MATCH='"0"')
    assert (late.status_code, late.json()["current"]) == (412, answer.json()["data"])
    for person in (desk.client, desk.reviewer):
        post(desk.web["editor"], f"{desk.at}/reviewers", {"user_id": person.pk, "due": "2030-01-31"})
    inbox = client.get("/api/v1/me/reviews").json()["data"]
    assert [(one["version_id"], one["due"]) for one in inbox] == [(desk.version.pk, "2030-01-31")]
    # The client approves a part, which is not enough.
    said = post(client, f"{desk.at}/approvals", {"decision": "approved", "up_to_timecode": "01:00:10:00"})
    assert [one["up_to_frame"] for one in said["reviewers"] if one["decision"]] == [240]
    assert (said["state"], said["reviewers"][0]["up_to_timecode"]) == ("in_review", "01:00:10:00")
    post(reviewer, f"{desk.at}/approvals", {"decision": "approved_with_notes", "text": "Louder"})
    comment = factories.comment(desk.version, desk.reviewer)
    blocked = post(controller, f"{desk.at}/deliveries", {}, 409)
    assert blocked["code"] == "delivery_blocked"
    assert [one["code"] for one in blocked["errors"]] == ["approval_missing", "open_comments", "failed_checks"]
    # What can be cleared is cleared, what cannot is lifted with a reason.
    stale = client.get(f"{desk.at}/approvals")["ETag"]
    now = post(client, f"{desk.at}/approvals", {"decision": "approved"}, HTTP_IF_MATCH=stale)
    late = post(reviewer, f"{desk.at}/approvals", {"decision": "changes_requested"}, 412, HTTP_IF_MATCH=stale)
    assert (now["state"], late["code"]) == ("approved", "precondition_failed")
    assert late["current"] == now
    assert client.get("/api/v1/me/reviews").json()["data"] == []
    blocks = f"{desk.at}/blocks"
    assert desk.web["editor"].put(f"{blocks}/failed_checks", {"reason": "x"}, format="json").status_code == 403
    assert controller.put(f"{blocks}/failed_checks", {"reason": " "}, format="json").status_code == 400
    for block in ("open_comments", "failed_checks"):
        lifted = controller.put(f"{blocks}/{block}", {"reason": "The client insists."}, format="json")
        assert lifted.status_code == 200, lifted.content
    assert lifted.json()["data"]["may_be_delivered"]
    # Now it is delivered, and may be called final.
    made = post(controller, f"{desk.at}/deliveries", {"name": "sc010_v01_final", "note": "For the festival"})
    assert (made["name"], made["sha256"], made["size"]) == ("sc010_v01_final.mov", hashlib.sha256(BODY).hexdigest(), len(BODY))
    one = controller.get(f"/api/v1/deliveries/{made['id']}").json()["data"]
    record = one["record"]
    assert deliveries.digest(record) == one["record_sha256"] == made["record_sha256"]
    assert {block["code"]: block["reason"] for block in record["blocks_lifted"]} == dict.fromkeys(
        ("open_comments", "failed_checks"), "The client insists."
    )
    assert [row["id"] for row in record["open_comments"]] == [comment.pk]
    assert [row["kind"] for row in record["approvals"]][-1] == "delivered"
    with django_assert_max_num_queries(15):
        board = client.get(f"{desk.inside}/board").json()["data"]
    assert [(row["asset_id"], row["state"], row["open_comments"]) for row in board] == [(desk.asset.pk, "delivered", 1)]
    assert post(client, f"{desk.at}/approvals", {"decision": "changes_requested"}, 409)["code"] == "approval_refused"
    with pytest.raises(Problem, match="delivered"):
        versions.delete_version(Actor(desk.owner), desk.version.pk)
    # The download proves itself, and goes on where it was cut.
    file = desk.web["editor"].get(made["file_url"])
    assert body_of(file) == BODY
    assert desk.version.media.sha256 in file["ETag"]
    assert file["Repr-Digest"].startswith("sha-256=:")
    rest = desk.web["editor"].get(made["file_url"], HTTP_RANGE="bytes=1000-", HTTP_IF_RANGE=file["ETag"])
    assert (rest.status_code, body_of(rest)) == (206, BODY[1000:])
    sidecar = desk.web["editor"].get(made["sidecar_url"]).content.decode()
    assert sidecar == f"{made['sha256']}  sc010_v01_final.mov\n"
    assert client.get(made["file_url"]).status_code == 403
    paper = controller.get(f"/api/v1/deliveries/{made['id']}/record.pdf")
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert client.get(f"/api/v1/deliveries/{made['id']}/record.pdf").status_code == 403
    # Recall, and deliver anew: a new record beside the old one.
    recalled = post(controller, f"/api/v1/deliveries/{made['id']}/recall", {"reason": "Wrong logo"}, 200)
    assert recalled["recall_reason"] == "Wrong logo"
    assert post(controller, f"/api/v1/deliveries/{made['id']}/recall", {"reason": "x"}, 409)["code"] == "delivery_recalled"
    again = post(controller, f"{desk.at}/deliveries", {})
    listed = controller.get(f"{desk.inside}/deliveries").json()["data"]
    assert [row["id"] for row in listed] == [again["id"], made["id"]]
    assert AuditEntry.objects.filter(action__startswith="delivery.").count() == 3


def test_what_a_file_is(desk, tmp_path):
    controller = desk.web["version_controller"]
    for block in ("approval_missing", "failed_checks"):
        controller.put(f"{desk.at}/blocks/{block}", {"reason": "Test"}, format="json")
    made = post(controller, f"{desk.at}/deliveries", {})
    other = factories.version(desk.asset)
    damaged = bytearray(BODY)
    damaged[700_000] ^= 1

    def by_hash(content: bytes, **more: str) -> str:
        body = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), **more}
        found: str = post(desk.web["client"], f"{desk.inside}/verify", body, 200)["result"]
        return found

    def by_file(content: bytes) -> tuple[str, str]:
        path = tmp_path / "received.mov"
        path.write_bytes(content)
        out = io.StringIO()
        try:
            call_command("verify", str(path), "--json", stdout=out)
            code = 0
        except SystemExit as exit_:
            code = int(str(exit_.code))
        found = json.loads(out.getvalue())
        assert code == (0 if found["result"] == "delivered" else 1)
        return found["result"], found["text"]

    assert by_hash(BODY) == by_file(BODY)[0] == "delivered"
    for content, result in ((BODY[:1_100_000], "truncated"), (bytes(damaged), "damaged"), (BODY + b"x", "longer")):
        head = hashlib.sha256(content[: deliveries.HEAD]).hexdigest()
        assert by_hash(content, name=made["name"]) == result
        if result != "damaged":  # the damage lies in the head itself here
            assert by_hash(content, head_sha256=head) == result
        assert by_file(content)[0] == result
    assert "byte 700000" in by_file(bytes(damaged))[1]
    assert by_hash(b"something else") == by_file(b"something else")[0] == "unknown"
    found = post(desk.web["client"], f"{desk.inside}/verify", {"sha256": other.media.sha256, "size": 1}, 200)
    assert (found["result"], found["version"]["number"]) == ("other_version", 2)
    post(controller, f"/api/v1/deliveries/{made['id']}/recall", {"reason": "Wrong logo"}, 200)
    assert by_hash(BODY) == by_file(BODY)[0] == "recalled"


def test_a_new_version_is_asked_about_anew(desk):
    post(desk.web["editor"], f"{desk.at}/reviewers", {"user_id": desk.client.pk})
    post(desk.web["client"], f"{desk.at}/approvals", {"decision": "approved"})
    newer, _ = versions.create_version(
        Actor(desk.editor), desk.asset.pk, media=factories.media(), original_name="sc010_v002.mov"
    )
    stand = desk.web["client"].get(f"/api/v1/versions/{newer.pk}/approvals").json()["data"]
    assert (stand["state"], [one["id"] for one in stand["waiting_for"]]) == ("in_review", [desk.client.pk])
    assert "V1 (approved)" in stand["entries"][0]["text"]
    assert desk.web["client"].get(f"{desk.at}/approvals").json()["data"]["state"] == "approved", "each version keeps its own"


def test_the_history_only_grows(desk):
    client = desk.web["client"]
    post(client, f"{desk.at}/approvals", {"decision": "approved"})
    post(client, f"{desk.at}/approvals", {"decision": "changes_requested", "text": "No"})
    post(client, f"{desk.at}/approvals/withdraw", {"text": "Sorry"}, 200)
    assert post(client, f"{desk.at}/approvals/withdraw", {}, 409)["code"] == "approval_refused"
    kinds = ApprovalEntry.objects.filter(version=desk.version).values_list("number", "kind", "decision")
    assert list(kinds) == [(1, "decided", "approved"), (2, "decided", "changes_requested"), (3, "withdrawn", "")]
    unknown = post(desk.web["editor"], f"{desk.at}/reviewers", {"user_id": desk.outsider.pk}, 422)
    assert unknown["code"] == "person_unknown"
    outside = post(client, f"{desk.at}/approvals", {"decision": "approved", "up_to_frame": 1000}, 422)
    assert outside["code"] == "frame_out_of_range"
    assert not Delivery.objects.exists()
