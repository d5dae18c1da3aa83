"""A live session with one host and many viewers, on one machine: how long until everybody has what the host did.

    python -m benchmarks.session_fanout [--viewers 300] [--orders 200] [--pointer]

A web process of its own; the sockets are opened by this process, so half of the processor time is theirs. The host seeks ten
times a second, and with --pointer moves the pointer meanwhile, as often as the page sends it: every 60 ms, and one more for
each who is there. Prints p50 and p95 of the time from the host's sending to each viewer's having it, beside the same with one
viewer; what the web process holds per socket; and fails if a viewer lost something, or heard two in the wrong sequence.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.product import Product  # noqa: E402

EVERY_SECONDS = 0.1
POINT_SECONDS, POINT_PER_SEAT = 0.06, 0.001
SCENE = """
import json, sys, django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from review.access import Actor
from review.actions import sessions
from review.models import Membership, User
from tests import factories
def cookie(user):
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    signed_in = {SESSION_KEY: user.pk, BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]}
    store.update({**signed_in, HASH_SESSION_KEY: user.get_session_auth_hash()})
    store.save()
    return store.session_key
project = factories.project()
version = factories.version(factories.asset(project))
people = User.objects.bulk_create(User(email=f"v{n}@example.org", name=f"V {n}", password="!") for n in range(int(sys.argv[1])))
Membership.objects.bulk_create(Membership(project=project, user=one, role="client") for one in people)
row = sessions.start_session(Actor(project.created_by), version.pk)
print(json.dumps([row.pk, cookie(project.created_by), [cookie(one) for one in people]]))
"""


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Viewer:
    """A socket, and when it heard of which frame."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: dict[int, float] = {}
        self.pointed: dict[int, float] = {}
        self.numbers: list[int] = []
        self.whole = 0
        self.seat = ""
        self.person = ""
        self.people: dict[str, str] = {}  # who is there: seat, person
        self.leads = asyncio.Event()
        self.ready = asyncio.Event()

    async def listen(self) -> None:
        async for text in self.socket:
            now = time.perf_counter()
            message: dict[str, Any] = json.loads(text)
            if message["type"] == "hello":
                self.seat, self.person = message["you"]["seat"], message["you"]["person"]["id"]
            if message["type"] == "people":
                self.people = {} if message["whole"] else {k: v for k, v in self.people.items() if k not in message["gone"]}
                self.people |= {one["seat"]: one["person"]["id"] for one in message["people"]}
            if message["type"] != "state":
                continue
            self.whole += message["whole"]
            self.numbers.append(message["number"])
            play, lead = message["parts"].get("play"), message["parts"].get("lead")
            if play is not None:
                self.heard.setdefault(play["frame"], now)
                self.ready.set()
            if (pointer := message["parts"].get("pointer")) is not None:
                self.pointed.setdefault(pointer["x"], now)
            if lead is not None and lead["seat"] == self.seat:
                self.leads.set()


async def open_viewer(url: str, session_id: str, key: str, *, instead: str = "") -> Viewer:
    headers = {"Cookie": f"sessionid={key}"}
    address = f"ws{url[4:]}/ws/sessions/{session_id}?instead={instead}"
    socket = await connect(address, origin=url, additional_headers=headers, open_timeout=60)  # type: ignore[arg-type]  # an origin is a text
    return Viewer(socket)


async def point(host: Viewer, seats: int) -> dict[int, float]:
    """Move the pointer until this task is cancelled; when which place (its x) was sent is in what it returns."""
    sent: dict[int, float] = {}
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            sent[x := len(sent) + 1] = time.perf_counter()
            await host.socket.send(json.dumps({"type": "do", "do": "pointer", "x": x, "y": x}))
            await asyncio.sleep(POINT_SECONDS + POINT_PER_SEAT * seats)
    return sent


async def measure(
    product: Product, session_id: str, host_key: str, keys: list[str], orders: int, first: int, *, pointer: bool
) -> dict[str, Any]:
    pid = product.processes["web"].pid
    host = await open_viewer(product.url, session_id, host_key)
    tasks = [asyncio.create_task(host.listen())]
    await host.leads.wait()
    empty, viewers = memory(pid), []
    for key in keys:
        viewers.append(await open_viewer(product.url, session_id, key))
        tasks.append(asyncio.create_task(viewers[-1].listen()))
    await asyncio.gather(*(one.ready.wait() for one in viewers))
    await asyncio.sleep(5)  # what is told of people who came
    full, used, began = memory(pid), processor(pid), time.perf_counter()
    for one in viewers:
        one.whole = 0
    pointing = asyncio.create_task(point(host, len(viewers) + 1)) if pointer else None
    sent: dict[int, float] = {}
    for frame in range(first, first + orders):
        sent[frame] = time.perf_counter()
        await host.socket.send(json.dumps({"type": "do", "do": "seek", "frame": frame}))
        await asyncio.sleep(max(0.0, sent[frame] + EVERY_SECONDS - time.perf_counter()))
    places: dict[int, float] = {}
    if pointing is not None:
        pointing.cancel()
        places = await pointing
    async with asyncio.timeout(60):
        while not all(first + orders - 1 in one.heard and len(one.pointed) >= len(places) for one in viewers):  # noqa: ASYNC110 -- nothing tells when the last has it
            await asyncio.sleep(0.05)
    used, took = processor(pid) - used, time.perf_counter() - began
    waits = [one.heard[frame] - moment for one in viewers for frame, moment in sent.items() if frame in one.heard]
    lost = sum(frame not in one.heard for one in viewers for frame in sent)
    lost += sum(x not in one.pointed for one in viewers for x in places)
    disordered = sum(one.numbers != sorted(one.numbers) for one in viewers)
    pointed = [one.pointed[x] - moment for one in viewers for x, moment in places.items()]
    caught_up = sum(one.whole for one in viewers)
    for one in [host, *viewers]:
        await one.socket.close()
    await asyncio.gather(*tasks)
    cuts = quantiles(waits, n=20)
    return {
        "p50": cuts[9],
        "p95": cuts[18],
        "worst": max(waits),
        "pointer": [quantiles(pointed, n=20)[k] for k in (9, 18)] if pointed else None,
        "pointed": len(places),
        "lost": lost,
        "disordered": disordered,
        "caught_up": caught_up,
        "per_socket": (full - empty) / max(1, len(viewers)),
        "processor": used / took,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--pointer", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        product.migrate()
        session_id, host, keys = json.loads(product.python("-c", SCENE, str(given.viewers)).splitlines()[-1])
        product.start_web()
        try:
            alone = asyncio.run(
                measure(product, session_id, host, keys[:1], min(50, given.orders), first=1, pointer=given.pointer)
            )
            many = asyncio.run(measure(product, session_id, host, keys, given.orders, first=200, pointer=given.pointer))
        finally:
            product.kill("web")
    for name, one in (("1 viewer", alone), (f"{given.viewers} viewers", many)):
        print(
            f"{name}: p50 {1000 * one['p50']:.1f} ms, p95 {1000 * one['p95']:.1f} ms, worst {1000 * one['worst']:.0f} ms; "
            f"lost {one['lost']}, out of order {one['disordered']}, caught up by the whole {one['caught_up']}; "
            f"web process {100 * one['processor']:.0f} % of a core"
        )
        if one["pointer"] is not None:
            p50, p95 = one["pointer"]
            print(f"    pointer, {one['pointed']} places: p50 {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms")
    print(f"{many['per_socket'] / 1000:.0f} kB per socket; p50 is {many['p50'] / alone['p50']:.1f} times that of one viewer")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    assert many["lost"] == many["disordered"] == 0, "a viewer missed something"


if __name__ == "__main__":
    main()
