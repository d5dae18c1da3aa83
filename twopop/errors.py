"""What can go wrong between a program and Twopop."""

from typing import Any


class TwopopError(Exception):
    """Anything of the below."""


class Unreachable(TwopopError):
    """Nobody answers at that address, or what answers is no Twopop."""


class ApiError(TwopopError):
    """Twopop refused. `code` is stable (docs/errors.md of Twopop), `detail` says why, `remedy` what to do."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code") or problem.get("error") or status)
        self.detail = str(problem.get("detail") or problem.get("title") or self.code)
        self.remedy = str(problem.get("remedy") or "")
        self.problem = problem
        super().__init__(f"{self.detail} {self.remedy}".strip())


class NotSignedIn(ApiError):
    """No token, or one that is expired or revoked."""
