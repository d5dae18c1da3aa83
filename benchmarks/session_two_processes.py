"""A live session over two web processes, PostgreSQL and Redis: the host at one of them, the viewers at the other.

    python -m benchmarks.session_two_processes [--viewers 50] [--orders 200]

The host seeks ten times a second: how long until the viewers have it, and whether one lost an order or heard two in the wrong
sequence. Then the lead goes to a viewer, at the other process, and back. Then the host plays, and their process is killed
(kill -9): the viewers must notice nothing; how long until the host leads on by the other process, naming the seat that they had
as the page does (or, with --nameless, not), and until everybody sees the host there once.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from websockets.exceptions import ConnectionClosedError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.session_fanout import EVERY_SECONDS, SCENE, Viewer, open_viewer  # noqa: E402
from tests.e2e.product import Product  # noqa: E402
from tests.real_servers import postgresql, redis  # noqa: E402

TOKEN = """
import sys, django
django.setup()
from review.access import Actor
from review.actions.tokens import create_token
from review.models import ReviewSession
print(create_token(Actor(ReviewSession.objects.get(pk=sys.argv[1]).host), name="benchmark")[1])
"""


async def seconds_until(holds: Callable[[], Any], *, at_most: float = 60) -> float:
    began = time.perf_counter()
    async with asyncio.timeout(at_most):
        while not holds():  # noqa: ASYNC110 -- sockets are listened to by other tasks
            await asyncio.sleep(0.005)
    return time.perf_counter() - began


async def listening(viewer: Viewer) -> None:
    with contextlib.suppress(ConnectionClosedError):  # of the process that is killed
        await viewer.listen()


async def led(host: Viewer, viewers: list[Viewer], frames: range) -> dict[str, Any]:
    """The leader seeks through these frames; what the others heard of it."""
    sent = {}
    for frame in frames:
        sent[frame] = time.perf_counter()
        await host.socket.send(json.dumps({"type": "do", "do": "seek", "frame": frame}))
        await asyncio.sleep(max(0.0, sent[frame] + EVERY_SECONDS - time.perf_counter()))
    await seconds_until(lambda: all(frames[-1] in one.heard for one in viewers))
    waits = [one.heard[frame] - moment for one in viewers for frame, moment in sent.items() if frame in one.heard]
    in_order = [[frame for frame in one.heard if frame in sent] for one in viewers]
    return {
        "cuts": quantiles(waits, n=20),
        "lost": sum(frame not in one.heard for one in viewers for frame in sent),
        "disordered": sum(one.numbers != sorted(one.numbers) for one in viewers) + sum(one != sorted(one) for one in in_order),
    }


def told(name: str, found: dict[str, Any]) -> None:
    cuts = found["cuts"]
    print(
        f"{name}: p50 {1000 * cuts[9]:.1f} ms, p95 {1000 * cuts[18]:.1f} ms; "
        f"lost {found['lost']}, out of order {found['disordered']}"
    )
    assert found["lost"] == found["disordered"] == 0, name


async def measure(
    first: Product, second: Product, session_id: str, host_key: str, keys: list[str], orders: int, token: str, *, naming: bool
) -> None:
    tasks = []

    async def hand_to(one: Viewer) -> None:
        request = urllib.request.Request(
            f"{first.url}/api/v1/sessions/{session_id}/controller",
            json.dumps({"user_id": one.person}).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method="PUT",
        )
        one.leads.clear()
        await asyncio.to_thread(urllib.request.urlopen, request)

    async def sit(product: Product, key: str, instead: str = "") -> Viewer:
        one = await open_viewer(product.url, session_id, key, instead=instead)
        tasks.append(asyncio.create_task(listening(one)))
        await seconds_until(one.ready.is_set)
        return one

    host = await sit(first, host_key)
    await host.leads.wait()
    viewers = [await sit(second, key) for key in keys[1:]]
    beside = await sit(first, keys[0])  # somebody at the host's own process
    await asyncio.sleep(2)
    told(f"host at one process, {len(viewers)} viewers at the other", await led(host, viewers, range(1, 1 + orders)))

    other = viewers[0]
    await hand_to(other)
    given = await seconds_until(other.leads.is_set)
    print(f"the lead is with a viewer at the other process {1000 * given:.0f} ms after the answer")
    told("led from the other process", await led(other, [host, beside], range(300, 350)))
    await hand_to(host)
    await seconds_until(host.leads.is_set)
    told("and back", await led(host, viewers, range(400, 450)))

    play = {"type": "do", "do": "play", "frame": 500, "num": 1, "den": 1}
    await host.socket.send(json.dumps(play))
    await seconds_until(lambda: all(500 in one.heard for one in viewers))
    first.kill("web")
    instead = host.seat if naming else ""
    again = await open_viewer(second.url, session_id, host_key, instead=instead)
    tasks.append(asyncio.create_task(listening(again)))
    waited = await seconds_until(again.leads.is_set)
    print(f"kill -9: the host leads {1000 * waited:.0f} ms after connecting to the other process")

    def sees_host(one: Viewer) -> bool:
        return [seat for seat, person in one.people.items() if person == again.person] == [again.seat]

    once = await seconds_until(lambda: all(sees_host(one) for one in viewers))
    print(f"every viewer sees the host there once {1000 * once:.0f} ms later, none was disconnected")
    assert all(one.socket.close_code is None for one in viewers)
    told("led on from there", await led(again, viewers, range(600, 650)))
    for one in [again, *viewers]:
        await one.socket.close()
    await asyncio.gather(*tasks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--nameless", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgresql() as database, redis() as broker:
        first, second = Product(Path(folder)), Product(Path(folder))
        for one in (first, second):
            one.environment |= {**database, **broker}
        first.migrate()
        session_id, host, keys = json.loads(first.python("-c", SCENE, str(given.viewers + 1)).splitlines()[-1])
        token = first.python("-c", TOKEN, session_id).splitlines()[-1]
        try:
            for one in (first, second):
                one.start_web()
            asyncio.run(
                measure(first, second, session_id, host, keys, min(200, given.orders), token, naming=not given.nameless)
            )
        finally:
            for one in (first, second):
                one.kill("web")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
