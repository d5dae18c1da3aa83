"""Work beside the sockets ends when it is stopped, though a cancel gets lost on the way."""

import asyncio
import logging

import pytest

from review.live import background

pytestmark = pytest.mark.asyncio


class Deaf:
    """Loses the first cancels, as one does who is handed an answer in that very moment."""

    def __init__(self, loses: int = 1) -> None:
        self.loses, self.rounds = loses, 0
        self.waiting = asyncio.Event()

    async def work(self) -> None:
        self.rounds += 1
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.loses -= 1
            if self.loses < 0:
                raise


async def test_a_lost_cancel_is_heeded_after_the_work():
    deaf = Deaf()
    task = asyncio.create_task(background.for_ever(deaf.work, "a test"))
    await deaf.waiting.wait()
    task.cancel()  # once
    await asyncio.wait([task])
    assert task.cancelled()
    assert deaf.rounds == 1


async def test_who_loses_cancels_in_a_loop_of_its_own_is_cancelled_until_it_ends():
    deaf = Deaf(loses=2)

    async def loop() -> None:
        while True:
            await deaf.work()

    task = asyncio.create_task(loop())
    await deaf.waiting.wait()
    await background.stop([task])
    assert task.cancelled()
    assert deaf.rounds == 3


async def test_who_is_cancelled_while_it_stops_others_ends_them_first():
    deaf = Deaf()

    async def loop() -> None:
        while True:
            await deaf.work()

    task = asyncio.create_task(loop())
    await deaf.waiting.wait()
    stopper = asyncio.create_task(background.stop([task]))
    await asyncio.sleep(0)
    stopper.cancel()
    await asyncio.wait([stopper])
    assert stopper.cancelled()
    assert task.cancelled()


async def test_an_error_ends_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    monkeypatch.setattr(background, "AFTER_AN_ERROR_SECONDS", 0)
    monkeypatch.setattr(logging.getLogger("review"), "propagate", True)
    done = asyncio.Event()
    left = [ValueError("the database is away")]

    async def work() -> None:
        if left:
            raise left.pop()
        done.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(background.for_ever(work, "asking the database"))
    await done.wait()
    await background.stop([task])
    assert "asking the database failed" in caplog.text
