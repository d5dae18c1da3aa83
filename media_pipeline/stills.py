"""Single pictures of sources, made while somebody waits for them: one at a time per process, in a limited child of its own fork
server, held to seconds. Nothing is kept: what is asked for again is made again."""

import contextlib
import logging
import secrets
import threading
import time
from typing import Any

from media_pipeline.core.sandbox import Child, ForkServer, Limits, SandboxError
from media_pipeline.models import Media, Rendition
from media_pipeline.publish import GateError, current_files, plain_file
from media_pipeline.storage import get_storage

log = logging.getLogger(__name__)

RUN = "media_pipeline.core.still:run"
PREFIX = "still-"  # of work folders
ABANDONED_SECONDS = 600
PATIENCE_SECONDS = 20.0  # for those before
LIMITS = Limits(
    memory_bytes=3 * 1024**3,
    cpu_seconds=60,
    wall_seconds=45,
    stall_seconds=45,
    file_bytes=512 * 1024**2,
    nice=0,  # somebody waits
)
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

_server = ForkServer([RUN.partition(":")[0]])
_turn = threading.Lock()


class StillBusyError(Exception):
    """Others wait for pictures already; later it goes."""


class StillFailedError(Exception):
    """No picture can be made of that frame; the reason in words."""


def still(
    media: Media, frame: int, *, overlay: bytes | None = None, jpeg_width: int | None = None, alpha: bool = False
) -> bytes | None:
    """PNG of `frame` at the source's own resolution, upright and in square pixels; `overlay`, a PNG of that size, is laid over
    it. With `jpeg_width` a JPEG at most so wide; with `alpha` the source's own transparency is kept. None while the media has
    no frame index. Blocks for up to about a minute. Raises StillBusyError, StillFailedError."""
    storage = get_storage()
    index = current_files(media, [Rendition.Kind.FRAME_INDEX]).get(Rendition.Kind.FRAME_INDEX)
    if index is None or not media.summary:
        return None
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise StillBusyError
    name = PREFIX + secrets.token_hex(8)
    try:
        work = storage.make_work_dir(name)
        (work / "out").mkdir()
        files = {"frame_index": str(storage.local_path(index.storage_key))}
        if overlay is not None:
            (work / "overlay.png").write_bytes(overlay)
            files["overlay"] = str((work / "overlay.png").resolve())
        order = {
            "run": RUN,
            "source": str(storage.local_path(media.original_key).resolve()),
            "out": str((work / "out").resolve()),
            "stderr": str((work / "stderr.txt").resolve()),
            "inputs": {
                "summary": media.summary,
                "frame_index": index.meta,
                "frame": frame,
                "jpeg_width": jpeg_width,
                "alpha": alpha,
            },
            "files": files,
        }
        child = _server.spawn(order, LIMITS)
        try:
            outcome = _last_word(child)
        finally:
            child.finish()
        if outcome is None or outcome.get("kind") != "result":
            raise StillFailedError(_reason(outcome, child))
        made = plain_file(work / "out", "still.png" if jpeg_width is None else "still.jpg").read_bytes()
        if not made.startswith(_PNG if jpeg_width is None else _JPEG):
            raise StillFailedError("what was made is no picture")
        return made
    except (GateError, SandboxError, OSError) as error:
        log.error("still of frame %d of media %s: %s", frame, media.pk, error)
        raise StillFailedError("the program failed; the server's log says how") from error
    finally:
        with contextlib.suppress(OSError):
            storage.remove_work_dir(name)
        _turn.release()


def _last_word(child: Child) -> dict[str, Any] | None:
    outcome = None
    deadline = time.monotonic() + LIMITS.wall_seconds
    while not child.ended:
        for message in child.receive(0.25):
            if message.get("kind") in ("result", "error") and outcome is None:
                outcome = message
        if time.monotonic() > deadline:
            child.kill("it took too long")
    return None if child.killed_because else outcome


def _reason(outcome: dict[str, Any] | None, child: Child) -> str:
    if outcome is not None:
        return str(outcome.get("message", ""))[:300] or "the file cannot be read there"
    return child.killed_because or "the process that reads the file ended without an answer"
