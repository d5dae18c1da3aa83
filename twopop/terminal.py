"""How the command line speaks: sentences for people, JSON for programs, a line that tells how far a file is."""

import dataclasses
import json
import sys
import time
from typing import Any, TextIO

from twopop.models import Comment

SHOWN_EVERY = 0.1  # seconds between two looks of the bar
WORDS = {
    "in_sync": "In sync", "fix_in_post": "Fix in post", "rerender": "Re-render", "cannot_tell": "Cannot tell",
    "delivered": "This is the delivered file, bit for bit.", "recalled": "This was delivered, and was recalled since.",
    "other_version": "This is another version, not the delivered one.", "unknown": "This file is not known here.",
    "truncated": "This is the delivered file, but its end is missing.",
    "longer": "This is the delivered file with something behind its end.",
    "damaged": "This is the delivered file, but some of it is damaged.",
}  # fmt: skip


class Speech:
    """`json` or sentences. Results go to `out`, everything else to `err`."""

    def __init__(self, *, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out, self.err = out or sys.stdout, err or sys.stderr

    def say(self, text: str, data: Any = None) -> None:
        """A result: the sentence, or with --json the data on one line."""
        if not self.as_json:
            self.out.write(f"{text}\n")
        elif data is not None:
            self.out.write(json.dumps(plain(data), ensure_ascii=False) + "\n")
        self.out.flush()

    def note(self, text: str) -> None:
        """For people only, beside the results."""
        if not self.as_json:
            self.err.write(f"{text}\n")
            self.err.flush()

    def bar(self, name: str) -> "Bar":
        return Bar(self.err, name, shown=self.err.isatty() and not self.as_json)


def plain(data: Any) -> Any:
    """What JSON can say."""
    if dataclasses.is_dataclass(data) and not isinstance(data, type):
        return dataclasses.asdict(data)
    return [plain(one) for one in data] if isinstance(data, list | tuple) else data


class Bar:
    """One line: name, bar, percent, speed, time left."""

    def __init__(self, err: TextIO, name: str, *, shown: bool) -> None:
        self._err, self._name, self._shown = err, name, shown
        self._began = self._last = 0.0
        self._first = 0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._began:
            self._began, self._first = now, done
        if not self._shown or (now - self._last < SHOWN_EVERY and done < total):
            return
        self._last = now
        share = 100 * done // total if total else 100
        took, sent = now - self._began, done - self._first
        speed = f"  {sent / took / 1e6:.1f} MB/s, {int((total - done) * took / sent)} s left" if took > 0.5 and sent else ""
        self._err.write(f"\r\033[K{self._name[:40]}  {'█' * (share // 5):░<20} {share:3d} %{speed}")
        self._err.flush()

    def clear(self) -> None:
        if self._last:
            self._err.write("\r\033[K")
            self._err.flush()


def comment_line(one: Comment) -> str:
    """`01:00:59;28  ✓ Anna: too dark  (k7m2…)`."""
    state = "✓" if one.completed_at else "·"
    first, *rest = (one.text or "(a drawing)").splitlines()
    place = one.timecode or f"frame {one.frame}"
    length = f" +{one.duration_frames}" if one.duration_frames > 1 else ""
    more = "".join(f"\n{' ' * 15}{line}" for line in rest)
    replies = "".join(f"\n{' ' * 15}↳ {reply.author.name}: {' '.join(reply.text.split())}" for reply in one.replies)
    return f"{place}{length}  {state} {one.author.name}: {first}  ({one.id}){more}{replies}"
