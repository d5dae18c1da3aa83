"""What the room costs to load: 130 kB of script at once; with all parts that come only when asked for, such as live sessions,
under 235 kB."""

import gzip
import json
from typing import Any

from tests.e2e.product import ROOT

AT_ONCE, MOST = 130_000, 235_000  # bytes, compressed as they are served
DIST = ROOT / "frontend/dist"


def scripts(manifest: dict[str, Any], key: str, *, asked_for: bool, seen: set[str]) -> set[str]:
    """Files of an entry and of what it imports."""
    if key in seen:
        return set()
    seen.add(key)
    row = manifest[key]
    found = {row["file"]} if row["file"].endswith(".js") else set()
    for one in [*row.get("imports", []), *(row.get("dynamicImports", []) if asked_for else [])]:
        found |= scripts(manifest, one, asked_for=asked_for, seen=seen)
    return found


def test_the_clients_page_is_lighter_than_the_room():
    """What it needs before anything moves; drawing comes when somebody draws."""
    manifest = json.loads((DIST / ".vite/manifest.json").read_text())
    weight = {}
    for page in ("client", "review"):
        files = {
            file
            for entry in ("src/pages/site.ts", f"src/pages/{page}.ts")
            for file in scripts(manifest, entry, asked_for=False, seen=set())
        }
        weight[page] = sum(len(gzip.compress((DIST / file).read_bytes(), mtime=0)) for file in files)
    assert 20_000 < weight["client"] < weight["review"], weight


def test_the_room_is_light():
    manifest = json.loads((DIST / ".vite/manifest.json").read_text())
    weight = {}
    for asked_for in (False, True):
        files = {
            file
            for entry in ("src/pages/site.ts", "src/pages/review.ts")
            for file in scripts(manifest, entry, asked_for=asked_for, seen=set())
        }
        weight[asked_for] = sum(len(gzip.compress((DIST / file).read_bytes(), mtime=0)) for file in files)
    assert 20_000 < weight[False] < AT_ONCE < weight[True] < MOST, weight
