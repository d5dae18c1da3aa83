"""`twopop`: Twopop from a terminal. Exit codes: 0 yes, 1 no (not in sync, not the delivered file), 2 wrong use,
3 refused, 4 not signed in, 5 nobody answers, 130 interrupted."""

import argparse
import sys
from pathlib import Path
from typing import Any

from twopop import commands, resolve_install, share_links, signing_in
from twopop.client import Client
from twopop.errors import ApiError, NotSignedIn, TwopopError, Unreachable
from twopop.terminal import Speech

REFUSED, NOT_SIGNED_IN, UNREACHABLE, INTERRUPTED = 3, 4, 5, 130
PROGRAMS = [
    "resolve", "premiere", "fcpxml", "avid", "avid-aaf", "otio", "csv", "webvtt", "kdenlive", "after-effects", "blender", "pdf",
    "html",
]  # fmt: skip
DECISIONS = ["approved", "approved_with_notes", "changes_requested"]
STATES = ["all", "open", "done"]


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    speech = Speech(as_json=options.json)
    try:
        return _run(options, speech)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except NotSignedIn as error:
        return _failed(speech, error, NOT_SIGNED_IN, "Run `twopop login ADDRESS`.")
    except Unreachable as error:
        return _failed(speech, error, UNREACHABLE)
    except TwopopError as error:
        return _failed(speech, error, REFUSED)
    except OSError as error:
        return _failed(speech, error, REFUSED)


def _failed(speech: Speech, error: Exception, code: int, advice: str = "") -> int:
    problem: dict[str, Any] = error.problem if isinstance(error, ApiError) else {"detail": str(error)}
    if speech.as_json:
        Speech(as_json=True, out=speech.err).say("", problem)
    else:
        speech.note(f"twopop: {error} {advice}".rstrip())
    return code


def _run(options: argparse.Namespace, speech: Speech) -> int:
    if options.command == "login":
        return _login(options, speech)
    if options.command == "logout":
        signing_in.forget()
        speech.say("Signed out here. Revoke the token under Settings if somebody else may have it.", {"signed_in": False})
        return 0
    if options.command == "resolve-install":
        folder = options.folder or resolve_install.folder()
        written = resolve_install.remove(folder) if options.remove else resolve_install.install(folder)
        did = "Taken away" if options.remove else "In Resolve's menu Workspace ▸ Scripts"
        speech.say("\n".join([f"{did}:", *(f"  {path}" for path in written)]), [str(path) for path in written])
        return 0
    known = signing_in.credentials()
    if known is None:
        speech.note("twopop: You are not signed in. Run `twopop login ADDRESS`, or set TWOPOP_URL and TWOPOP_TOKEN.")
        return NOT_SIGNED_IN
    command: commands.Command = options.run
    return command(Client(known.address, known.token), options, speech)


def _login(options: argparse.Namespace, speech: Speech) -> int:
    if options.token:
        found = signing_in.Credentials(options.address, sys.stdin.readline().strip())
    else:

        def show(begun: dict[str, Any]) -> None:
            speech.err.write(f"Open {begun['verification_uri_complete']}\nand allow the code {begun['user_code']}. ")
            speech.err.write("Waiting for your answer …\n")
            speech.err.flush()

        found = signing_in.sign_in(options.address, scopes=options.scope, show=show)
    client = Client(found.address, found.token)
    me = client.me()
    signing_in.keep(signing_in.Credentials(client.connection.address, found.token))
    speech.say(f"Signed in as {me.name} at {client.connection.address}.", me)
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="twopop", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="for programs: a line of JSON for each result")
    of = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: commands.Command | None, text: str) -> argparse.ArgumentParser:
        one = of.add_parser(name, parents=[common], help=text, description=text)
        one.set_defaults(run=run)
        return one

    login = add("login", None, "sign in, by a code that you allow in the browser")
    login.add_argument("address", help="as in the browser: https://review.example")
    login.add_argument(
        "--scope", default="", help="what the token may be used for: read comment upload approve manage (default: all)"
    )
    login.add_argument("--token", action="store_true", help="take a token made under Settings, from standard input")
    add("logout", None, "forget the token")
    add("whoami", commands.whoami, "who is signed in, and where")
    add("projects", commands.projects, "your projects")
    add("ls", commands.ls, "the stacks of a project").add_argument("project", help="id, name or address")

    upload = add("upload", commands.upload, "send files as new versions; goes on where an earlier try has stopped")
    upload.add_argument("file", type=Path, nargs="+")
    upload.add_argument("--project", required=True, help="id, name or address")
    upload.add_argument("--stack", default="", help="whose next version it is; otherwise the file's name decides")
    upload.add_argument("--sequence", default="", help="of a new stack")
    upload.add_argument("--name", default="", help="what it is called instead of its file's name")
    upload.add_argument("--release-lock", action="store_true", help="give the sequence's lock back with publishing")
    upload.add_argument("--check", action="store_true", help="wait for the sync report; exit code 1 if it is not in sync")

    check = add("check", commands.check, "the sync report of a version; exit code 0 if it is in sync")
    check.add_argument("version", help="id or address")
    check.add_argument("--no-wait", action="store_true", help="what is known now, without waiting for the checks")
    watch = add("watch", commands.watch, "what happens in a project or with one version, as it happens")
    watch.add_argument("what", help="a project's id, name or address, or the address of a version")
    watch.add_argument("--after", type=int, help="everything after this number, instead of from now on")
    watch.add_argument("--until", default="", metavar="KIND", help="stop after an event of this kind (version.created, …)")

    comments = add("comments", commands.comments, "the comments of a version")
    comments.add_argument("version", help="id or address")
    comments.add_argument("--state", choices=STATES, default="all")
    comments.add_argument("--author", help="id of a person, or me")
    comments.add_argument("--text", help="part of the text")
    comment = add("comment", commands.comment, "comment on a frame")
    comment.add_argument("version", help="id or address")
    comment.add_argument("text")
    comment.add_argument("--at", required=True, help="record timecode (01:00:59;28), or a frame counted from 0")
    comment.add_argument("--frames", type=int, default=1, help="how many frames it is about")
    comment.add_argument("--internal", action="store_true", help="not shown to clients")
    done = add("done", commands.done, "mark comments as done")
    done.add_argument("comment", nargs="+", help="ids")
    done.add_argument("--undo", action="store_true", help="open again")

    share_links.declare(add("share", share_links.share, "links by which people without an account watch versions"), common)

    export = add("export", commands.export, "the comments of a version as markers of an editing program")
    export.add_argument("version", help="id or address")
    export.add_argument("--program", choices=PROGRAMS, required=True)
    export.add_argument("--start-tc", help="timecode of the timeline's first frame; otherwise the file's own")
    export.add_argument("--state", choices=STATES, default="all")
    export.add_argument(
        "--markers", action="store_true", help="with the markers of the version's own timeline, chapters among them"
    )
    export.add_argument("-o", "--output", help="file or folder")

    back = add("import", commands.import_markers, "write the markers of an .edl, .otio or .csv file as comments")
    back.add_argument("version", help="id or address")
    back.add_argument("file", type=Path)
    back.add_argument("--start-tc", help="timecode of the first frame of the timeline they come from")
    back.add_argument("--internal", action="store_true", help="not shown to clients")
    menu = add("resolve-install", None, "put the entries into DaVinci Resolve's menu Workspace ▸ Scripts")
    menu.add_argument("--folder", type=Path, help="instead of Resolve's own folder of scripts")
    menu.add_argument("--remove", action="store_true", help="take them away again")

    for name, run, text in (
        ("lock", commands.lock, "lock a sequence while you work on it, or renew the lock"),
        ("unlock", commands.unlock, "give a sequence's lock back"),
    ):
        one = add(name, run, text)
        one.add_argument("sequence", help="id, or its name with --project")
        one.add_argument("--project", default="", help="id, name or address")
        if name == "lock":
            one.add_argument("--minutes", type=int, default=60)
            one.add_argument("--note", help="what for")
    approve = add("approve", commands.approve, "say whether you approve of a version")
    approve.add_argument("version", help="id or address")
    approve.add_argument("--decision", choices=DECISIONS, default="approved")
    approve.add_argument("--text", default="")
    approve.add_argument("--up-to", default="", metavar="TIMECODE", help="only up to this record timecode")
    verify = add("verify", commands.verify, "whether a file is, bit for bit, one that was delivered; exit code 0 if so")
    verify.add_argument("file", type=Path)
    verify.add_argument("--project", required=True, help="id, name or address")
    return made


if __name__ == "__main__":
    sys.exit(main())
