"""Puts the entries into DaVinci Resolve's menu Workspace ▸ Scripts: each is twopop/resolve.py with a line that runs it."""

import os
import sys
from importlib import resources
from pathlib import Path

ENTRIES = {
    "Twopop - Sync comments": "sync",
    "Twopop - Next open comment": "next",
    "Twopop - Previous open comment": "previous",
}
STARTER = """

if __name__ == "__main__":
    print(run(globals().get("resolve") or bmd.scriptapp("Resolve"), {what!r}))  # Resolve gives `resolve` and `bmd`
"""


def folder() -> Path:
    """Resolve's folder of this person's scripts, after its scripting README."""
    if sys.platform == "darwin":
        base = Path.home() / "Library/Application Support/Blackmagic Design/DaVinci Resolve"
    elif sys.platform == "win32":
        base = Path(os.environ["APPDATA"]) / "Blackmagic Design/DaVinci Resolve/Support"
    else:
        base = Path.home() / ".local/share/DaVinciResolve"
    return base / "Fusion" / "Scripts" / "Utility"


def install(into: Path) -> list[Path]:
    """Write the entries; what is there from an earlier release is replaced."""
    source = resources.files("twopop").joinpath("resolve.py").read_text(encoding="utf-8")  # also from within a .pyz
    into.mkdir(parents=True, exist_ok=True)
    made = []
    for name, what in ENTRIES.items():
        path = into / f"{name}.py"
        path.write_text(source + STARTER.format(what=what), encoding="utf-8")
        made.append(path)
    return made


def remove(there: Path) -> list[Path]:
    """Take them away again."""
    found = [path for name in ENTRIES if (path := there / f"{name}.py").exists()]
    for path in found:
        path.unlink()
    return found
