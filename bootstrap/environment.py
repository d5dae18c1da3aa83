"""The virtual environment `.venv`: made once, brought up to date when the dependencies in pyproject.toml change."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bootstrap.console import Refused, complain, step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".twopop-installed.json"


def is_current() -> bool:
    """Whether this interpreter is the environment's."""
    return VENV.exists() and Path(sys.prefix).resolve() == VENV.resolve()


def ensure(*, dev: bool) -> None:
    """Have `.venv` with the product's dependencies, and those of development too if asked. Raises Refused."""
    extras = ("dev",) if dev else ()
    if _usable() and _installed(extras):
        return
    with _lock():
        if not _usable():
            _create()
        if not _installed(extras):
            install(extras)


def install(extras: tuple[str, ...], *, base: bool = True) -> None:
    """Install the dependencies (and the extras') into `.venv`, and note it. Raises Refused when the registry is away."""
    wanted = requirements(extras, base=base)
    step(f"installing {len(wanted)} packages{' (with those for development)' if 'dev' in extras else ''}")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if not _with_uv(wanted) and _call([*pip, *wanted]) != 0:
        raise Refused(
            "the Python packages could not be installed (see above).",
            "Check the connection to the package registry (pip's own settings apply: PIP_INDEX_URL, pip.conf), then try again.",
        )
    noted = _noted()
    for name in ("", *extras) if base else extras:
        noted[name] = _digest(name)
    beside = STAMP.with_suffix(".new")
    beside.write_text(json.dumps(noted))
    beside.replace(STAMP)


def requirements(extras: tuple[str, ...], *, base: bool = True) -> list[str]:
    """The requirement strings of pyproject.toml: the product's own, and those of the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted: list[str] = list(project["dependencies"]) if base else []
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return wanted


def _create() -> None:
    if VENV.is_symlink():
        raise Refused(f"{VENV} is a link to an environment that does not work.", "Mend or remove the link, then try again.")
    step(f"making the Python environment in {VENV}")
    uv = shutil.which("uv")
    if uv and _call([uv, "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(VENV)]) == 0:
        return
    if _call([sys.executable, "-m", "venv", "--clear", str(VENV)]) == 0:
        # An old pip stumbles over new wheel tags and metadata: the newest comes first. uv is for speed only: without it pip
        # does the work.
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--upgrade"]
        if _call([*pip, "pip", "uv"]) != 0 and _call([*pip, "pip"]) != 0:
            raise Refused(
                "the package registry cannot be reached (see above).",
                "Check the connection (pip's own settings apply: PIP_INDEX_URL, pip.conf), then try again.",
            )
        return
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    shutil.rmtree(VENV, ignore_errors=True)
    raise Refused(
        "this Python cannot make virtual environments (see above).",
        f"On Debian and Ubuntu: apt install {version}-venv. Elsewhere: a Python with the module ensurepip.",
    )


def _with_uv(wanted: list[str]) -> bool:
    """Install by uv, which is many times faster than pip. False: no uv, or it failed (it does not read pip's settings)."""
    uv = shutil.which("uv") or (str(VENV / "bin" / "uv") if (VENV / "bin" / "uv").exists() else None)
    if uv is None:
        return False
    done = subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", str(PYTHON), *wanted],
        # Trust what the machine trusts, as pip and npm do: a company's own authority is no reason to fail.
        env={**os.environ, "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        complain(done.stdout.strip())
        step("uv did not succeed; trying pip")
    return done.returncode == 0


def _usable() -> bool:
    return os.access(PYTHON, os.X_OK)  # follows the link: false when the Python it was made from is gone


def _installed(extras: tuple[str, ...]) -> bool:
    noted = _noted()
    return all(noted.get(name) == _digest(name) for name in ("", *extras))


def _noted() -> dict[str, Any]:
    try:
        noted = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _digest(extra: str) -> str:
    """Changes with the requirements, and with the interpreter that they are installed for."""
    wanted = requirements((extra,) if extra else (), base=not extra)
    return hashlib.sha256("\n".join([str(PYTHON.resolve()), *wanted]).encode()).hexdigest()


def _call(command: list[str]) -> int:
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """Two commands started at once install one after the other. Lies beside `.venv`, or in the folder a link leads to."""
    with Path(f"{VENV.resolve()}-lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
