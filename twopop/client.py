"""What Twopop can do, as methods. Lists are iterators that fetch the next page when it is needed."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from twopop.connection import Connection
from twopop.models import Asset, Comment, Event, Person, Project, Share, Verification, Version, read
from twopop.models import Sequence as CutSequence
from twopop.upload import Uploader

T = TypeVar("T")


class Client:
    """`address`: as in the browser. `token`: a personal access token ("tp_…"). Methods raise ApiError or Unreachable."""

    def __init__(self, address: str, token: str = "", *, connection: Connection | None = None) -> None:
        self.connection = connection or Connection(address, token)

    def all(self, kind: type[T], path: str, **query: Any) -> Iterator[T]:
        """Every object of a list, page by page: `links.next` is followed as it stands."""
        following: str | None = path
        while following:
            page = self.connection.json("GET", following, query=query)
            query = {}
            yield from (read(kind, one) for one in page["data"])
            following = page["links"]["next"]

    def _one(self, kind: type[T], method: str, path: str, body: Any = None, **headers: str) -> T:
        return read(kind, self.connection.json(method, path, body, headers=headers)["data"])

    # --- who and where

    def me(self) -> Person:
        return self._one(Person, "GET", "me")

    def projects(self) -> Iterator[Project]:
        return self.all(Project, "projects")

    def assets(self, project_id: str) -> Iterator[Asset]:
        """The stacks of a project."""
        return self.all(Asset, f"projects/{project_id}/assets")

    def sequences(self, project_id: str) -> Iterator[CutSequence]:
        return self.all(CutSequence, f"projects/{project_id}/sequences")

    def versions(self, asset_id: str) -> Iterator[Version]:
        return self.all(Version, f"assets/{asset_id}/versions")

    def version(self, version_id: str) -> Version:
        return self._one(Version, "GET", f"versions/{version_id}")

    # --- share links

    def shares(self, project_id: str) -> Iterator[Share]:
        """The links of a project, the newest first; revoked ones too."""
        return self.all(Share, f"projects/{project_id}/shares")

    def create_share(self, project_id: str, items: Sequence[dict[str, str]], **wish: Any) -> Share:
        """A link to these, each `{"version_id"}` or `{"asset_id"}` (always its newest version). `wish`: as the API has it
        (rights, name, passphrase, recipients, expires_at, max_uses, watermark); None is left out."""
        body = {"items": list(items), **{name: value for name, value in wish.items() if value is not None}}
        return self._one(Share, "POST", f"projects/{project_id}/shares", body)

    def revoke_share(self, share_id: str) -> Share:
        """It stops at once, also for those who are watching."""
        return self._one(Share, "DELETE", f"shares/{share_id}")

    # --- comments

    def comments(self, version_id: str, **filters: Any) -> Iterator[Comment]:
        """Comments by frame. `filters`: as the API has them (completed, author, label, q, from_frame, updated_since,
        include="replies", …); `updated_since` brings deleted ones as tombstones."""
        return self.all(Comment, f"versions/{version_id}/comments", **filters)

    def comment(self, comment_id: str) -> Comment:
        return self._one(Comment, "GET", f"comments/{comment_id}")

    def create_comment(
        self,
        version_id: str,
        text: str,
        *,
        frame: int | None = None,
        timecode: str | None = None,
        duration_frames: int = 1,
        parent_id: str | None = None,
        internal: bool = False,
    ) -> Comment:
        """A comment on a frame, on a record timecode, or a reply. Repeated after a cut, it is still created once."""
        place = {"frame": frame, "timecode": timecode, "parent_id": parent_id}
        body: dict[str, Any] = {"text": text, **{name: value for name, value in place.items() if value is not None}}
        if parent_id is None:
            body["duration_frames"] = duration_frames
        if internal:
            body["internal"] = True
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return self._one(Comment, "POST", f"versions/{version_id}/comments", body, **key)

    def complete(self, comment_id: str, *, completed: bool = True) -> Comment:
        """Mark a comment as done, or as open again."""
        return self._one(Comment, "PATCH", f"comments/{comment_id}", {"completed": completed})

    def marker_file(self, version_id: str, program: str, **filters: Any) -> tuple[str, bytes]:
        """The comments as a file of an editing program, or to read ("pdf", "html"): its name, its bytes."""
        path, query = f"versions/{version_id}/marker-file", {"program": program, **filters}
        if program in ("pdf", "html"):
            path, query = f"versions/{version_id}/comments.{program}", {**filters, "start_tc": None, "include": None}
        answer = self.connection.send("GET", path, query=query, headers={"Accept": "*/*"})
        return answer.headers.get_filename() or "markers", answer.body

    def import_markers(
        self, version_id: str, path: Path, *, start_tc: str | None = None, internal: bool = False
    ) -> dict[str, Any]:
        """Write the markers of an .edl, .otio or .csv file as comments: `created`, `known`, `left_out`."""
        query = {"name": path.name, "start_tc": start_tc, "internal": internal}
        headers = {"Content-Type": "application/octet-stream"}
        answer = self.connection.send(
            "POST", f"versions/{version_id}/marker-import", path.read_bytes(), query=query, headers=headers
        )
        told: dict[str, Any] = answer.json()["data"]
        return told

    # --- versions

    def upload(self, path: Path, *, progress: Callable[[int, int], None] = lambda sent, of: None, **target: str) -> str:
        """Send a file and answer with the id of the version that it became. It goes on where an earlier try has stopped.

        `target`: project_id or asset_id, and optionally asset_name, sequence_id, version_name, release_lock ("1").
        """
        return Uploader(self.connection).upload(path, target, progress)

    def sync_report(self, version_id: str) -> dict[str, Any]:
        """What the sync checks say: `state`, `report` (format 1), `waivers`, …"""
        data: dict[str, Any] = self.connection.json("GET", f"versions/{version_id}/checks")["data"]
        return data

    def approve(
        self, version_id: str, decision: str = "approved", *, text: str = "", up_to_timecode: str = ""
    ) -> dict[str, Any]:
        """Say approved, approved_with_notes or changes_requested; answers with the version's approvals."""
        body = {"decision": decision, "text": text, **({"up_to_timecode": up_to_timecode} if up_to_timecode else {})}
        data: dict[str, Any] = self.connection.json("POST", f"versions/{version_id}/approvals", body)["data"]
        return data

    def verify(self, project_id: str, *, sha256: str, size: int, name: str = "", head_sha256: str = "") -> Verification:
        """What a file is, by its hash. `head_sha256`: of its first MiB, tells a damaged file from another one."""
        body = {"sha256": sha256, "size": size, "name": name, **({"head_sha256": head_sha256} if head_sha256 else {})}
        return self._one(Verification, "POST", f"projects/{project_id}/verify", body)

    # --- sequences

    def lock(self, sequence_id: str, *, minutes: int = 60, note: str | None = None) -> CutSequence:
        """Take or renew the lock of a sequence."""
        body = {"minutes": minutes, **({} if note is None else {"note": note})}
        return self._one(CutSequence, "PUT", f"sequences/{sequence_id}/lock", body)

    def unlock(self, sequence_id: str) -> CutSequence:
        return self._one(CutSequence, "DELETE", f"sequences/{sequence_id}/lock")

    # --- live

    def events(self, project_id: str, after: int) -> Sequence[Event]:
        """What has happened after that number, in order; at most 1000, empty if nothing has."""
        page = self.connection.json("GET", f"projects/{project_id}/events", query={"after": after, "page_size": 1000})
        return [read(Event, one) for one in page["data"]]
