"""What the commands that check and fix files share at a terminal: a line of progress, and how a spec is named."""

from pathlib import Path
from typing import TextIO

from media_pipeline.core.checks.spec import PRESETS, Spec, read_spec


def spec_of(given: str | None) -> Spec:
    """A preset by its name, or a TOML file; no expectation if neither is given. Raises SpecError."""
    if given is None:
        return Spec()
    return PRESETS[given] if given in PRESETS else read_spec(Path(given))


class ProgressLine:
    """One line on a terminal that tells what is done."""

    def __init__(self, err: TextIO, name: str, *, shown: bool) -> None:
        self._err, self._name, self._shown = err, Path(name).name, shown
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        share = 100 * done // total if total else 0
        line = f"{self._name[:40]}  {what} {'█' * (share // 5):░<20} {share:3d} %"
        if self._shown and line != self._last:
            self._last = line
            self._err.write(f"\r\033[K{line}")
            self._err.flush()

    def clear(self) -> None:
        if self._last:
            self._err.write("\r\033[K")
            self._err.flush()
