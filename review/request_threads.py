"""Django under ASGI with one change of threads per request, and connections to SQLite that are kept.

Django's own handler crosses between the event loop and a thread for every middleware in turn, in a thread made for this
request alone, which opens a connection to the database of its own: half of what a small request costs
(benchmarks/requests.py). What it still does in "its" thread, the signals of start and end, is done in a thread that is lent to
the request, where Django would make one and wait for its end.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

THREADS = 32  # requests that are answered at once; what is sent as it is made (downloads, uploads, sockets) holds none


class ThreadedHandler(ASGIHandler):
    """Answers each request, middleware and view, in one thread of a fixed pool."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

        self._idle: list[ThreadPoolExecutor] = []  # each of one thread; touched by the event loop alone

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        lent = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="signals")
        # Not given back where something went wrong: what it is still busy with would hold up another request.
        try:
            async with ThreadSensitiveContext(executor=lent):
                await super().__call__(scope, receive, send)
        except BaseException:
            lent.shutdown(wait=False)
            raise
        if len(self._idle) < THREADS:
            self._idle.append(lent)
        else:
            lent.shutdown(wait=False)

    async def run_get_response(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, as Django's handler gives it."""
        answer = sync_to_async(self._answer, thread_sensitive=False, executor=self._threads)
        return await answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        finally:
            _let_go_of_connections()
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # as Django notes it, for request_finished
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        return response


def _let_go_of_connections() -> None:
    """Back into the pool on PostgreSQL; kept on SQLite, where one costs nobody anything, unless something was wrong with it."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close()
