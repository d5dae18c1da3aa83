"""What the kernel offers to hold a process that parses strangers' files: each measure by itself, applied where there is one.

Linux only; elsewhere every measure says that it is not there. All of it can only be tightened, never undone.
"""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

LINUX = sys.platform == "linux"

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CLONE_NEWIPC = 0x08000000

# Numbers of system calls that are the same on every architecture (all made after 2018).
SYS_LANDLOCK_CREATE_RULESET = 444
SYS_LANDLOCK_ADD_RULE = 445
SYS_LANDLOCK_RESTRICT_SELF = 446
SYS_CAPSET = {"x86_64": 126, "aarch64": 91, "riscv64": 91}

LANDLOCK_EXECUTE = 1 << 0
LANDLOCK_WRITE_FILE = 1 << 1
LANDLOCK_READ_FILE = 1 << 2
LANDLOCK_READ_DIR = 1 << 3
LANDLOCK_REMOVE_DIR = 1 << 4
LANDLOCK_REMOVE_FILE = 1 << 5
LANDLOCK_MAKE_DIR = 1 << 7
LANDLOCK_MAKE_REG = 1 << 8
LANDLOCK_REFER = 1 << 13
LANDLOCK_TRUNCATE = 1 << 14

READ_FOLDER = LANDLOCK_READ_FILE | LANDLOCK_READ_DIR | LANDLOCK_EXECUTE  # execute: mapping shared libraries
WRITE_FOLDER = (
    LANDLOCK_READ_FILE
    | LANDLOCK_READ_DIR
    | LANDLOCK_WRITE_FILE
    | LANDLOCK_REMOVE_DIR
    | LANDLOCK_REMOVE_FILE
    | LANDLOCK_MAKE_DIR
    | LANDLOCK_MAKE_REG
    | LANDLOCK_REFER
    | LANDLOCK_TRUNCATE
)
FILE_RIGHTS = LANDLOCK_EXECUTE | LANDLOCK_WRITE_FILE | LANDLOCK_READ_FILE | LANDLOCK_TRUNCATE
# Rights known to each version of the kernel's interface: 1-based, the last one counts for all later ones.
RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}

LAST_WORDS_BYTES = 32 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends, however it ends. `parent`: its process id, to notice if it ended already."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if LINUX and os.getppid() != parent:
        os._exit(1)


def no_new_privileges() -> bool:
    """No set-user-ID program can lend this process anything."""
    return _prctl(PR_SET_NO_NEW_PRIVS, 1)


def leave_network() -> str:
    """Go where there is no network, not even loopback. Returns how ("" if it is not possible)."""
    if _libc is None:
        return ""
    if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0:
        return "user and network namespace"
    if _libc.unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0:
        return "network namespace"
    return ""


def drop_capabilities() -> bool:
    """Give up every capability, those of a fresh user namespace too."""
    number = SYS_CAPSET.get(os.uname().machine)
    if _libc is None or number is None:
        return False
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(struct.pack("=6I", 0, 0, 0, 0, 0, 0))
    return bool(_libc.syscall(number, header, data) == 0)


def go_first_when_memory_runs_out() -> None:
    """Be the one that the kernel ends, rather than the database or the web server."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("600")


def limit(*, memory_bytes: int, cpu_seconds: int, file_bytes: int, open_files: int, nice: int) -> None:
    """Priority and resource limits; the soft one of the CPU comes a little earlier, so that it is named when it strikes."""
    with contextlib.suppress(OSError):
        os.nice(nice)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_AS, memory_bytes, memory_bytes + LAST_WORDS_BYTES)
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 5)
    _lower(resource.RLIMIT_FSIZE, file_bytes, file_bytes)
    _lower(resource.RLIMIT_NOFILE, open_files, open_files)


def room_for_last_words() -> None:
    """After memory ran out: enough to say so."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def landlock_abi() -> int:
    """Version of Landlock in this kernel, 0 if there is none."""
    if _libc is None:
        return 0
    return max(0, int(_libc.syscall(SYS_LANDLOCK_CREATE_RULESET, None, 0, 1)))


def restrict_files(*, read: Iterable[Path], write: Iterable[Path]) -> int:
    """See only these files and folders; reach no TCP port and no process outside. Needs `no_new_privileges` before.

    Paths that do not exist are left out. Returns the version of Landlock that holds, 0 if there is none.
    Raises OSError if there is one and it refuses.
    """
    abi = landlock_abi()
    if not abi or _libc is None:
        return 0
    handled = RIGHTS_BY_ABI[max(version for version in RIGHTS_BY_ABI if version <= abi)]
    network = 0b11 if abi >= 4 else 0
    scoped = 0b11 if abi >= 6 else 0  # abstract sockets and signals stay inside
    attributes = struct.pack("=QQQ", handled, network, scoped)[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = _libc.syscall(SYS_LANDLOCK_CREATE_RULESET, ctypes.create_string_buffer(attributes), len(attributes), 0)
    _check(ruleset)
    try:
        for path in read:
            _allow(ruleset, path, READ_FOLDER & handled)
        for path in write:
            _allow(ruleset, path, WRITE_FOLDER & handled)
        _check(_libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return abi


def library_paths(packages: Iterable[Path]) -> list[Path]:
    """Where Python, its packages and the shared libraries lie: all that running code needs to read."""
    prefixes = {Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib", *(Path(entry) for entry in sys.path if entry)}
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache"]
    devices = ["/dev/null", "/dev/urandom", "/dev/zero", "/sys/devices/system/cpu"]
    roots = {path.resolve() for path in packages}
    # A folder on the path that holds more than code (the project's own, say, with the data in it) is not opened whole.
    code = {path for path in prefixes if not any(root.is_relative_to(path.resolve()) for root in roots)}
    return [*code, *roots, *map(Path, system), *map(Path, devices)]


def _allow(ruleset: int, path: Path, rights: int) -> None:
    assert _libc is not None
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not path.is_dir():
            rights &= FILE_RIGHTS
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor))
        _check(_libc.syscall(SYS_LANDLOCK_ADD_RULE, ruleset, 1, rule, 0))
    finally:
        os.close(descriptor)


def _lower(which: int, soft: int, hard: int) -> None:
    _, ceiling = resource.getrlimit(which)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))


def _prctl(option: int, value: int) -> bool:
    return _libc is not None and _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0


def _check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
