"""Who one is: the address and token that `twopop login` keeps, and how it gets the token (RFC 8628)."""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from twopop.connection import Connection
from twopop.errors import ApiError, TwopopError

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Credentials:
    address: str
    token: str


def settings_file() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "twopop" / "login.json"


def credentials() -> Credentials | None:
    """TWOPOP_URL with TWOPOP_TOKEN, else what `login` kept; None if there is neither."""
    address, token = os.environ.get("TWOPOP_URL", ""), os.environ.get("TWOPOP_TOKEN", "")
    if address and token:
        return Credentials(address, token)
    try:
        kept = json.loads(settings_file().read_text())
        return Credentials(address or kept["address"], token or kept["token"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError) as error:
        raise TwopopError(f"{settings_file()} cannot be read; run `twopop login` again.") from error


def keep(found: Credentials) -> None:
    """Write it where only this user may read it."""
    path = settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"address": found.address, "token": found.token}, out)
    beside.replace(path)


def forget() -> None:
    settings_file().unlink(missing_ok=True)


def sign_in(
    address: str,
    *,
    scopes: str = "",
    show: Callable[[dict[str, Any]], None],
    name: str = "",
) -> Credentials:
    """Ask for a token, `show` the person the code and the address, and wait for their answer. Raises ApiError
    (`access_denied`, `expired_token`) if there is none."""
    connection = Connection(address)
    asked = {"client_id": name or f"twopop on {platform.node() or 'a computer'}", **({"scope": scopes} if scopes else {})}
    begun = connection.send("POST", "device/authorization", urlencode(asked).encode(), headers=FORM).json()
    show(begun)
    pause = float(begun["interval"])
    question = urlencode({"grant_type": GRANT, "device_code": begun["device_code"]}).encode()
    while True:
        time.sleep(pause)
        try:
            given = connection.send("POST", "device/token", question, headers=FORM).json()
            return Credentials(connection.address, given["access_token"])
        except ApiError as error:
            if error.code == "slow_down":
                pause += 5
            elif error.code != "authorization_pending":
                raise
