"""Nothing that was acknowledged is lost, nothing is doubled, nobody misses a number: while the server is killed.

Real uvicorn, real sockets, `kill -9`. Writers send each comment with an Idempotency-Key until it is acknowledged; viewers
come back with the last number they saw. Guests of a share link are the pages' own queue of unsent comments
(frontend/src/state/outbox.ts), each with a browser's database of its own: they write on while the server is away.
"""

import asyncio
import json
import os
import secrets
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest
import websockets

from bootstrap import frontend
from tests.e2e.product import ROOT, Product
from tests.migrated import TEMPLATE

FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
OTHER_DATABASE = "DATABASE_URL" in os.environ  # the run on SQLite has the whole crowd; here it is the database that differs
WRITERS, VIEWERS, GUESTS, SECONDS_BETWEEN = 3, 3, 50 if FULL or not OTHER_DATABASE else 20, 1.0
KILLS = int(os.environ.get("TWOPOP_TEST_KILLS", "8" if FULL else "1" if OTHER_DATABASE else "2"))
WRITERS_PAUSE = 0.2  # seconds; they would keep a core busy by themselves

SET_UP = """
from tests import factories
project = factories.project()
version = factories.version(factories.asset(project), factories.media(frame_count=100000))
from review.actions.checks import first_verdict
first_verdict(version)  # else the server makes it, and tells of it among the comments
_, secret = factories.token(project.created_by)
share = factories.share(version, rights=["comment"])
guests = [factories.guest(share, name=f"Guest {number}").session_key for number in range(%d)]
from django.test import Client
client = Client(); client.force_login(project.created_by)
import json; print(json.dumps([project.pk, version.pk, secret, client.cookies["sessionid"].value, guests]))
"""
CSRF = "c" * 32
LONGEST = 180  # seconds that a very busy machine may take to send what was written


@pytest.fixture
def product(tmp_path: Path):
    """The web server on a database of its own: SQLite, or one on the server of DATABASE_URL."""
    product = Product(tmp_path)
    name = f"durability_{secrets.token_hex(4)}"
    admin = os.environ.get("DATABASE_URL", "")
    if admin:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        product.environment["DATABASE_URL"] = urllib.parse.urlsplit(admin)._replace(path=f"/{name}").geturl()
    try:
        if not admin:
            product.migrate()
        yield product
    finally:
        product.kill("web")
        if admin:
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def write(product, version, token, writer, stop, acknowledged):
    """Comment until told to stop; each comment until it is acknowledged."""
    number = 0
    while not stop.is_set():
        number += 1
        text = f"{writer}-{number}"
        body = json.dumps({"text": text, "frame": number}).encode()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": text, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{product.url}/api/v1/versions/{version}/comments", body, headers)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    acknowledged[text] = json.loads(answer.read())["data"]["id"]
                    time.sleep(WRITERS_PAUSE)
                    break
            except urllib.error.HTTPError as error:
                raise AssertionError(f"{error.code}: {error.read()!r}") from error
            except OSError:  # the server is dead: neither answer nor certainty
                time.sleep(0.05)


async def view(product, project, cookie, seen, finished):
    """Every event, as a page gets them: on reconnect from the last number on."""
    headers = {"Cookie": f"sessionid={cookie}"}
    while True:
        after = seen[-1][0] if seen else 0
        url = f"ws://127.0.0.1:{product.port}/ws/projects/{project}?after={after}"
        try:
            async with websockets.connect(url, origin=product.url, additional_headers=headers, open_timeout=5) as socket:
                hello = json.loads(await socket.recv())
                assert hello == {"type": "hello", "seq": after}
                while True:
                    message = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
                    if message["type"] == "event":
                        seen.append((message["seq"], message["kind"], message["payload"]["id"]))
        except TimeoutError:
            if finished(seen):
                return
        except (OSError, websockets.WebSocketException):
            await asyncio.sleep(0.05)


def start_guests(product: Product, version: str, headers: list[dict[str, str]], folder: Path) -> "subprocess.Popen[str]":
    """The guests, writing: until their input is closed; then they wait until all is sent, and tell what each wrote."""
    node = frontend.ensure_modules()
    bundle = folder / "guests.mjs"
    entry = ROOT / "frontend/test/live/guests.ts"
    rolldown = [str(node.node), str(frontend.MODULES / "rolldown/bin/cli.mjs"), str(entry), "--file", str(bundle)]
    subprocess.run([*rolldown, "--platform", "node"], check=True, capture_output=True, env=node.env())
    command = [str(node.node), str(bundle), product.url, version, json.dumps(headers)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=node.env())


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.django_db  # so that it runs on PostgreSQL too; its database is its own
def test_server_killed_again_and_again(product, tmp_path):
    project, version, token, cookie, sessions = json.loads(product.run(SET_UP % GUESTS))
    product.start_web()
    stop, over = threading.Event(), threading.Event()
    acknowledged: dict[str, str] = {}
    writers = [
        threading.Thread(target=write, args=(product, version, token, writer, stop, acknowledged)) for writer in range(WRITERS)
    ]
    seen: list[list[tuple[int, str, str]]] = [[] for _ in range(VIEWERS)]

    def finished(events):
        return over.is_set() and len(events) >= len(acknowledged)

    async def watch():
        await asyncio.gather(*(view(product, project, cookie, events, finished) for events in seen))

    watching = threading.Thread(target=lambda: asyncio.run(watch()), daemon=True)  # as long as the kills take; see the join
    headers = [{"Cookie": f"sessionid={one}; csrftoken={CSRF}", "X-CSRFToken": CSRF} for one in sessions]
    guests = start_guests(product, version, headers, tmp_path)
    for thread in (*writers, watching):
        thread.start()
    for _ in range(KILLS):
        time.sleep(SECONDS_BETWEEN)  # the load itself, not a wait for a condition
        product.kill("web")
        product.start_web()
    time.sleep(SECONDS_BETWEEN)
    stop.set()
    told, _ = guests.communicate(timeout=LONGEST)
    for thread in writers:
        thread.join(LONGEST)
        assert not thread.is_alive()
    wrote = json.loads(told)
    for one in wrote.values():
        assert None not in one.values(), "written by a guest, and never sent"
        acknowledged |= one
    over.set()
    watching.join(LONGEST)
    assert not watching.is_alive()

    listed = "list(Comment.objects.values_list('text', 'id'))"
    stored = json.loads(product.run(f"from review.models import Comment; import json; print(json.dumps({listed}))"))
    texts = [text for text, _ in stored]
    assert len(acknowledged) > (WRITERS + GUESTS) * KILLS, "there was load"
    assert len(texts) == len(set(texts)), "doubled"
    assert dict(stored) == acknowledged, "lost, or stored without ever being acknowledged"
    for events in seen:
        assert [seq for seq, _, _ in events] == list(range(1, len(stored) + 1)), "every number, once, in order"
        assert {comment for _, _, comment in events} == set(acknowledged.values())
    place = {comment: seq for seq, _, comment in seen[0]}
    for one in wrote.values():
        came = [place[comment] for comment in one.values()]
        assert came == sorted(came), "each guest's comments arrive in the order of writing"
