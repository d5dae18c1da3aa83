"""The broker of files: whole messages, each taken once, and nothing that stops a worker."""

import os
import shutil
import threading
from queue import Empty

import pytest
from kombu import Connection

from media_pipeline import doorbell


@pytest.fixture
def connect(tmp_path):
    connections = []

    def make():
        connection = Connection(
            "folder://localhost",
            transport="media_pipeline.doorbell:Transport",
            transport_options={"folder": str(tmp_path), "polling_interval": 0.01},
        )
        connections.append(connection)
        return connection

    yield make
    for connection in connections:
        connection.release()


def take(queue):
    message = queue.get(block=False)
    message.ack()
    return message.payload


def test_first_in_first_out_between_connections(connect):
    sender, receiver = connect().SimpleQueue("bell"), connect().SimpleQueue("bell")
    for number in range(3):
        sender.put({"number": number})
    assert [take(receiver)["number"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Empty):
        receiver.get(block=False)


def test_queues_are_apart(connect):
    connect().SimpleQueue("one").put("x")
    with pytest.raises(Empty):
        connect().SimpleQueue("other").get(block=False)


@pytest.mark.parametrize("text", ["", "{", "\x00\x00", '{"half":'])
def test_what_cannot_be_read_is_dropped(connect, tmp_path, text):
    (tmp_path / "00000000000000000000-broken.bell").write_text(text)
    connect().SimpleQueue("bell").put("whole")
    receiver = connect().SimpleQueue("bell")
    assert take(receiver) == "whole"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_goes(connect, tmp_path):
    half = tmp_path / ".0-half.bell"
    half.write_text("{")
    receiver = connect().SimpleQueue("bell")
    with pytest.raises(Empty):
        receiver.get(block=False)
    assert half.exists(), "it may still be being written"
    os.utime(half, (0, 0))
    with pytest.raises(Empty):
        receiver.get(block=False)
    assert not half.exists()


def test_a_folder_that_was_removed_is_made_again(connect, tmp_path):
    sender = connect().SimpleQueue("bell")
    sender.put("lost")
    shutil.rmtree(tmp_path)
    sender.put("kept")
    assert take(connect().SimpleQueue("bell")) == "kept"


def test_hints_do_not_pile_up(connect, monkeypatch, tmp_path):
    monkeypatch.setattr(doorbell, "MOST_MESSAGES", 5)
    sender = connect().SimpleQueue("bell")
    for _ in range(20):
        sender.put("x")
    assert len(list(tmp_path.iterdir())) == 5


def test_each_is_taken_once_by_many(connect):
    sender = connect().SimpleQueue("bell")
    for number in range(100):
        sender.put(number)
    taken, start = [], threading.Barrier(4)

    def work():
        receiver = connect().SimpleQueue("bell")
        start.wait()
        while True:
            try:
                taken.append(take(receiver))
            except Empty:
                return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(100))
