"""Errors that a person or a program using Twopop can meet, with stable codes (docs/errors.md explains each).

Actions raise Problem; the API answers with it as RFC 9457 `application/problem+json`, pages show its texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    status: int
    title: str | Promise
    remedy: str | Promise


class FieldError(TypedDict):
    field: str
    code: str
    message: str


KINDS: dict[str, Kind] = {
    # the request itself
    "malformed_request": Kind(
        400, _("The request could not be read"), _("Send a JSON object as the OpenAPI schema describes it.")
    ),
    "invalid_input": Kind(
        400, _("Some fields are not valid"), _("Correct the fields named in `errors` and send the request again.")
    ),
    "invalid_cursor": Kind(
        400, _("The cursor is not one of ours"), _("Follow `links.next` as it stands, or begin without a cursor.")
    ),
    "body_too_large": Kind(413, _("The request body is too large"), _("Send less in one request; files go through /files/.")),
    "unsupported_media_type": Kind(415, _("This content type is not understood"), _("Send `Content-Type: application/json`.")),
    "not_acceptable": Kind(406, _("No such representation"), _("Accept `application/json`.")),
    "method_not_allowed": Kind(405, _("This method does not exist here"), _("See the `Allow` header and the OpenAPI schema.")),
    "throttled": Kind(429, _("Too many requests"), _("Wait for the seconds named in `Retry-After`.")),
    "internal_error": Kind(
        500, _("Something in Twopop failed"), _("Try again; if it stays, tell the operator the time of the error.")
    ),
    # who asks
    "not_authenticated": Kind(401, _("Sign in first"), _("Sign in, or send `Authorization: Bearer tp_…` with a valid token.")),
    "invalid_token": Kind(
        401, _("The token is not valid"), _("It may be mistyped, expired or revoked: make a new one under Settings.")
    ),
    "other_person": Kind(
        409, _("Somebody else is signed in"), _("Sign in as whom `Twopop-Person` names, or leave the header out.")
    ),
    "csrf_failed": Kind(403, _("The page's security token is missing or old"), _("Reload the page, or use an access token.")),
    "session_required": Kind(
        403, _("Only in a signed-in browser"), _("Tokens cannot make or revoke tokens; do it under Settings.")
    ),
    "read_only_token": Kind(403, _("This token may only read"), _("Use a token that may write.")),
    "forbidden": Kind(403, _("Your role does not allow this"), _("Ask an owner of the project for a role that does.")),
    "not_found": Kind(404, _("There is nothing here for you"), _("Check the address; ask an owner of the project for access.")),
    # concurrent change
    "precondition_failed": Kind(
        412, _("It has been changed meanwhile"), _("Fetch it again and repeat the change on the newest state.")
    ),
    "idempotency_key_reused": Kind(
        422, _("This Idempotency-Key was used for something else"), _("Use a new key for each new comment.")
    ),
    # live sessions
    "session_running": Kind(409, _("There is a session on this version already"), _("Join it, or end it first.")),
    "session_ended": Kind(409, _("The session is over"), _("Start a new one; the minutes of this one stay.")),
    "session_refused": Kind(403, _("You were not let in"), _("Wait for the seconds named, then ask again.")),
    "attendance_unknown": Kind(422, _("That person is not in the session"), _("Choose somebody who is there.")),
    # comments
    "media_not_indexed": Kind(
        409, _("The frames of this version are not counted yet"), _("Wait for `media.changed` and try again.")
    ),
    "frame_out_of_range": Kind(422, _("The version has no such frame"), _("Use a frame from 0 to frame_count - 1.")),
    "timecode_syntax": Kind(422, _("That is no timecode"), _("Write it as hours:minutes:seconds:frames.")),
    "timecode_range": Kind(422, _("This timecode does not exist"), _("Minutes and seconds end at 59, frames below the rate.")),
    "timecode_dropped": Kind(
        422, _("This label is left out by drop-frame"), _("Use one of the nearest labels, or send `frame`.")
    ),
    "timecode_not_drop_frame": Kind(422, _("The version's timecode is not drop-frame"), _("Write `:` before the frames.")),
    "timecode_unsupported": Kind(422, _("This rate has no timecode"), _("Send `frame` instead.")),
    "parent_invalid": Kind(
        422, _("One cannot reply to that"), _("Reply to the first comment of a thread in the same version.")
    ),
    "marker_file_unreadable": Kind(
        422, _("These markers cannot be read"), _("Send an EDL of markers, an OpenTimelineIO or a CSV file.")
    ),
    "attachment_type": Kind(
        415, _("Files of this kind cannot be attached"), _("Attach an image (PNG, JPEG, GIF, WebP), a PDF or a sound file.")
    ),
    "attachment_too_large": Kind(
        413, _("The file is too large to be attached"), _("Attach a smaller one, or upload it as a version.")
    ),
    "attachment_limit": Kind(409, _("Too many files wait to be attached"), _("Attach them to comments, or take some back.")),
    "link_files_full": Kind(
        409,
        _("No more files can be sent by this link"),
        _("Say it without the file, send a smaller one, or ask who sent you the link for a new one."),
    ),
    "attachment_unknown": Kind(
        422, _("There is no such file to attach"), _("Send it anew; one waits a day for its comment, on the same version.")
    ),
    "attachment_in_use": Kind(409, _("The file belongs to a comment"), _("Change the comment's `attachments`.")),
    "still_failed": Kind(
        422,
        _("No picture can be made of this frame"),
        _("Choose a frame beside it, or save the still that the room shows (S)."),
    ),
    "ghost_unknown": Kind(
        409, _("There is nothing to carry over"), _("Fetch the version's ghosts: only those can be carried.")
    ),
    "label_unknown": Kind(422, _("The project has no such label"), _("Use ids of `projects/{id}/labels`.")),
    "label_limit": Kind(409, _("The project has as many labels as it can"), _("Delete one that is no longer used.")),
    "reaction_unknown": Kind(422, _("There is no such reaction"), _("Use one of those that the schema lists.")),
    "restore_too_late": Kind(409, _("It was deleted too long ago"), _("Write it again; comments can be restored for a day.")),
    "comment_has_replies": Kind(
        409, _("Others have replied to this comment"), _("Mark it as done, or ask a moderator to delete it.")
    ),
    "comment_empty": Kind(422, _("The comment says nothing"), _("Send a text, a drawing, or both.")),
    "annotation_invalid": Kind(422, _("The drawing cannot be read"), _("Correct the place that `errors` names.")),
    "annotation_version": Kind(422, _("This version of the drawing format is not known"), _('Send `"v": 1`.')),
    "annotation_too_large": Kind(422, _("The drawing is too large"), _("Draw less, or spread it over several comments.")),
    "annotation_out_of_range": Kind(
        422, _("A drawing lies outside the comment's frames"), _("Draw within the range, or move the comment's frames with it.")
    ),
    # sync checks
    "reference_invalid": Kind(422, _("A version cannot be compared with that"), _("Choose a version with other content.")),
    "unknown_finding": Kind(422, _("The sync report has no such finding"), _("Use the `code` of a finding in the report.")),
    "nothing_to_correct": Kind(
        409,
        _("No corrected copy can be made"),
        _("See what each finding of the report advises; a copy heals only some of them."),
    ),
    # projects and people
    "webhook_invalid": Kind(422, _("Nothing can be sent there"), _("Correct what `detail` names.")),
    "webhook_limit": Kind(409, _("The project has as many webhooks as it can"), _("Delete one that is no longer used.")),
    "webhook_paused": Kind(409, _("The webhook is paused"), _("Let it go on first.")),
    "name_taken": Kind(409, _("The name is taken"), _("Choose another name.")),
    "last_owner": Kind(409, _("A project keeps at least one owner"), _("Make somebody else owner first.")),
    "already_member": Kind(409, _("This person is already in the project"), _("Change the role of the existing membership.")),
    "invitation_invalid": Kind(
        404, _("This invitation cannot be used"), _("It was used, revoked or has expired: ask for a new one.")
    ),
    # share links
    "share_closed": Kind(
        404,
        _("This link does not work any more"),
        _("It was revoked, has expired or was used up: ask who sent it for a new one."),
    ),
    "share_key_wrong": Kind(
        403,
        _("That is not what this link asks for"),
        _("Compare passphrase or code; a code is good for ten minutes and five tries."),
    ),
    "share_invalid": Kind(422, _("A link cannot be so"), _("Correct what `detail` names.")),
    "share_limit": Kind(409, _("The project has five hundred links in force"), _("Revoke some that are no longer needed.")),
    "share_revoked": Kind(409, _("The link was revoked"), _("Make a new one: one that was revoked stays so.")),
    "share_name_invalid": Kind(422, _("This name cannot be drawn"), _("Write it with other letters.")),
    "share_name_taken": Kind(
        409,
        _("Somebody else came with this name"),
        _("Change it without the picture, or write the name in another way, such as with the family name."),
    ),
    "share_names_full": Kind(
        409,
        _("Too many different people watch by this link"),
        _("Take the name you came with before, or ask who sent it for a link of your own."),
    ),
    "guest_name_missing": Kind(409, _("Say first what you are called"), _("Send your name: `PUT guest`.")),
    "device_code_invalid": Kind(
        404, _("There is no such code"), _("Compare it with the one shown; one is good for 15 minutes, and once.")
    ),
    "invitation_needs_login": Kind(
        409, _("There is already an account with this address"), _("Sign in, then open the link again.")
    ),
    # the desk
    "spec_invalid": Kind(422, _("The spec cannot be"), _("Correct the key that `detail` names (docs/spec.md).")),
    "approval_refused": Kind(
        409, _("This cannot be said now"), _("Fetch the version's approvals: `detail` says what is in the way.")
    ),
    "delivery_blocked": Kind(
        409,
        _("The project's policy does not allow this delivery yet"),
        _("Clear the blocks in `errors`, or lift them with a reason."),
    ),
    "delivery_recalled": Kind(
        409, _("The delivery was recalled already"), _("Deliver the version again if it is to be delivered.")
    ),
    "stack_changed": Kind(
        409, _("The stack is not what it was"), _("Fetch its versions again, and name each of them just once.")
    ),
    "delivered": Kind(409, _("What was delivered is kept"), _("Recall the delivery first.")),
    "person_unknown": Kind(422, _("There is no such member in this project"), _("Use ids of `projects/{id}/members`.")),
    "marker_limit": Kind(409, _("The version has as many markers as it can"), _("Delete some that are no longer used.")),
    # 422, not 423: clients of tus repeat a request that gets 409 or 423
    "sequence_locked": Kind(
        422,
        _("Somebody else works on this sequence"),
        _(
            "Queue for the lock (`sequences/{id}/lock/queue`) and go on when it is free, or have an owner or version "
            "controller force it."
        ),
    ),
    "lock_free": Kind(409, _("Nobody holds this lock"), _("Take it.")),
    # names
    "name_reserved": Kind(422, _("The name promises too much"), _("Take the name that is offered.")),
    "name_conflict": Kind(422, _("The name belongs to other content"), _("Take the name that is offered.")),
    "name_invalid": Kind(422, _("The name is not written as the project's names are"), _("Take the name that is offered.")),
    # uploads
    "upload_version": Kind(412, _("This version of the tus protocol is not spoken here"), _("Send `Tus-Resumable: 1.0.0`.")),
    "upload_header_invalid": Kind(
        400, _("A header of the upload is missing or wrong"), _("Correct the header named in `detail`.")
    ),
    "upload_empty": Kind(400, _("The file is empty"), _("Check that the export has finished, then choose the file again.")),
    "upload_offset": Kind(
        409, _("The upload goes on at another byte"), _("Ask with HEAD where it stands, and go on from there.")
    ),
    "upload_locked": Kind(
        423, _("Another connection is sending this upload"), _("Wait for it, or close the other page; then go on.")
    ),
    "upload_too_long": Kind(413, _("More bytes than announced"), _("The file changed while it was sent: upload it anew.")),
    "upload_gone": Kind(410, _("This upload is over"), _("Begin a new upload.")),
    "upload_complete": Kind(409, _("This upload is complete"), _("Delete the version that it became.")),
    "upload_target_gone": Kind(
        409, _("The place of this upload is gone"), _("Choose another project or asset, and upload again.")
    ),
    "checksum_mismatch": Kind(
        460, _("The bytes do not match their checksum"), _("Send the same part again: nothing of it was kept.")
    ),
    "quota_exceeded": Kind(
        413, _("The project's storage quota does not allow this"), _("Delete versions, or ask for more quota.")
    ),
    "disk_full": Kind(
        507, _("The server's disk is full"), _("Go on later: what has arrived is kept. The operator must free space.")
    ),
    "origin_refused": Kind(
        403, _("The request comes from another site"), _("Open Twopop itself; programs use an access token.")
    ),
}


class Problem(Exception):
    """`code` is one of KINDS; `detail` says what and why in this case; `remedy` overrides the general one; `current`: what is
    there now, as the API shows it, where somebody else was faster."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        remedy: str = "",
        errors: Sequence[FieldError] = (),
        current: dict[str, Any] | None = None,
    ) -> None:
        kind = KINDS[code]
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = kind.status
        self.title = str(kind.title)  # in the language of whoever asks
        self.detail = detail or self.title
        self.remedy = remedy or str(kind.remedy)
        self.errors = list(errors)
        self.current = current

    def as_dict(self) -> dict[str, object]:
        """The members of RFC 9457's problem object."""
        body: dict[str, object] = {
            "type": f"urn:twopop:error:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": _writable(self.detail),
            "remedy": _writable(self.remedy),
        }
        errors = [
            {"field": _writable(one["field"]), "code": one["code"], "message": _writable(one["message"])} for one in self.errors
        ]
        more = {"errors": errors, "current": self.current}
        return body | {name: value for name, value in more.items() if value}


def _writable(text: str) -> str:
    """Texts may quote what was sent, and JSON can smuggle in halves of surrogate pairs, which are no Unicode text."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
