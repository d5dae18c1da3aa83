"""A tus client for tests: every header under control, and connections that can be cut or left silent."""

import base64
import contextlib
import hashlib
import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OCTETS = "application/offset+octet-stream"


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json", (self.status, self.body)
        found: dict[str, Any] = json.loads(self.body)
        return found


def metadata(**values: str | bytes) -> str:
    def encoded(value: str | bytes) -> str:
        return base64.b64encode(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value).decode()

    return ",".join(f"{key} {encoded(value)}" for key, value in values.items())


def checksum(body: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"


@dataclass
class Client:
    """Somebody who uploads, by a session's cookie or by a token."""

    port: int
    project: str
    cookie: str = ""
    token: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        who = {"Cookie": f"sessionid={self.cookie}", "Origin": f"http://127.0.0.1:{self.port}"} if self.cookie else {}
        if self.token:
            who["Authorization"] = f"Bearer {self.token}"
        return {"Tus-Resumable": "1.0.0", **who, **self.extra}

    def request(self, method: str, path: str, headers: Mapping[str, str | None] | None = None, body: Any = None) -> Reply:
        """`headers` replace the usual ones; None takes one away."""
        merged = {**self.headers(), **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, body=body, headers={k: v for k, v in merged.items() if v is not None})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def post(
        self, size: int, headers: Mapping[str, str | None] | None = None, body: Any = None, **values: str | bytes
    ) -> Reply:
        described = metadata(**{"filename": "clip.mp4", "projectId": self.project, **values})
        return self.request(
            "POST", "/files/", {"Upload-Length": str(size), "Upload-Metadata": described, **(headers or {})}, body
        )

    def create(self, size: int, **values: str | bytes) -> str:
        reply = self.post(size, None, None, **values)
        assert reply.status == 201, (reply.status, reply.body)
        return reply.headers["location"]

    def patch(self, path: str, offset: int, body: Any, headers: Mapping[str, str | None] | None = None) -> Reply:
        return self.request("PATCH", path, {"Content-Type": OCTETS, "Upload-Offset": str(offset), **(headers or {})}, body)

    def head(self, path: str) -> Reply:
        return self.request("HEAD", path)

    def upload(self, body: bytes, **values: str | bytes) -> str:
        """All of it at once; returns the version's id."""
        reply = self.patch(self.create(len(body), **values), 0, body)
        assert reply.status == 204, (reply.status, reply.body)
        return reply.headers["twopop-version"]

    def open_patch(self, path: str, offset: int, length: int, headers: dict[str, str] | None = None) -> socket.socket:
        """A PATCH whose headers are sent and whose body is up to the caller."""
        lines = {**self.headers(), "Host": f"127.0.0.1:{self.port}", "Content-Type": OCTETS, "Upload-Offset": str(offset)}
        lines = {**lines, "Content-Length": str(length), **(headers or {})}
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        text = f"PATCH {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        connection.sendall(text.encode())
        return connection


def answer_of(connection: socket.socket) -> Reply:
    """The response on a raw connection."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
