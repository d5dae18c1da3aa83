"""What each command of `twopop` does. Each gets the client, the options and how to speak, and answers with an exit code."""

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twopop import places
from twopop.client import Client
from twopop.errors import TwopopError
from twopop.terminal import WORDS, Speech, comment_line

DONE, NO = 0, 1
HEAD = 1024 * 1024  # bytes: what tells a damaged file from another one
POLL = 2.0  # seconds

Command = Callable[[Client, argparse.Namespace, Speech], int]


def whoami(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    me = client.me()
    speech.say(f"{me.name} at {client.connection.address}", me)
    return DONE


def projects(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    for one in client.projects():
        speech.say(f"{one.id}  {one.name}  ({one.role or 'owner of the installation'})", one)
    return DONE


def ls(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    """The stacks of a project, with their newest versions."""
    for one in client.assets(places.project(client, options.project)):
        newest = one.latest_version
        what = f"v{newest.number}  {newest.id}  {_verdict(newest.checks.verdict)}" if newest else "no version yet"
        speech.say(f"{one.id}  {one.name}  {what}", one)
    return DONE


def upload(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    project = places.project(client, options.project)
    target = {"project_id": project}
    if options.stack:
        target = {"asset_id": places.asset(client, project, options.stack)}
    if options.sequence:
        target["sequence_id"] = places.sequence(client, project, options.sequence)
    if options.name:
        target["version_name"] = options.name
    if options.release_lock:
        target["release_lock"] = "1"
    worst = DONE
    for path in options.file:
        bar = speech.bar(path.name)
        try:
            version_id = client.upload(path, progress=bar, **target)
        finally:
            bar.clear()
        version = client.version(version_id)
        speech.say(f"{path.name} is {version.asset_name} v{version.number}: {version.url}", version)
        if options.check:
            worst = max(worst, _report(client, version_id, speech, wait=True))
    return worst


def check(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    """The sync report of a version: exit code 0 if it is in sync, 1 otherwise."""
    return _report(client, places.version(options.version), speech, wait=not options.no_wait)


def _report(client: Client, version_id: str, speech: Speech, *, wait: bool) -> int:
    told = client.sync_report(version_id)
    while wait and told["state"] in ("waiting", "running"):
        time.sleep(POLL)
        told = client.sync_report(version_id)
    if told["unreadable"]:
        speech.say(f"The file cannot be read: {told['unreadable']['message']} {told['unreadable']['remedy']}", told)
        return NO
    if not told["report"]:
        speech.say("There is no report yet.", told)
        return NO
    verdict = told["report"]["verdict"]["kind"]
    lines = [_verdict(verdict) + ("" if told["state"] == "done" else " (the checks still run)")]
    for one in (finding for made in told["report"]["checks"] for finding in made["findings"]):
        waived = ", waived" if one["waived"] else ""
        lines.append(f"  {one['severity']}: {one['summary']}  ({one['code']}{waived})")
    speech.say("\n".join(lines), told)
    return DONE if verdict == "in_sync" and told["state"] == "done" else NO


def _verdict(verdict: str | None) -> str:
    return WORDS.get(verdict or "", "Not checked yet")


def watch(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    """Everything that happens in a project, or with one version of it, until Ctrl-C."""
    version = places.of_a_version(options.what)
    about = client.version(version) if version else None
    project = about.project_id if about else places.project(client, options.what)
    after = options.after
    if after is None:  # from now on
        after = 0
        while batch := client.events(project, after):
            after = batch[-1].seq
    while True:
        batch = client.events(project, after)
        for event in batch:
            after = event.seq
            if about and not event.is_about(about):
                continue
            if event.kind != "hidden":
                speech.say(_event(event.seq, event.kind, event.payload or {}), event)
            if options.until and event.kind == options.until:
                return DONE
        if not batch:
            time.sleep(POLL)


def _event(seq: int, kind: str, payload: dict[str, Any]) -> str:
    by = (payload.get("author") or {}).get("name", "")
    what = payload.get("text") or payload.get("name") or payload.get("state") or ""
    place = payload.get("timecode") or ""
    return "  ".join(part for part in (str(seq), kind, by, place, " ".join(str(what).split())[:200]) if part)


def comments(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    filters: dict[str, Any] = {"include": "replies", "author": options.author, "q": options.text}
    filters["completed"] = {"open": False, "done": True, "all": None}[options.state]
    for one in client.comments(places.version(options.version), **filters):
        speech.say(comment_line(one), one)
    return DONE


def comment(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    at: dict[str, Any] = {"frame": int(options.at)} if options.at.isdigit() else {"timecode": options.at}
    version = places.version(options.version)
    made = client.create_comment(version, options.text, duration_frames=options.frames, internal=options.internal, **at)
    speech.say(comment_line(made), made)
    return DONE


def done(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    for comment_id in options.comment:
        changed = client.complete(comment_id, completed=not options.undo)
        speech.say(comment_line(changed), changed)
    return DONE


def export(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    completed = {"open": False, "done": True, "all": None}[options.state]
    version = places.version(options.version)
    include = "markers" if options.markers else None
    filters = {"start_tc": options.start_tc, "completed": completed, "include": include}
    name, body = client.marker_file(version, options.program, **filters)
    path = Path(options.output or Path(name).name)
    if path.is_dir():
        path /= Path(name).name
    path.write_bytes(body)
    speech.say(f"{path} ({len(body)} bytes)", {"path": str(path), "bytes": len(body)})
    return DONE


def import_markers(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    version = places.version(options.version)
    told = client.import_markers(version, options.file, start_tc=options.start_tc, internal=options.internal)
    known = f", {told['known']} were there already" if told["known"] else ""
    lines = [f"{len(told['created'])} comments written{known}.", *(f"  left out: {one}" for one in told["left_out"])]
    speech.say("\n".join(lines), told)
    return NO if told["left_out"] else DONE


def lock(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    sequence_id = places.sequence(client, options.project, options.sequence)
    taken = client.lock(sequence_id, minutes=options.minutes, note=options.note)
    until = taken.lock.until if taken.lock else ""
    speech.say(f"{taken.name} is yours until {until}.", taken)
    return DONE


def unlock(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    freed = client.unlock(places.sequence(client, options.project, options.sequence))
    speech.say(f"{freed.name} is free.", freed)
    return DONE


def approve(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    version = places.version(options.version)
    told = client.approve(version, options.decision, text=options.text, up_to_timecode=options.up_to)
    waiting = ", ".join(one["name"] for one in told["waiting_for"])
    speech.say(f"The version is now {told['state'].replace('_', ' ')}." + (f" Waiting for {waiting}." if waiting else ""), told)
    return DONE


def verify(client: Client, options: argparse.Namespace, speech: Speech) -> int:
    """Exit code 0 if the file was delivered and not recalled, 1 otherwise."""
    project = places.project(client, options.project)
    path: Path = options.file
    size = path.stat().st_size
    bar = speech.bar(path.name)
    whole, head, done_ = hashlib.sha256(), b"", 0
    with path.open("rb") as file:
        while block := file.read(HEAD):
            head = head or hashlib.sha256(block).hexdigest().encode()
            whole.update(block)
            done_ += len(block)
            bar(done_, size)
    bar.clear()
    if not head:
        raise TwopopError(f"{path.name} is empty.")
    found = client.verify(project, sha256=whole.hexdigest(), size=size, name=path.name, head_sha256=head.decode())
    which = ""
    if found.version:
        which = f" It is {found.version['asset_name']} v{found.version['number']}."
    speech.say(WORDS.get(found.result, found.result) + which, found)
    return DONE if found.result == "delivered" else NO
