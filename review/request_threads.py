"""Django under ASGI with one change of threads per request, and connections to SQLite that are kept.

Django's own handler crosses between the event loop and a thread for every middleware in turn, in a thread made for this
request alone, which opens a connection to the database of its own: half of what a small request costs
(benchmarks/requests.py).
"""

from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
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
