"""What the commands say to the person at the terminal."""

import os
import sys
from typing import NoReturn

COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def say(text: str) -> None:
    print(text, flush=True)


def step(text: str) -> None:
    """One thing that is being done now and may take a while."""
    say(f"{paint('·', '36')} {text}")


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def paint(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if COLOUR else text


class Refused(Exception):
    """The command cannot go on. `what` says why, `remedy` what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def refuse(error: Refused) -> NoReturn:
    complain(f"{paint('Twopop cannot go on:', '31')} {error.what}\n{error.remedy}")
    raise SystemExit(1)
