"""Requests through the ASGI application: each in one thread of a few, which keeps its connection to SQLite."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from review.request_threads import THREADS, ThreadedHandler

seen: list[tuple[int, Any]] = []


def view(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    seen.append((threading.get_ident(), connection.connection))
    if request.GET.get("then") == "database error":
        raise OperationalError("the disk is gone")
    return HttpResponse("here")


async def parts() -> AsyncIterator[bytes]:
    for part in (b"a", b"b", b"c"):
        yield part


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(parts())


urlpatterns = [path("one", view), path("stream", stream)]


@pytest.fixture
def ask(settings: Any, transactional_db: None) -> Any:
    settings.ROOT_URLCONF = __name__
    settings.DEBUG = False
    seen.clear()
    handler = ThreadedHandler()

    async def answer(address: str) -> tuple[int, bytes]:
        where, _, query = address.partition("?")
        scope = {"type": "http", "method": "GET", "path": where, "query_string": query.encode()}
        client = ApplicationCommunicator(handler, {**scope, "headers": [(b"host", b"review.example")]})
        await client.send_input({"type": "http.request"})
        status = (await client.receive_output(10))["status"]
        body = b""
        while True:
            part = await client.receive_output(10)
            body += part.get("body", b"")
            if not part.get("more_body"):
                await client.wait(10)
                return status, body

    async def several(addresses: list[str], *, at_once: bool) -> list[tuple[int, bytes]]:
        return list(await asyncio.gather(*map(answer, addresses))) if at_once else [await answer(one) for one in addresses]

    yield lambda *addresses, at_once=False: asyncio.run(several(list(addresses), at_once=at_once))
    handler._threads.shutdown()


def test_a_thread_keeps_its_connection_to_sqlite_and_gives_others_back(ask: Any) -> None:
    assert ask("/one", "/one", "/one") == [(200, b"here")] * 3
    assert threading.get_ident() not in {thread for thread, _ in seen}
    by_thread: dict[int, set[int]] = {}
    for thread, raw in seen:
        by_thread.setdefault(thread, set()).add(id(raw))
    if connection.vendor == "sqlite":
        assert all(len(connections) == 1 for connections in by_thread.values())


def test_many_at_once_are_all_answered_by_a_fixed_number_of_threads(ask: Any) -> None:
    count = 3 * THREADS
    assert ask(*["/one"] * count, at_once=True) == [(200, b"here")] * count
    assert len({thread for thread, _ in seen}) <= THREADS


def test_an_error_is_a_page_and_the_next_request_is_answered(ask: Any) -> None:
    statuses = [status for status, _ in ask("/one?then=database%20error", "/one", "/nothing")]
    assert statuses == [500, 200, 404]


def test_what_is_sent_in_parts_arrives_whole(ask: Any) -> None:
    assert ask("/stream") == [(200, b"abc")]


def test_no_middleware_changes_threads() -> None:
    chain = ThreadedHandler()._middleware_chain  # type: ignore[attr-defined]  # not in the stubs
    assert not asyncio.iscoroutinefunction(chain)
