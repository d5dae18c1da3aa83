"""Names in a project: files find their stack and number by their name, refusals offer the right one, races end clearly."""

import hashlib
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection, connections

from review.access import Actor
from review.actions import uploads, versions
from review.models import Asset, Upload, Version
from review.problems import Problem
from review.selectors import names
from review.uploads import finishing
from tests import factories
from tests.review.test_uploads import begin, finish


@pytest.fixture(autouse=True)
def storage(tmp_path, settings):
    settings.MEDIA_ROOT, settings.UPLOAD_ROOT = tmp_path / "media", tmp_path / "uploads"
    settings.UPLOAD_DISK_RESERVE_BYTES = 0
    (tmp_path / "uploads").mkdir()
    return tmp_path


def send(person, body: bytes, folder: Path, filename: str, **described: str) -> Version:
    upload = begin(Actor(person), filename=filename, size=len(body), **described)
    return Version.objects.get(pk=finish(upload, body, folder).version_id)


@pytest.fixture
def film(cast: SimpleNamespace) -> SimpleNamespace:
    cast.project.name = "Brand film"
    cast.project.save()
    return cast


def test_files_stack_themselves_by_their_names(film, storage):
    def arrives(filename: str) -> tuple[str, int, str]:
        version = send(film.editor, filename.encode(), storage, filename, project_id=film.project.pk)
        assert version.original_name == filename
        return version.asset.name, version.number, version.name

    assert arrives("BrandFilm_v02_rough.mov") == ("BrandFilm", 2, "BrandFilm_v02_rough")
    assert arrives("brandfilm_v01_rough.mov") == ("BrandFilm", 1, "brandfilm_v01_rough"), "numbers may come in any order"
    assert arrives("BrandFilm_v05_grade.mov") == ("BrandFilm", 5, "BrandFilm_v05_grade")
    assert arrives("sc010_v09_comp.mov") == ("sc010", 9, "sc010_v09_comp"), "a stack of that name is there"
    assert arrives("whatever.mov") == ("whatever", 1, "")
    stack = Asset.objects.get(name="BrandFilm")
    assert (stack.last_number, names.gaps(stack)) == (5, {"gaps": [3, 4], "deleted": []})
    to_stack = send(film.editor, b"x", storage, "export.mov", asset_id=stack.pk)
    assert (to_stack.number, to_stack.name) == (6, "")
    far = send(film.editor, b"far", storage, "BrandFilm_v20260_grade.mov", asset_id=stack.pk)
    assert (far.number, far.name) == (7, ""), "no version number, but a date or a slip"


def test_one_name_is_never_two_contents_nor_one_number_given_twice(film, storage):
    first = send(film.editor, b"first", storage, "BrandFilm_v07_grade.mov", project_id=film.project.pk)
    with pytest.raises(Problem, match="name_conflict") as known_before:
        begin(Actor(film.editor), filename="BrandFilm_v07_grade.mov", project_id=film.project.pk, size=17)
    assert first.media.sha256 in known_before.value.detail
    assert known_before.value.errors == [{"field": "name", "code": "offered", "message": "BrandFilm_v08_grade"}]
    # Of the same size, only its end tells that it is other content.
    upload = begin(Actor(film.editor), filename="BrandFilm_v07_other.mov", project_id=film.project.pk, size=5)
    with pytest.raises(Problem, match="name_conflict") as at_the_end:
        finish(upload, b"other", storage)
    for digest in (first.media.sha256, hashlib.sha256(b"other").hexdigest()):
        assert digest in at_the_end.value.detail
    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == (Upload.State.OPEN, "name_conflict"), "nothing is lost: it waits for a name"
    assert not first.asset.versions.exclude(pk=first.pk).exists()
    uploads.rename_upload(Actor(film.editor), upload.pk, name="BrandFilm_v08_other")
    second = Version.objects.get(pk=finish(upload, b"other", storage).version_id)
    assert (second.number, second.name, second.original_name) == (8, "BrandFilm_v08_other", "BrandFilm_v07_other.mov")

    versions.delete_version(Actor(film.owner), second.pk)
    with pytest.raises(Problem, match="deleted since"):
        begin(Actor(film.editor), filename="BrandFilm_v08_again.mov", project_id=film.project.pk)
    assert send(film.editor, b"third", storage, "x.mov", asset_id=first.asset_id).number == 9
    assert names.gaps(Asset.objects.get(pk=first.asset_id))["deleted"] == [8]
    same = send(film.editor, b"first", storage, "BrandFilm_v07_grade.mov", project_id=film.project.pk)
    assert same == first, "the same content is the version that is there"


def test_a_well_named_file_begins_its_stack_in_the_sequence_where_it_was_put(film, storage):
    sequence = factories.sequence(film.project, "Ep3")
    made = send(film.editor, b"first", storage, "BrandFilm_v01_a.mov", project_id=film.project.pk, sequence_id=sequence.pk)
    assert (made.asset.name, made.asset.sequence_id, made.number) == ("BrandFilm", sequence.pk, 1)


def test_an_upload_that_waits_for_its_name_is_swept_only_when_its_time_is_over(film, storage, settings):
    send(film.editor, b"first", storage, "BrandFilm_v01_a.mov", project_id=film.project.pk)
    upload = begin(Actor(film.editor), filename="BrandFilm_v01_b.mov", project_id=film.project.pk)
    finishing.store().create(upload.pk)
    held = finishing.store().try_hold(upload.pk)
    assert held is not None
    with held:
        held.path.write_bytes(b"other")
        with pytest.raises(Problem, match="name_conflict"):
            uploads.finish_upload(upload.pk, path=held.path, sha256="0" * 64)
    assert finishing.sweep()["failed"] == 0
    Upload.objects.filter(pk=upload.pk).update(expires_at=upload.created_at)
    assert finishing.sweep()["expired"] == 1


def test_promises_are_refused_and_the_right_name_offered(film, api):
    for filename, right in {"FINAL_v2_REAL.mov": "sc010_v02_REAL", "sc010_v02_master.mov": "sc010_v02_wip"}.items():
        with pytest.raises(Problem, match="name_reserved") as refused:
            begin(Actor(film.editor), filename=filename, asset_id=film.asset.pk)
        assert refused.value.errors[0]["message"] == right
    begin(Actor(film.editor), filename="FINAL_v2_REAL.mov", version_name="sc010_v02_REAL", asset_id=film.asset.pk)
    film.project.name = "Master class"
    film.project.save()
    begin(Actor(film.editor), filename="MasterClass_v01_rough.mov", project_id=film.project.pk)


def test_a_version_takes_the_name_that_is_offered(film, api):
    editor = api(film.editor)
    path = f"/api/v1/versions/{film.version.pk}/name"
    asked = editor.get(path).json()["data"]
    assert (asked["name"], asked["offered"], asked["original_name"]) == ("", "sc010_v01_wip", "sc010_v001.mov")
    assert "not written as" in asked["why_not"]
    for wrong, code in {
        "sc010_v01_final": "name_reserved",
        "sc010_v02_wip": "name_invalid",
        "other_v01_wip": "name_invalid",
        "sc010": "name_invalid",
    }.items():
        refused = editor.put(path, {"name": wrong}, format="json")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["errors"][0]["message"] == "sc010_v01_wip"
    answer = editor.put(path, {"name": asked["offered"]}, format="json")
    assert answer.json()["data"]["name"] == "sc010_v01_wip"
    assert answer.json()["data"]["original_name"] == "sc010_v001.mov"
    stack = editor.get(f"/api/v1/assets/{film.asset.pk}/names").json()["data"]
    assert (stack["next_number"], stack["next_name"], stack["gaps"]) == (2, "sc010_v02_wip", [])


def test_what_a_file_would_become_is_known_before_it_is_sent(film, api):
    editor, path = api(film.editor), f"/api/v1/projects/{film.project.pk}/incoming"

    def ask(**query: str):
        answer = editor.get(path, query)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    plain = ask(filename="export.mov", asset_id=film.asset.pk)
    assert (plain["number"], plain["name"], plain["offered"], plain["known"]) == (2, None, "sc010_v02_export", [])
    new = ask(filename="BrandFilm_v03_grade.mov")
    assert (new["new_asset"], new["number"]) == ({"name": "BrandFilm", "sequence_id": None}, 3)
    assert new["name"] == "BrandFilm_v03_grade"
    taken = ask(filename="sc010_v01_x.mov", sha256="0" * 64)
    assert (taken["asset_id"], taken["refused"]["code"], taken["offered"]) == (film.asset.pk, "name_conflict", "sc010_v02_x")
    known = ask(filename="copy.mov", sha256=film.version.media.sha256)
    assert [one["id"] for one in known["known"]] == [film.version.pk]
    size = film.version.media.size
    assert [ask(filename="copy.mov", size=str(bytes_))["same_size"] for bytes_ in (size, size + 1)] == [True, False]
    elsewhere = factories.version(factories.asset(factories.project()))
    assert ask(filename="copy.mov", sha256=elsewhere.media.sha256)["known"] == [], "other projects' content is not told"


@pytest.mark.django_db(transaction=True)
def test_many_claim_one_number_at_once(storage):
    """One gets it, the others a clear conflict; tests/live/files does this on SQLite."""
    if connection.vendor == "sqlite":
        pytest.skip("a test database in memory knows no waiting; tests/live/files/test_claims.py does this on SQLite")
    project = factories.project(factories.user(), name="Brand film")
    editor = Actor(project.created_by)
    begun = [begin(editor, filename="BrandFilm_v03_grade.mov", project_id=project.pk) for _ in range(5)]
    barrier = threading.Barrier(len(begun))
    results: list[str] = []

    def work(number: int) -> None:
        barrier.wait()
        try:
            results.append(finish(begun[number], bytes([number]) * 5, storage).version_id)
        except Problem as problem:
            results.append(problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(begun))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("name_conflict") == 4
    assert list(Version.objects.values_list("number", "name")) == [(3, "BrandFilm_v03_grade")]
    assert Asset.objects.count() == 1, "nor is the stack made twice"


def test_a_pattern_is_tried_on_what_the_project_has(film, storage, django_assert_max_num_queries):
    send(film.editor, b"1", storage, "BrandFilm_v01_rough.mov", project_id=film.project.pk)
    stack = Asset.objects.get(name="BrandFilm")
    send(film.editor, b"2", storage, "export.mov", asset_id=stack.pk)
    with django_assert_max_num_queries(5):
        found = names.preview(film.project, film.editor, "{project}_{status}_v{version:03}")
    assert found["error"] is None
    assert {"asset_id": stack.pk, "asset_name": "BrandFilm", "name": "BrandFilm_export_v003"} in found["next"]
    assert (found["matching"], found["judged"]) == (0, 3)  # with the one of the cast
    assert {one["name"] for one in found["others"]} >= {"BrandFilm_v01_rough", "export.mov"}
    assert names.preview(film.project, film.editor, "{project}_v{version:02}_{status}")["matching"] == 1
    assert "must always be there" in names.preview(film.project, film.editor, "{project}_{status}")["error"]
    assert not Version.objects.filter(name__contains="v003").exists()
