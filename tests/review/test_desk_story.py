"""The version controller's day by the API: three versions with good and bad names, a lock in the way, two reviewers, a delivery
that is blocked and then waived, a download that proves itself and one that was tampered with."""

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest

from media_pipeline.models import Media
from review.access import Actor
from review.models import Upload, Version
from review.problems import Problem
from tests import factories
from tests.review.test_deliveries import body_of, post
from tests.review.test_uploads import begin, finish

WORK = {number: bytes([number]) * 3000 for number in (1, 2, 3)}


@pytest.fixture
def film(cast: SimpleNamespace, api: Any, tmp_path: Any, settings: Any) -> SimpleNamespace:
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    cast.sequence = factories.sequence(cast.project, "Ep3")
    cast.asset.name, cast.asset.sequence, cast.asset.last_number = "BrandFilm", cast.sequence, 0
    cast.asset.save()
    cast.version.delete()
    cast.project.name = "Brand film"
    cast.project.save()
    cast.web = {name: api(getattr(cast, name)) for name in ("owner", "version_controller", "editor", "reviewer", "client")}
    cast.inside, cast.folder = f"/api/v1/projects/{cast.project.pk}", tmp_path
    return cast


def send(film: SimpleNamespace, person: Any, number: int, filename: str, **described: Any) -> Version:
    """The bytes of that number as a version, its frames counted."""
    body = WORK[number]
    upload = begin(Actor(person), size=len(body), filename=filename, project_id=film.project.pk, **described)
    return counted(finish(upload, body, film.folder).version_id)


def counted(version_id: str) -> Version:
    version = Version.objects.select_related("media").get(pk=version_id)
    known = {"frame_count": 20000, "rate_num": 25, "rate_den": 1, "variable_rate": False, "start_frame": 0, "drop_frame": False}
    Media.objects.filter(pk=version.media_id).update(**known)
    return version


def test_from_three_renders_to_one_delivery(film: SimpleNamespace):
    owner, controller, editor, reviewer, client = film.web.values()

    # Three versions arrive. A good name stacks itself; a boast is refused and the right name offered; a lock is in the way.
    first = send(film, film.editor, 1, "BrandFilm_v01_rough.mov")
    assert (first.asset_id, first.number, first.name) == (film.asset.pk, 1, "BrandFilm_v01_rough")
    asked = editor.get(f"{film.inside}/incoming", {"filename": "FINAL_v2_REAL.mov", "asset_id": film.asset.pk}).json()["data"]
    assert asked["refused"]["code"] == "name_reserved"
    second = send(film, film.editor, 2, "FINAL_v2_REAL.mov", asset_id=film.asset.pk, version_name=asked["offered"])
    assert (second.number, second.original_name) == (2, "FINAL_v2_REAL.mov")

    lock = f"/api/v1/sequences/{film.sequence.pk}/lock"
    taken = editor.put(lock, {"minutes": 60, "note": "Grading"}, format="json").json()["data"]["lock"]
    assert taken["note"] == "Grading"
    with pytest.raises(Problem, match="sequence_locked"):
        send(film, film.version_controller, 3, "BrandFilm_v03_grade.mov")
    assert controller.put(f"{lock}/queue").json()["data"]["waiting"][0]["id"] == film.version_controller.pk
    third = send(film, film.editor, 3, "BrandFilm_v03_grade.mov", release_lock=True)
    sequences = controller.get(f"{film.inside}/sequences").json()["data"]
    assert (third.number, sequences[0]["lock"]) == (3, None), "published and released"
    told = controller.get(f"{film.inside}/events?after=0&page_size=200").json()["data"]
    freed = [one["payload"] for one in told if one["kind"] == "lock.freed"]
    assert [one["id"] for one in freed[-1]["waiting"]] == [film.version_controller.pk]
    assert not Upload.objects.exclude(state=Upload.State.DONE).exists()

    # Two reviewers must approve. What was open on the second version is carried over and then done.
    rules = {"everybody": True, "open_comments_block": True, "failed_checks_block": True}
    policy = {"who": [film.reviewer.pk, film.client.pk], **rules}
    assert controller.put(f"{film.inside}/approval-policy", policy, format="json").status_code == 200
    post(client, f"/api/v1/versions/{second.pk}/comments", {"text": "The logo is old", "frame": 50})
    at = f"/api/v1/versions/{third.pk}"
    ghost = editor.get(f"{at}/ghosts").json()["data"][0]["comment"]["id"]
    carried = editor.post(f"{at}/carry-over", {"comment_ids": [ghost]}, format="json").json()["data"][0]
    for person in (film.reviewer, film.client):
        post(editor, f"{at}/reviewers", {"user_id": person.pk, "due": "2030-01-31"})
    post(reviewer, f"{at}/approvals", {"decision": "approved"})
    partly = post(client, f"{at}/approvals", {"decision": "approved", "up_to_timecode": "00:12:03:11"})
    assert (partly["state"], [one["id"] for one in partly["waiting_for"]]) == ("in_review", [film.client.pk])
    assert [one["up_to_timecode"] for one in partly["reviewers"] if one["up_to_frame"]] == ["00:12:03:11"]

    # The delivery is blocked, one block after the other is cleared, the last waived with a reason.
    refused = post(controller, f"{at}/deliveries", {}, 409)
    assert [one["code"] for one in refused["errors"]] == ["approval_missing", "open_comments", "failed_checks"]
    editor.patch(f"/api/v1/comments/{carried['id']}", {"completed": True}, format="json")
    post(client, f"{at}/approvals", {"decision": "approved"})
    assert [one["code"] for one in post(controller, f"{at}/deliveries", {}, 409)["errors"]] == ["failed_checks"]
    reason = {"reason": "Measured by hand: the leader is meant to be silent."}
    assert editor.put(f"{at}/blocks/failed_checks", reason, format="json").status_code == 403
    assert controller.put(f"{at}/blocks/failed_checks", reason, format="json").status_code == 200
    made = post(controller, f"{at}/deliveries", {"name": "BrandFilm_v03_final"})
    record = controller.get(f"/api/v1/deliveries/{made['id']}").json()["data"]["record"]
    assert record["blocks_lifted"] == [{"code": "failed_checks", **reason}]
    board = controller.get(f"{film.inside}/board").json()["data"]
    assert [(one["state"], one["version_count"], one["lock"]) for one in board] == [("delivered", 3, None)]

    # The download is the delivered file, bit for bit; one bit otherwise is found.
    file = body_of(editor.get(made["file_url"]))

    def verified(content: bytes) -> str:
        head = hashlib.sha256(content[: 1024 * 1024]).hexdigest()
        asked = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "name": made["name"], "head_sha256": head}
        return str(post(client, f"{film.inside}/verify", asked, 200)["result"])

    assert verified(file) == "delivered"
    assert verified(file[:-1]) == "truncated"
    tampered = bytearray(file)
    tampered[-1] ^= 1
    assert verified(bytes(tampered)) == "damaged"
    assert verified(WORK[2]) == "other_version"

    kinds = [one["kind"] for one in owner.get(f"{film.inside}/audit?page_size=200").json()["data"]]
    wanted = {
        "version.create",
        "lock.take",
        "lock.wish",
        "lock.release",
        "comment.carry",
        "approval.decided",
        "delivery.create",
    }
    assert wanted <= set(kinds)
