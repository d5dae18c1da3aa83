"""Partial uploads on disk, and the hash that runs along."""

import hashlib
import os
import threading

import pytest

from media_pipeline.running_hash import RunningHash
from media_pipeline.tus_store import Gone, TusStore, Wish

TOKEN = "A" * 32


@pytest.fixture
def store(tmp_path):
    made = TusStore(tmp_path / "uploads")
    made.create(TOKEN)
    return made


def test_one_holder_at_a_time(store):
    with store.try_hold(TOKEN):
        assert store.try_hold(TOKEN) is None
    with store.try_hold(TOKEN) as held:
        assert held.offset == 0


def test_offset_is_the_size(store):
    with store.try_hold(TOKEN) as held:
        held.write([b"ab", b"", b"cde"])
        assert held.offset == store.offset(TOKEN) == 5
    with store.try_hold(TOKEN) as held:
        held.write([bytes([i % 256]) for i in range(5000)])  # more buffers than one call to the kernel takes
        assert held.offset == 5005
    assert store.path(TOKEN).read_bytes() == b"abcde" + bytes(i % 256 for i in range(5000))


def test_unverified_bytes_do_not_count_and_are_cut_off_by_the_next_holder(store):
    held = store.try_hold(TOKEN)
    held.write([b"good"])
    held.begin_unverified()
    held.write([b"unknown"])
    assert store.offset(TOKEN) == 4
    held.release()  # as if it had died
    with store.try_hold(TOKEN) as held:
        assert held.offset == 4
    assert store.path(TOKEN).read_bytes() == b"good"


def test_confirmed_bytes_count(store):
    with store.try_hold(TOKEN) as held:
        held.begin_unverified()
        held.write([b"fine"])
        held.confirm()
    assert store.offset(TOKEN) == 4


def test_waiting_for_a_lock_whose_file_was_deleted(store):
    with store.try_hold(TOKEN) as held:
        held.delete()
    with pytest.raises(Gone):
        store.try_hold(TOKEN)
    with pytest.raises(Gone):
        store.offset(TOKEN)


def test_wishes(store, monkeypatch):
    assert store.wish(TOKEN) is Wish.NONE
    store.ask(TOKEN, Wish.RESUME)
    assert store.wish(TOKEN) is Wish.RESUME
    store.ask(TOKEN, Wish.DELETE)
    store.ask(TOKEN, Wish.RESUME)  # does not weaken the other
    assert store.wish(TOKEN) is Wish.DELETE
    os.utime(store.root / f"{TOKEN}.wish", (1, 1))
    assert store.wish(TOKEN) is Wish.NONE  # nobody waits any more
    store.ask(TOKEN, Wish.RESUME)
    with store.try_hold(TOKEN):
        assert store.wish(TOKEN) is Wish.NONE  # fulfilled


@pytest.mark.parametrize(
    "token", ["", "../../etc/passwd", "A" * 31, "A" * 33, "A" * 31 + "/", "A" * 31 + "\0", "A" * 31 + "\n"]
)
def test_nothing_but_a_token_becomes_a_path(store, token):
    with pytest.raises(Gone):
        store.path(token)


def test_hash_of_bytes_as_they_come(tmp_path):
    path = tmp_path / "file"
    running = RunningHash()
    running.begin(path, 0)
    body = os.urandom(100_000)
    path.write_bytes(body)
    for start in range(0, len(body), 7000):
        running.feed([body[start : start + 3000], body[start + 3000 : start + 7000]])
    path.unlink()  # not needed: nothing was missed
    assert running.hexdigest(path, len(body)) == hashlib.sha256(body).hexdigest()


def test_hash_catches_up_while_bytes_come(tmp_path):
    path = tmp_path / "file"
    body = os.urandom(40_000_000)
    path.write_bytes(body[:30_000_000])
    running = RunningHash()  # after a restart: knows nothing of the first 30 MB
    running.begin(path, 30_000_000)
    with path.open("ab", buffering=0) as file:
        for start in range(30_000_000, len(body), 65536):
            file.write(body[start : start + 65536])
            running.feed([body[start : start + 65536]])
    assert running.hexdigest(path, len(body)) == hashlib.sha256(body).hexdigest()


def test_hash_goes_back(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"good" + b"bad")
    running = RunningHash()
    running.begin(path, 0)
    running.feed([b"good"])
    saved = running.save()
    running.feed([b"bad"])
    path.write_bytes(b"good")
    running.restore(saved)
    assert running.hexdigest(path, 4) == hashlib.sha256(b"good").hexdigest()
    running.feed([b"bad"])
    running.restore(None)
    path.write_bytes(b"other")
    assert running.hexdigest(path, 5) == hashlib.sha256(b"other").hexdigest()


def test_hash_of_a_file_that_another_process_cut_back(tmp_path):
    path = tmp_path / "file"
    running = RunningHash()
    running.begin(path, 0)
    running.feed([b"0123456789"])
    path.write_bytes(b"01234")
    assert running.hexdigest(path, 5) == hashlib.sha256(b"01234").hexdigest()


def test_hash_tells_that_the_file_is_too_short(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"123")
    with pytest.raises(OSError, match="shorter"):
        RunningHash().hexdigest(path, 4)


def test_many_threads_never_hold_together(store):
    inside = []
    together = []

    def work():
        for _ in range(50):
            if (held := store.try_hold(TOKEN)) is not None:
                inside.append(1)
                together.append(len(inside))
                inside.pop()
                held.release()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(together) == {1}
