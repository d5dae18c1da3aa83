"""Storage by content: atomic, durable, and never outside its folder."""

import os
import time

import pytest

from media_pipeline import storage as module
from media_pipeline.storage import (
    DiskFullError,
    LocalStorage,
    StorageError,
    remove_abandoned_copies,
    require_space,
    sha256_of,
)

SHA = "ab" + "0" * 62


@pytest.fixture
def storage(tmp_path):
    return LocalStorage(tmp_path / "media")


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"render")
    return path


def test_adopt_keeps_the_callers_name(storage, upload):
    key = storage.adopt_original(upload, SHA)
    assert key == f"originals/ab/{SHA}"
    assert storage.local_path(key).samefile(upload)
    upload.unlink()
    assert storage.local_path(key).read_bytes() == b"render"
    assert storage.size(key) == 6


def test_adopt_is_repeatable(storage, upload):
    assert storage.adopt_original(upload, SHA) == storage.adopt_original(upload, SHA)


def test_a_damaged_original_is_replaced(storage, upload):
    target = storage.local_path(f"originals/ab/{SHA}")
    target.parent.mkdir(parents=True)
    target.write_bytes(b"rend")
    storage.adopt_original(upload, SHA)
    assert target.read_bytes() == b"render"


def test_copies_where_links_are_impossible(storage, upload, monkeypatch):
    def link(*args, **kwargs):
        raise OSError(18, "cross-device link")

    monkeypatch.setattr(os, "link", link)
    key = storage.adopt_original(upload, SHA)
    assert storage.local_path(key).read_bytes() == b"render"
    assert not storage.local_path(key).samefile(upload)
    assert [key for key, _ in storage.keys("originals")] == [key], "nothing is left beside it"


def test_a_copy_that_does_not_fit_leaves_nothing(storage, upload, monkeypatch):
    def link(*args, **kwargs):
        raise OSError(18, "cross-device link")

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(LocalStorage, "free_bytes", lambda self: 3)
    with pytest.raises(DiskFullError):
        storage.adopt_original(upload, SHA)
    assert list(storage.keys("originals")) == []


def test_a_link_is_no_upload(storage, upload, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/etc/passwd")
    with pytest.raises(StorageError):
        storage.adopt_original(link, SHA)


@pytest.mark.parametrize("sha", ["", "ab", "../../etc/passwd", SHA.upper(), SHA + "0"])
def test_only_a_hash_is_a_hash(storage, upload, sha):
    with pytest.raises(StorageError):
        storage.adopt_original(upload, sha)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "derived",
        "derived/",
        "derived/../x",
        "derived/a/..",
        "work/a/b",
        "derived/a//b",
        "derived/.a/b",
        "a\0b",
    ],
)
def test_no_key_leads_outside(storage, key):
    with pytest.raises(StorageError):
        storage.local_path(key)


def test_publish_moves_and_replaces_whole_files(storage, tmp_path):
    for text in ("old", "new"):
        made = tmp_path / "made"
        made.write_text(text)
        storage.publish(made, "derived/m/r.mp4")
        assert not made.exists()
        assert storage.local_path("derived/m/r.mp4").read_text() == text


def test_delete_takes_the_empty_folder_along(storage, tmp_path):
    made = tmp_path / "made"
    made.write_text("x")
    storage.publish(made, "derived/m/r.mp4")
    storage.delete("derived/m/r.mp4")
    storage.delete("derived/m/r.mp4")
    assert not storage.exists("derived/m/r.mp4")
    assert not (storage.root / "derived" / "m").exists()


def test_a_folder_that_is_taken_away_in_between_is_made_again(storage, upload, tmp_path, monkeypatch):
    turns = []

    def make(folder, root, really=module._make_folders):
        made = really(folder, root)
        turns.append(folder)
        if len(turns) % 3:
            folder.rmdir()  # another process has just deleted what was in it
        return made

    monkeypatch.setattr(module, "_make_folders", make)
    key = storage.adopt_original(upload, SHA)
    assert storage.local_path(key).read_bytes() == upload.read_bytes()
    made = tmp_path / "made"
    made.write_bytes(b"made")
    storage.publish(made, "derived/m/r.mp4")
    assert storage.local_path("derived/m/r.mp4").read_bytes() == b"made"
    assert len(turns) == 6
    with pytest.raises(FileNotFoundError):
        storage.publish(made, "derived/m/other.mp4")  # the source is gone: no folder is to blame


def test_work_dirs_are_private_and_go(storage):
    folder = storage.make_work_dir("job-token")
    assert folder.stat().st_mode & 0o077 == 0
    assert [name for name, _ in storage.work_dirs()] == ["job-token"]
    storage.remove_work_dir("job-token")
    assert list(storage.work_dirs()) == []
    with pytest.raises(StorageError):
        storage.make_work_dir("../x")


def test_require_space(storage):
    require_space(storage, 1)
    with pytest.raises(DiskFullError):
        require_space(storage, storage.free_bytes() + 1)
    with pytest.raises(DiskFullError):
        require_space(storage, 1, reserve=storage.free_bytes())


def test_abandoned_copies_go_originals_stay(storage, upload):
    key = storage.adopt_original(upload, SHA)
    part = storage.local_path(key).with_name("x.part")
    part.write_text("half")
    assert remove_abandoned_copies(storage, older_than_seconds=3600) == 0
    time.sleep(0.01)
    assert remove_abandoned_copies(storage, older_than_seconds=0) == 1
    assert storage.exists(key)
    assert not part.exists()


def test_hash_beats(tmp_path):
    path = tmp_path / "big"
    path.write_bytes(b"a" * (20 * 1024 * 1024))
    beats = []
    assert sha256_of(path, lambda: beats.append(1)) == sha256_of(path)
    assert len(beats) == 3
