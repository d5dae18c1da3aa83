"""`twopop share`: what it asks the API for, and what it says of the answers."""

import json
from typing import Any

import pytest

from twopop import signing_in
from twopop.__main__ import main
from twopop.connection import Connection

ID, VERSION = "k7m2x9w4c8r3t6yh", "v7m2x9w4c8r3t6yh"
LINK = {
    "id": ID, "name": "Nord", "rights": ["comment"], "has_passphrase": False, "recipients": [], "state": "open",
    "url": "https://review.example/s/secret", "uses": 2, "max_uses": 5, "expires_at": None,
    "last_used_at": "2026-11-27T01:00:00Z", "guests": [],
    "items": [{"version_id": VERSION, "asset_id": ID, "asset_name": "Brand film", "number": 8}],
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """Requests, as method, path, body; each is answered by the link."""
    requests: list[tuple[str, str, Any]] = []

    def answer(self: Connection, method: str, path: str, body: Any = None, **_: Any) -> Any:
        requests.append((method, path, body))
        return {"data": [LINK], "links": {"next": None}} if method == "GET" else {"data": LINK}

    monkeypatch.setattr(Connection, "json", answer)
    monkeypatch.setattr(signing_in, "credentials", lambda: signing_in.Credentials("https://review.example", "tp_x"))
    return requests


def test_making_says_the_address_alone(asked: list[Any], capsys: pytest.CaptureFixture[str]):
    shown = [f"https://review.example/v/{VERSION}", ID]
    assert main(["share", "make", *shown, "--project", ID, "--allow", "comment", "--uses", "5"]) == 0
    (request,) = asked
    assert request[:2] == ("POST", f"projects/{ID}/shares")
    assert request[2] == {
        "items": [{"version_id": VERSION}, {"asset_id": ID}],
        "name": "", "recipients": [], "rights": ["comment"], "max_uses": 5,
    }  # fmt: skip
    assert capsys.readouterr().out == "https://review.example/s/secret\n"


def test_listing_and_revoking(asked: list[Any], capsys: pytest.CaptureFixture[str]):
    assert main(["share", "list", ID]) == 0
    told = capsys.readouterr().out
    assert "open  Nord  Brand film v8  used 2 of 5  last 2026-11-27T01:00" in told
    assert main(["share", "revoke", ID, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["url"] == LINK["url"]
    assert [one[:2] for one in asked] == [("GET", f"projects/{ID}/shares"), ("DELETE", f"shares/{ID}")]
