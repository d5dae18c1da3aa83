"""The fork server: a process that has the heavy libraries loaded, has parsed nothing, and forks one child per job.

It has a single thread, so that forking is safe, and it gives up network and privileges before it loads anything: every
child inherits that. It lives as long as the process that started it. One job at a time.

Spoken over a SOCK_SEQPACKET socket: first a hello with what was locked down; then for each packet b"fork" with the
child's end of a pipe, the answer {"pid": …} with a pidfd, and after the child's end {"status": wait status}.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any

LIBRARIES = ("numpy", "av", "media_pipeline.core.child")


def main() -> None:
    """Serve until the other end closes. Arguments: the socket's descriptor, the parent's process id, modules of the steps."""
    from media_pipeline.core import lockdown

    descriptor, parent, preload = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is the worker's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    control = socket.socket(fileno=descriptor)
    hello: dict[str, Any] = {"network": lockdown.leave_network()}
    hello["capabilities_dropped"] = lockdown.drop_capabilities()
    hello["no_new_privileges"] = lockdown.no_new_privileges()
    lockdown.die_with_parent(parent)  # after the change of credentials, which forgets it
    lockdown.go_first_when_memory_runs_out()
    hello["landlock"] = lockdown.landlock_abi()
    try:
        for name in LIBRARIES:
            importlib.import_module(name)
        hello["ffmpeg"] = _require_ffmpeg()
    except Exception as error:
        hello["error"] = f"{type(error).__name__}: {error}"
    for name in preload:
        with contextlib.suppress(Exception):  # a step that cannot be loaded fails in its own job, with its reason
            importlib.import_module(name)
    from media_pipeline.core import child

    sys.dont_write_bytecode = True  # children write where they are told to, nothing else
    gc.collect()
    gc.freeze()  # what is shared with the children stays shared
    control.send(json.dumps(hello).encode())
    while True:
        try:
            _, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        except ConnectionResetError:
            return
        if not descriptors:
            return
        me = os.getpid()
        pid = os.fork()
        if pid == 0:
            control.close()
            lockdown.die_with_parent(me)
            child.run(socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])
        handle = [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []
        socket.send_fds(control, [json.dumps({"pid": pid}).encode()], handle)
        for number in handle:
            os.close(number)
        _, status = os.waitpid(pid, 0)
        control.send(json.dumps({"status": status}).encode())


def _require_ffmpeg() -> str:
    import av

    from media_pipeline.core.allow import require_ffmpeg

    require_ffmpeg()
    return av.ffmpeg_version_info
