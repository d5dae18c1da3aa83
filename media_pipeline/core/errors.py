"""Errors, split by whose they are: the user's (a stable code, what, why, what to do), the program's, and cancellation."""


class MediaError(Exception):
    """The file is at fault. `code` is stable and documented in docs/errors.md."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.remedy = remedy


class PipelineError(Exception):
    """The program is at fault: logged, retried, then parked with its reason."""


class Cancelled(Exception):
    """Somebody asked for the work to stop."""
