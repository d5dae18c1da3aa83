"""Inside the limited child: take the order, tighten the limits, run the step, speak through the pipe.

The pipe is a socket that carries one JSON object per line. Parent to child: the order, once. Child to parent:
`progress`, `publish`, and at the end one of `result` or `error`. The parent believes none of it unchecked.
"""

import errno
import faulthandler
import importlib
import json
import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from media_pipeline.core import lockdown
from media_pipeline.core.errors import Cancelled, MediaError, PipelineError
from media_pipeline.core.report import RenditionFile, Report

PROGRESS_EVERY_SECONDS = 0.2
OS_ERRORS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "file_too_large",
    errno.ENOMEM: "out_of_memory",
}
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Order:
    """What a step is to do: the media file, an empty folder of its own for what it makes, and what earlier steps found."""

    source: str
    out: Path
    inputs: Mapping[str, Any]  # JSON: "summary", …
    files: Mapping[str, Path]  # readable too: "frame_index", …


# A step's function. It returns a JSON-able dict for the parent; `files` in it are RenditionFiles published with it.
StepFunction = Callable[[Order, Report], Mapping[str, Any]]


class PipeReport:
    """A Report that writes to the pipe. Progress is thinned out here, so that a step may report every frame."""

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe = pipe
        self._due = 0.0

    def progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._due or done >= total:
            self._due = now + PROGRESS_EVERY_SECONDS
            self.send({"kind": "progress", "done": int(done), "total": int(total)})

    def publish(self, rendition: RenditionFile) -> None:
        self.send({"kind": "publish", "file": _plain(rendition)})

    def check_cancelled(self) -> None:
        """Whoever cancels kills this process: there is nothing to ask."""

    def send(self, message: Mapping[str, Any]) -> None:
        self._pipe.sendall(json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")


def run(pipe: socket.socket) -> None:
    """Do the one order that comes through the pipe. Never returns."""
    status = 1
    try:
        order = json.loads(_line(pipe))
        _own_files(Path(order["stderr"]), pipe)
        faulthandler.enable()
        status = _obey(order, PipeReport(pipe))
    except BaseException:
        traceback.print_exc()  # into the file that the parent reads
    finally:
        os._exit(status)


def _obey(order: Mapping[str, Any], report: PipeReport) -> int:
    try:
        module, _, name = order["run"].partition(":")
        step: StepFunction = getattr(importlib.import_module(module), name)  # our own code: loaded before the door closes
        out = Path(order["out"])
        files = {key: Path(path) for key, path in order["files"].items()}
        os.environ["TMPDIR"] = str(out)
        os.chdir(out)
        lockdown.restrict_files(
            read=[*lockdown.library_paths([PACKAGE]), Path(order["source"]), *files.values()],
            write=[out, Path("/dev/null")],
        )
        lockdown.limit(**order["limits"])
        result = dict(step(Order(order["source"], out, order["inputs"], files), report))
        result["files"] = [_plain(file) for file in result.get("files", [])]
        report.send({"kind": "result", "result": result})
    except MediaError as error:
        report.send({"kind": "error", "whose": "file", "code": error.code, "message": error.message, "remedy": error.remedy})
    except Cancelled:
        report.send({"kind": "error", "whose": "nobody", "code": "cancelled", "message": "", "remedy": ""})
    except MemoryError as error:
        lockdown.room_for_last_words()
        traceback.clear_frames(error.__traceback__)  # what filled the memory is in there
        return _app_error(report, "out_of_memory", "The step needed more memory than it may have.")
    except OSError as error:
        code = {28: "disk_full", 122: "disk_full", 27: "file_too_large", 12: "out_of_memory"}.get(
            error.errno or 0, "internal_error"
        )
        return _app_error(report, code, str(error))
    except PipelineError as error:
        return _app_error(report, "step_failed", str(error))
    except Exception as error:
        return _app_error(report, "internal_error", f"{type(error).__name__}: {error}")
    return 0


def _app_error(report: PipeReport, code: str, message: str) -> int:
    traceback.print_exc()
    report.send({"kind": "error", "whose": "program", "code": code, "message": message[:2000], "remedy": ""})
    return 0


def _own_files(stderr: Path, pipe: socket.socket) -> None:
    """Keep the pipe and nothing else that the parent had open; write complaints into a file of the job."""
    null = os.open(os.devnull, os.O_RDWR)
    log = os.open(stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    keep = pipe.fileno()
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the worker's to handle


def _line(pipe: socket.socket) -> bytes:
    parts: list[bytes] = []
    while not (parts and parts[-1].endswith(b"\n")):
        part = pipe.recv(1 << 20)
        if not part:
            raise EOFError("the parent is gone")
        parts.append(part)
    return b"".join(parts)


def _plain(file: RenditionFile) -> dict[str, Any]:
    return {**asdict(file), "meta": dict(file.meta)}
