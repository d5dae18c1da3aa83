"""The machine: Python, FFmpeg, frontend, disk, folders, and what keeps the media child locked in."""

import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
from av.codec import codecs_available
from django.conf import settings
from django.db import connection

from media_pipeline.core import allow, lockdown
from media_pipeline.core.errors import PipelineError
from review.doctor.finding import Finding, error, ok, warning

GIB = 1024**3
CODERS = {"libx264", "aac", "h264", "hevc", "prores", "dnxhd", "libdav1d", "vp9"}
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs"}
FILES_NEEDED = 1024


def python() -> Iterator[Finding]:
    yield ok("Python", ".".join(map(str, sys.version_info[:3])))  # manage.py itself refuses one that is too old


def ffmpeg() -> Iterator[Finding]:
    try:
        allow.require_ffmpeg()
    except PipelineError as refused:
        yield error("FFmpeg", str(refused), "Update PyAV: `.venv/bin/python -m pip install --upgrade 'av>=18.1,<19'`.")
    else:
        yield ok("FFmpeg", f"{av.ffmpeg_version_info} inside PyAV {av.__version__}")
    if missing := sorted(CODERS - codecs_available):
        yield error(
            "codecs",
            f"this build of PyAV lacks {', '.join(missing)}",
            "Install PyAV from its wheel: `.venv/bin/python -m pip install --force-reinstall --only-binary av av`.",
        )
    else:
        yield ok("codecs", "H.264, HEVC, ProRes, DNxHR, AV1, VP9 can be read; H.264 and AAC can be written")


def frontend() -> Iterator[Finding]:
    manifest = Path(settings.FRONTEND_DIST) / ".vite" / "manifest.json"
    if manifest.exists():
        yield ok("frontend", "built")
    else:
        yield error("frontend", "not built: pages would stay empty", "Run `python3 manage.py up`, which builds it.")


def node() -> Iterator[Finding]:
    from bootstrap import frontend as build

    found = shutil.which("node")
    version = build.version_of(found) if found else ""
    if found and build.recent_enough(version):
        yield ok("node", version)
    elif found:
        yield ok("node", f"{version or found} is too old to build the frontend; `up` takes one from a Python wheel instead")
    else:
        yield ok("node", "none on PATH; `up` takes one from a Python wheel when the frontend must be built")


def disk() -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(settings.MEDIA_ROOT)).free
    shown = f"{free / GIB:.1f} GiB free for media"
    reserve = settings.UPLOAD_DISK_RESERVE_BYTES
    if free < reserve:
        yield error(
            "disk space",
            f"{shown}, less than the reserve of {reserve / GIB:.1f} GiB: uploads are refused",
            "Free space or move the data folder to a larger disk (--data, TWOPOP_DATA).",
        )
    elif free < reserve + 20 * GIB:
        yield warning("disk space", shown, "Renders are large: free space, or move the data folder to a larger disk.")
    else:
        yield ok("disk space", shown)


def data_folder() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as refused:
        yield error(
            "data folder",
            f"{folder} cannot be written: {refused.strerror}",
            f"Give the user that runs Twopop the right to write: chown -R USER {folder}",
        )
        return
    if folder.stat().st_mode & stat.S_IWOTH:
        yield error("data folder", f"everybody on this machine may write to {folder}", f"chmod o-w {folder}")
    else:
        yield ok("data folder", str(folder))
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS and connection.vendor == "sqlite":
        yield error(
            "file system",
            f"the SQLite database lies on {kind}, where its locks cannot be relied on",
            "Put the data folder on a local disk, or use PostgreSQL (DATABASE_URL).",
        )
    elif kind:
        yield ok("file system", kind)


def same_file_system() -> Iterator[Finding]:
    uploads, media = _existing(settings.UPLOAD_ROOT), _existing(settings.MEDIA_ROOT)
    if uploads.stat().st_dev == media.stat().st_dev:
        yield ok("uploads and media", "on one file system: finishing an upload copies nothing")
    else:
        yield warning(
            "uploads and media",
            "on different file systems: every upload is copied when it is complete",
            "Let uploads/ and media/ in the data folder lie on the same file system.",
        )


def media_child() -> Iterator[Finding]:
    """What locks in the process that parses people's files."""
    abi = lockdown.landlock_abi()
    if abi:
        yield ok("Landlock", f"version {abi}: the media process sees its own file only")
    else:
        yield warning(
            "Landlock",
            "not in this kernel: the media process could read other files if a decoder were broken",
            "Use Linux 5.13 or newer with Landlock enabled (lsm=landlock,…).",
        )
    probe = "from media_pipeline.core import lockdown; print(lockdown.leave_network())"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode == 0 and done.stdout.strip():
        yield ok("network of the media process", f"none ({done.stdout.strip()})")
    else:
        yield warning(
            "network of the media process",
            "cannot be taken away: user namespaces are not allowed here",
            "Allow them: sysctl kernel.unprivileged_userns_clone=1 (Debian), or the container's seccomp profile.",
        )
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield warning(
            "user", "Twopop runs as root", "Run it as a user of its own, which needs no rights but to the data folder."
        )


def open_files() -> Iterator[Finding]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= FILES_NEEDED:
        yield ok("open files", f"{soft} allowed")
    else:
        yield warning("open files", f"only {soft} allowed at once", f"ulimit -n {max(FILES_NEEDED, min(hard, 65536))}")


def clock() -> Iterator[Finding]:
    """A clock that is behind the installed files, or the database, breaks leases, sessions and one-time codes."""
    newest = max(path.stat().st_mtime for path in Path(settings.BASE_DIR, "review").glob("*.py"))
    if newest > time.time() + 3600:
        yield error(
            "clock",
            "this machine's clock is behind the time at which Twopop was installed",
            "Set the clock, and let it be kept (chrony, systemd-timesyncd).",
        )
    else:
        yield ok("clock", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()))


def file_system(folder: Path) -> str:
    """The kind of file system a folder lies on ("" where /proc/mounts does not tell)."""
    best, kind = -1, ""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    for line in mounts:
        _, place, name, *_ = line.split()
        place = place.replace("\\040", " ")
        if folder.resolve().is_relative_to(place) and len(place) > best:
            best, kind = len(place), name
    return kind


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists already."""
    folder = Path(folder)
    while not folder.exists():
        folder = folder.parent
    return folder


CHECKS = (python, ffmpeg, frontend, node, disk, data_folder, same_file_system, media_child, open_files, clock)
