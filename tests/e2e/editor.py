"""An editor's script against the product's API: uploads by tus, waits for the ingest, comments. Standard library only."""

import base64
import http.client
import json
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from tests.e2e.product import Product


class Editor:
    """Speaks API v1 with a token. Answers are the `data` of the JSON body; errors raise urllib's HTTPError."""

    def __init__(self, product: Product, email: str) -> None:
        self.product = product
        self.last_byte_at = 0.0  # time.monotonic() when the newest upload had been sent whole
        self.token = product.token(email)

    def request(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[Any, dict[str, str]]:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.product.url + path if path.startswith("/") else path,
            data=data,
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                **({"Content-Type": "application/json"} if body is not None and not isinstance(body, bytes) else {}),
                **(headers or {}),
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
            kept = {name.lower(): value for name, value in answer.headers.items()}
            return (json.loads(content) if content and "json" in kept.get("content-type", "") else content), kept

    def get(self, path: str) -> Any:
        return self.request("GET", f"/api/v1/{path}")[0]["data"]

    def post(self, path: str, body: Any) -> Any:
        return self.request("POST", f"/api/v1/{path}", body)[0]["data"]

    def upload(self, project_id: str, file: Path, **metadata: str) -> str:
        """Send the file in one PATCH; answers the id of the version that it became."""
        fields = {"filename": file.name, "projectId": project_id, **metadata}
        encoded = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in fields.items())
        tus = {"Tus-Resumable": "1.0.0"}
        _, created = self.request(
            "POST", "/files/", b"", headers={**tus, "Upload-Length": str(file.stat().st_size), "Upload-Metadata": encoded}
        )
        target = urllib.parse.urlsplit(created["location"])
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.product.url).netloc, timeout=600)
        try:
            connection.putrequest("PATCH", target.path)
            for name, value in {
                **tus,
                "Authorization": f"Bearer {self.token}",
                "Upload-Offset": "0",
                "Content-Type": "application/offset+octet-stream",
                "Content-Length": str(file.stat().st_size),
            }.items():
                connection.putheader(name, value)
            connection.endheaders()
            with file.open("rb") as source:
                while block := source.read(1 << 20):
                    connection.send(block)
            self.last_byte_at = time.monotonic()
            answer = connection.getresponse()
            problem = answer.read()
            assert answer.status == 204, (answer.status, problem)
            return str(answer.headers["Twopop-Version"])
        finally:
            connection.close()

    def wait_for_jobs(self, version_id: str, *, timeout: float = 120) -> None:
        """Until nothing is left to be done for a version whose media can be played: what is timed after it runs alone."""
        deadline = time.monotonic() + timeout
        while any(job["state"] in {"queued", "running"} for job in self.get(f"versions/{version_id}/media")["jobs"]):
            assert time.monotonic() < deadline, self.product.log("worker")
            time.sleep(0.3)

    def wait_for_media(self, version_id: str, *, state: str = "ready", timeout: float = 120) -> Any:
        """The media status once it has reached `state`; fails at once when the ingest failed."""
        deadline = time.monotonic() + timeout
        while True:
            status = self.get(f"versions/{version_id}/media")
            if status["state"] == state:
                return status
            assert status["state"] not in {"failed", "cancelled"}, (status["jobs"], self.product.log("worker"))
            assert time.monotonic() < deadline, (status["state"], status["jobs"], self.product.log("worker"))
            time.sleep(0.3)
