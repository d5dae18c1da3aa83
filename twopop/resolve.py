"""Comments of Twopop as markers in DaVinci Resolve's timeline, and back. `twopop resolve-install` puts it into its menu.

One file that needs nothing but Python 3.9 and Resolve, since Resolve brings neither packages nor a folder of its own.
What Resolve's objects do is taken from its scripting README; `AddMarker` counts from the timeline's start.
"""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

Request = Callable[[str, str, Any], Any]  # method, path below /api/v1/ (or an address), body → the answer's JSON

OPEN, INTERNAL, DONE = "Yellow", "Lavender", "Green"  # whatever is not green counts as open
MARK = "twopop:"  # how the custom data of our markers begins
LINE = "— Twopop —"
RATES = {
    "23.976": (24000, 1001),
    "29.97": (30000, 1001),
    "47.952": (48000, 1001),
    "59.94": (60000, 1001),
    "119.88": (120000, 1001),
}
LINK = re.compile(r"https?://[^\s]+/v/([0-9a-z]{16})")


class Refused(Exception):
    """What cannot be done, in words for the console."""


def requests_to(address: str, token: str) -> Request:
    """Sends JSON requests with the token; redirects are not followed, the token goes to no other host."""

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    opener = urllib.request.build_opener(NoRedirect)

    def send(method: str, path: str, body: Any = None) -> Any:
        url = urllib.parse.urljoin(address + "/api/v1/", path)
        if not url.startswith(address + "/"):
            raise Refused(f"{url} is not at {address}.")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json", "Accept": "application/json"}
        request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310 -- `address` is http(s)
        try:
            with opener.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            try:
                problem = json.loads(error.read())
            except ValueError:
                problem = {"detail": f"{address} answered {error.code}."}
            raise Refused(f"{problem.get('detail', '')} {problem.get('remedy', '')}".strip()) from None
        except OSError as error:
            raise Refused(f"{address} does not answer: {getattr(error, 'reason', error)}") from None

    return send


def signed_in() -> Request:
    """By TWOPOP_URL and TWOPOP_TOKEN, or what `twopop login` keeps."""
    address, token = os.environ.get("TWOPOP_URL", ""), os.environ.get("TWOPOP_TOKEN", "")
    kept = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "twopop" / "login.json"
    if not (address and token):
        try:
            known = json.loads(kept.read_text(encoding="utf-8"))
            address, token = known["address"], known["token"]
        except (OSError, ValueError, KeyError):
            raise Refused("Not signed in. Run `twopop login https://your-twopop` in a terminal, then this again.") from None
    return requests_to(address.rstrip("/"), token)


def everything(send: Request, path: str) -> list[Any]:
    """All objects of a list: `links.next` is followed as it stands."""
    found: list[Any] = []
    following: str | None = path
    while following:
        page = send("GET", following, None)
        found += page["data"]
        following = page["links"]["next"]
    return found


def version_of(timeline: Any, send: Request) -> dict[str, Any]:
    """The version that belongs to the timeline: by a link to its page in the timeline's "Comments" (Media Pool, Metadata), or
    the newest version of the stack that is called as the timeline is (`_v07` at its end does not count)."""
    find: Any = getattr(timeline, "GetMediaPoolItem", None)  # of Resolve 18.5 and later
    item = find() if find else None
    comment = str((item.GetMetadata("Comments") if item else "") or "")
    if link := LINK.search(comment):
        found: dict[str, Any] = send("GET", f"versions/{link[1]}", None)["data"]
        return found
    name = timeline.GetName()
    wanted = {name.lower(), re.sub(r"[ _-]*v\d+$", "", name.lower())}
    stacks = [
        stack
        for project in everything(send, "projects")
        for stack in everything(send, f"projects/{project['id']}/assets")
        if stack["name"].lower() in wanted and stack["latest_version"]
    ]
    if len(stacks) != 1:
        how = "No stack is" if not stacks else f"{len(stacks)} stacks are"
        raise Refused(
            f"{how} called “{name}”. Paste the address of the version's page into “Comments” of the timeline "
            "(Media Pool, Metadata)."
        )
    newest: dict[str, Any] = stacks[0]["latest_version"]
    return newest


class Place:
    """Where the version's frames lie on the timeline: frame `n` of the version is `first + n` frames behind its start."""

    def __init__(self, timeline: Any, media: dict[str, Any]) -> None:
        rate, setting = media["rate"], str(timeline.GetSetting("timelineFrameRate"))
        if rate is None:
            raise Refused("The version's frames are not counted yet. Try again in a minute.")
        exact = RATES.get(setting) or (int(float(setting)), 1)
        if (rate["num"], rate["den"]) != exact:
            raise Refused(f"The timeline runs at {setting}, the version at {rate['num']}/{rate['den']} frames per second.")
        self.nominal = -(-exact[0] // exact[1])
        self.drop_frame = str(timeline.GetSetting("timelineDropFrameTimecode")) == "1"
        self.start = int(timeline.GetStartFrame())
        self.length = int(timeline.GetEndFrame()) - self.start
        record = media["start_frame"]
        inside = record is not None and self.start <= record and record + media["frame_count"] <= self.start + self.length
        self.first = record - self.start if inside else 0
        self.by_timecode = inside

    def label(self, offset: int) -> str:
        """Timecode of a frame of the timeline."""
        count, drop = self.start + offset, (self.nominal // 15 if self.drop_frame else 0)
        if drop:
            per_minute = self.nominal * 60 - drop
            tens, rest = divmod(count, self.nominal * 600 - 9 * drop)
            count += 9 * drop * tens + (drop * ((rest - drop) // per_minute) if rest >= drop else 0)
        seconds, frames = divmod(count, self.nominal)
        hours = seconds // 3600 % 24
        return f"{hours:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{';' if drop else ':'}{frames:02}"


def ours(timeline: Any) -> dict[int, dict[str, Any]]:
    """Markers that hold comments: offset → Resolve's own fields, with our data under "twopop"."""
    found = {}
    for offset, marker in (timeline.GetMarkers() or {}).items():
        data = str(marker.get("customData") or "")
        if data.startswith(MARK):
            try:
                found[int(offset)] = {**marker, "duration": int(marker["duration"]), "twopop": json.loads(data[len(MARK) :])}
            except ValueError:
                continue  # cut or edited by hand: no longer ours
    return found


def push(timeline: Any, send: Request) -> int:
    """Markers that were made green since the last pull: their comments are done. No longer green: open again. How many."""
    count = 0
    for marker in ours(timeline).values():
        if "was" in marker["twopop"]:
            continue  # the marker is the editor's own, and so is its colour
        done = marker["color"] == DONE
        for comment_id, was_done in marker["twopop"]["comments"].items():
            if done != was_done and done != marker["twopop"]["done"]:
                send("PATCH", f"comments/{comment_id}", {"completed": done})
                count += 1
    return count


def pull(timeline: Any, send: Request, version: dict[str, Any]) -> dict[str, int]:
    """Make the timeline's markers what the version's comments are; a second time changes nothing. Comments on one frame share a
    marker; a marker of the editor's own on that frame keeps everything and gets the comment into its note.

    Counts: `added`, `changed`, `removed`, `kept`, `outside` (of the timeline)."""
    place = Place(timeline, send("GET", f"versions/{version['id']}/media", None)["data"])
    comments = everything(send, f"versions/{version['id']}/comments?include=replies")
    wanted = {}
    outside = 0
    for offset, together in _by_offset(place, comments).items():
        if 0 <= offset < place.length:
            wanted[offset] = _marker(together, place.length - offset)
        else:
            outside += len(together)
    counts = {"added": 0, "changed": 0, "removed": 0, "kept": 0, "outside": outside}
    there = ours(timeline)
    for offset, marker in there.items():
        if offset in wanted and _same(marker, wanted[offset]):
            counts["kept"] += 1
            del wanted[offset]
            continue
        counts["changed" if offset in wanted else "removed"] += 1
        timeline.DeleteMarkerAtFrame(offset)
        if own := marker["twopop"].get("was"):
            _add(timeline, offset, own)
    others = {int(offset): marker for offset, marker in (timeline.GetMarkers() or {}).items()}
    for offset, marker in wanted.items():
        if offset in others:  # the editor's own
            own = {**others[offset], "duration": int(others[offset]["duration"])}
            marker = _merged(own, marker)
            timeline.DeleteMarkerAtFrame(offset)
        _add(timeline, offset, marker)
        counts["added"] += offset not in there
    return counts


def _by_offset(place: Place, comments: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for comment in comments:
        found.setdefault(place.first + comment["frame"], []).append(comment)
    return found


def _marker(together: list[dict[str, Any]], longest: int) -> dict[str, Any]:
    done = all(comment["completed_at"] for comment in together)
    color = DONE if done else INTERNAL if all(comment["internal"] for comment in together) else OPEN
    data = {"comments": {one["id"]: bool(one["completed_at"]) for one in together}, "done": done}
    return {
        "color": color,
        "name": ", ".join(dict.fromkeys(comment["author"]["name"] for comment in together)),
        "note": "\n".join(_words(comment, state=len(together) > 1) for comment in together),
        "duration": min(longest, max(comment["duration_frames"] for comment in together)),
        "customData": MARK + json.dumps(data),
    }


def _words(comment: dict[str, Any], *, state: bool) -> str:
    done = "✓ " if state and comment["completed_at"] else ""
    drawn = " (drawing)" if comment["annotation_frames"] else ""
    said = [f"{done}{comment['author']['name']}: {comment['text']}{drawn}"]
    return "\n".join([*said, *(f"  {reply['author']['name']}: {reply['text']}" for reply in comment.get("replies", []))])


def _merged(own: dict[str, Any], comment: dict[str, Any]) -> dict[str, Any]:
    data = {**json.loads(comment["customData"][len(MARK) :]), "was": own}
    note = f"{own['note']}\n{LINE}\n{comment['note']}".strip()
    return {**own, "note": note, "customData": MARK + json.dumps(data)}


def _same(there: dict[str, Any], wanted: dict[str, Any]) -> bool:
    own = there["twopop"].get("was")
    made = _merged(own, wanted) if own else wanted
    return all(there[name] == made[name] for name in ("color", "name", "note", "duration", "customData"))


def _add(timeline: Any, offset: int, marker: dict[str, Any]) -> None:
    fields = [marker[name] for name in ("color", "name", "note", "duration", "customData")]
    if not timeline.AddMarker(offset, *fields):
        raise Refused(f"Resolve did not take the marker at frame {offset} of the timeline.")


def jump(timeline: Any, send: Request, version: dict[str, Any], *, forward: bool) -> str:
    """Put the playhead on the next (or previous) comment that is open; the timecode."""
    place = Place(timeline, send("GET", f"versions/{version['id']}/media", None)["data"])
    now = timeline.GetCurrentTimecode().replace(";", ":")
    labels = {offset: place.label(offset) for offset, marker in ours(timeline).items() if not marker["twopop"]["done"]}
    beyond = [
        at for at, label in labels.items() if (label.replace(";", ":") > now) == forward and label.replace(";", ":") != now
    ]
    if not beyond:
        raise Refused("There is no open comment " + ("behind" if forward else "before") + " the playhead.")
    label = labels[min(beyond) if forward else max(beyond)]
    if not timeline.SetCurrentTimecode(label):
        raise Refused(f"Resolve did not go to {label}. Open the Edit, Cut or Color page.")
    return label


def run(resolve: Any, what: str, send: Request | None = None) -> str:
    """What a menu entry does: "sync", "next", "previous". Answers with a line for the console."""
    try:
        send = send or signed_in()
        project = resolve.GetProjectManager().GetCurrentProject()
        timeline = project.GetCurrentTimeline() if project else None
        if not timeline:
            raise Refused("Open a timeline first.")
        version = version_of(timeline, send)
        name = f"{version['asset_name']} v{version['number']}"
        if what == "sync":
            pushed = push(timeline, send)
            counts = pull(timeline, send, version)
            told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
            return f"{name}: {told or 'no comments'}" + (f"; {pushed} marked in Twopop" if pushed else "")
        return f"{name}: {jump(timeline, send, version, forward=what == 'next')}"
    except Refused as error:
        return f"Twopop: {error}"
