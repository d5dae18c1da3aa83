"""Sockets without a server: signed in through a real session, as a browser is.

(channels.testing needs Daphne, which the product does not use.)
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import channel_layers
from django.test import Client

from review.models import User


def cookie_of(user: User | None) -> str:
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].OutputString().partition(";")[0]


class Socket(ApplicationCommunicator):
    """The browser's end."""

    async def connect(self) -> dict[str, Any]:
        """Returns the answer to the handshake: websocket.accept or websocket.close."""
        await self.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.receive_output(timeout=5)
        return answer

    async def send(self, message: Any) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def receive(self, seconds: float = 5) -> dict[str, Any]:
        """The next message, or {"closed": code}."""
        output = await self.receive_output(timeout=seconds)
        return dict(json.loads(output["text"])) if output["type"] == "websocket.send" else {"closed": output["code"]}

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)


@pytest.fixture(autouse=True)
def own_channel_layer() -> None:
    """Its locks belong to an event loop, and each test has its own: one that a listener of the test before still held when its
    loop ended would stop this one's."""
    channel_layers.backends = {}


@pytest.fixture
def socket(transactional_db: None) -> Callable[..., Socket]:
    """socket(project_id, cookie, after=…, ticket=…): not connected yet. `kind`: "versions" for the socket of a version."""
    from review.asgi import application

    def make(
        project_id: str,
        cookie: str = "",
        *,
        after: Any = None,
        origin: str | None = "http://review.example",
        ticket: str | None = None,
        kind: str = "projects",
        instead: str | None = None,
    ) -> Socket:
        headers = [(b"host", b"review.example"), (b"cookie", cookie.encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        query = [
            f"{name}={value}"
            for name, value in (("after", after), ("ticket", ticket), ("instead", instead))
            if value is not None
        ]
        scope = {
            "type": "websocket",
            "path": f"/ws/{kind}/{project_id}",
            "query_string": "&".join(query).encode(),
            "headers": headers,
            "scheme": "ws",
            "subprotocols": [],
        }
        return Socket(application, scope)

    return make
