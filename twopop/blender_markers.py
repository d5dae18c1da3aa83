"""Comments of Twopop as markers of a Blender scene's timeline, without Blender's own module: a scene is what is handed over.

Blender's markers have a name of 63 bytes and take further properties, which the file keeps: whose comment one is, and all
that was said. Several may stand on one frame.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .resolve import LINK, Refused, Request, everything

ID, TEXT, DONE, FRAMES = "twopop_id", "twopop_text", "twopop_done", "twopop_frames"
NAME_BYTES = 63


def version_id(typed: str) -> str:
    """The version whose page's address somebody has pasted."""
    found = LINK.search(typed + " ")
    if not found:
        raise Refused("Paste the address of the version's page: https://review.example/v/…")
    return found[1]


def rate_of(scene: Any) -> Fraction:
    """Frames per second, exactly: Blender holds 1.001 as the nearest float."""
    return Fraction(scene.render.fps) / Fraction(scene.render.fps_base).limit_denominator(10_000)


def pull(scene: Any, send: Request, version: str) -> dict[str, int]:
    """Make the scene's markers what the comments are: comment on frame n, marker n frames behind the scene's first one. A
    second time changes nothing; markers that are not ours stay. Counts: `added`, `changed`, `removed`, `kept`."""
    rate = send("GET", f"versions/{version}/media", None)["data"]["rate"]
    if rate is None:
        raise Refused("The version's frames are not counted yet. Try again in a minute.")
    if rate_of(scene) != Fraction(rate["num"], rate["den"]):
        raise Refused(
            f"The scene runs at {scene.render.fps}/{scene.render.fps_base:.3f}, the version at {rate['num']}/{rate['den']} "
            "frames per second. Set the scene's frame rate."
        )
    threads = everything(send, f"versions/{version}/comments?include=replies&page_size=1000")
    wanted = {thread["id"]: thread for thread in threads}
    counts = {"added": 0, "changed": 0, "removed": 0, "kept": 0}
    for marker in ours(scene):
        if marker[ID] not in wanted:
            scene.timeline_markers.remove(marker)
            counts["removed"] += 1
            continue
        changed = _put(marker, scene, wanted.pop(marker[ID]))
        counts["changed" if changed else "kept"] += 1
    for thread in wanted.values():
        marker = scene.timeline_markers.new("", frame=scene.frame_start + thread["frame"])
        marker[ID] = thread["id"]
        _put(marker, scene, thread)
        counts["added"] += 1
    return counts


def ours(scene: Any) -> list[Any]:
    return [marker for marker in scene.timeline_markers if marker.get(ID)]


def _put(marker: Any, scene: Any, thread: dict[str, Any]) -> bool:
    """Whether anything had to be changed."""
    said = [f"{thread['author']['name']}: {thread['text']}"]
    text = "\n".join([*said, *(f"  {reply['author']['name']}: {reply['text']}" for reply in thread.get("replies", []))])
    done = bool(thread["completed_at"])
    name, frame = fitting(("✓ " if done else "") + text.replace("\n", " ")), scene.frame_start + thread["frame"]
    length = thread["duration_frames"]
    there = (marker.name, marker.frame, marker.get(TEXT), bool(marker.get(DONE)), marker.get(FRAMES))
    if there == (name, frame, text, done, length):
        return False
    marker.name, marker.frame = name, frame
    marker[TEXT], marker[DONE], marker[FRAMES] = text, done, length
    return True


def fitting(text: str) -> str:
    """As much of it as a marker's name holds, without half a letter at the end."""
    return text.encode()[:NAME_BYTES].decode("utf-8", "ignore")


def jump(scene: Any, *, forward: bool) -> Any:
    """Put the scene on the next (or previous) comment that is open; its marker."""
    now = scene.frame_current
    beyond = [one for one in ours(scene) if not one.get(DONE) and (one.frame > now if forward else one.frame < now)]
    if not beyond:
        raise Refused("There is no open comment " + ("behind" if forward else "before") + " this frame.")
    found = min(beyond, key=lambda one: one.frame) if forward else max(beyond, key=lambda one: one.frame)
    scene.frame_set(found.frame)
    return found


def here(scene: Any) -> list[Any]:
    """The markers of the comments that are on the scene's present frame."""
    return [one for one in ours(scene) if one.frame <= scene.frame_current < one.frame + max(1, one.get(FRAMES, 1))]


def complete_here(scene: Any, send: Request, version: str) -> int:
    """Mark the open comments on the present frame as done; how many."""
    open_ones = [one for one in here(scene) if not one.get(DONE)]
    if not open_ones:
        raise Refused("There is no open comment on this frame.")
    for marker in open_ones:
        send("PATCH", f"comments/{marker[ID]}", {"completed": True})
    pull(scene, send, version)
    return len(open_ones)
