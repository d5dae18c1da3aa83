"""The tus 1.0 server: POST /files/, and HEAD, PATCH, DELETE /files/<token>.

Raw ASGI, since Django reads a request's whole body before any view may look at its headers. Each request goes the same way:
protocol version, who asks, the upload's row through access.py, the file's lock, then the body.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from media_pipeline.tus_store import Gone, HeldUpload, Wish
from review import access
from review.access import Actor, Forbidden, NotFound
from review.actions import uploads
from review.languages import chosen_by
from review.models import Upload
from review.problems import Problem
from review.uploads import finishing, protocol
from review.uploads.gate import ActorOf, admit, language_of
from review.uploads.locks import hold
from review.uploads.receiver import Ending, Receive, receive_body

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

METHODS = ("OPTIONS", "POST", "HEAD", "PATCH", "DELETE")
_TOKEN_PATH = re.compile(r"/files/([A-Za-z0-9_-]{32})/?")


@dataclass
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Call:
    """One request. `headers`: lower-case names."""

    method: str
    token: str | None
    headers: dict[str, str]
    scope: Scope
    receive: Receive


class UploadApplication:
    """`actor_of` names who sends a request (session or token); it is given by the composition root."""

    def __init__(self, actor_of: ActorOf) -> None:
        self._actor_of = actor_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        method = str(headers.get("x-http-method-override", scope["method"])).upper()
        answer: Answer
        with translation.override(language_of(scope)):
            try:
                async with ThreadSensitiveContext():
                    answer = await self._answer(method, scope, headers, receive)
            except Exception as error:
                answer = _refusal(error)
        answer.headers.setdefault("Tus-Resumable", protocol.VERSION)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        if answer.body or answer.status != 204:
            answer.headers["Content-Length"] = str(len(answer.body))
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, method: str, scope: Scope, headers: dict[str, str], receive: Receive) -> Answer:
        path = scope["path"]
        match = _TOKEN_PATH.fullmatch(path)
        collection = path in ("/files/", "/files")
        if method == "OPTIONS" and (match or collection):
            return _options()
        if headers.get("tus-resumable") != protocol.VERSION:
            raise Problem("upload_version", f"Tus-Resumable must be {protocol.VERSION}.")
        actor = await database_sync_to_async(admit)(scope, self._actor_of, changes=method != "HEAD")
        if actor.token is None and (chosen := chosen_by(actor.user)):
            translation.activate(chosen)  # until __call__ is over
        if not (match or collection):
            raise NotFound
        call = Call(method, match[1] if match else None, headers, scope, receive)
        handlers = {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete} if match else {"POST": self._post}
        if (handler := handlers.get(method)) is None:
            raise Problem("method_not_allowed")
        return await handler(actor, call)

    async def _post(self, actor: Actor, call: Call) -> Answer:
        """Creation, with the first bytes in the same request if the client likes."""
        store = finishing.store()
        size = protocol.length(call.headers)
        metadata = protocol.metadata(call.headers)
        checksum = protocol.checksum(call.headers)
        with_bytes = call.headers.get("content-type") == protocol.OFFSET_OCTET_STREAM
        if with_bytes and (protocol.content_length(call.headers) or 0) > size:
            raise Problem("upload_too_long")
        upload = await database_sync_to_async(uploads.create_upload)(
            actor, metadata, size=size, free_bytes=store.free_bytes(), pending_bytes=finishing.pending_bytes
        )
        store.create(upload.pk)
        headers = {
            "Location": f"/files/{upload.pk}",
            "Upload-Expires": protocol.http_date(upload.expires_at),
            "Upload-Offset": "0",
        }
        if not with_bytes:
            return Answer(201, headers)
        try:
            with await hold(store, upload.pk, Wish.RESUME) as held:
                headers |= await self._receive(call, upload, held, checksum)
        except Problem as problem:
            refused = _refusal(problem)
            return Answer(
                refused.status, {**refused.headers, **headers, "Upload-Offset": str(store.offset(upload.pk))}, refused.body
            )
        return Answer(201, headers)

    async def _patch(self, actor: Actor, call: Call) -> Answer:
        if call.headers.get("content-type") != protocol.OFFSET_OCTET_STREAM:
            raise Problem(
                "unsupported_media_type",
                f"Bytes are sent as {protocol.OFFSET_OCTET_STREAM}.",
                remedy=f"Send Content-Type: {protocol.OFFSET_OCTET_STREAM}.",
            )
        offset = protocol.integer(call.headers, "Upload-Offset")
        checksum = protocol.checksum(call.headers)
        length = protocol.content_length(call.headers)
        upload, held = await _take(actor, call)
        if held is None:
            if offset != upload.size or length:
                raise Problem("upload_offset", f"All {upload.size} bytes are here already.")
            return Answer(204, {"Upload-Offset": str(upload.size), **_result(upload.version_id, "")})
        store = finishing.store()
        with held:
            if offset != held.offset:
                raise Problem("upload_offset", f"The next byte to send is {held.offset}, not {offset}.")
            if length is not None and offset + length > upload.size:
                raise Problem("upload_too_long", f"{length} bytes from {offset} on would pass the announced {upload.size}.")
            coming = upload.size - offset if length is None else length
            if coming and store.free_bytes() - coming < settings.UPLOAD_DISK_RESERVE_BYTES:
                raise Problem("disk_full")
            return Answer(204, await self._receive(call, upload, held, checksum))

    async def _receive(
        self, call: Call, upload: Upload, held: HeldUpload, checksum: protocol.Checksum | None
    ) -> dict[str, str]:
        """Take the body; finish the upload if that was all. Returns the headers that tell so."""
        running = finishing.hashes.of(upload.pk)
        running.begin(held.path, held.offset)
        ending = await receive_body(
            finishing.store(),
            held,
            running,
            call.receive,
            limit=upload.size - held.offset,
            checksum=checksum,
            reserve=settings.UPLOAD_DISK_RESERVE_BYTES // 2,  # what was admitted may be finished, but never fill the disk
        )
        if ending is Ending.DELETED:
            raise Problem("upload_gone", _("The upload is being deleted."))
        if ending is Ending.HANDED_OVER:
            raise Problem("upload_locked", _("Another connection goes on with this upload."))
        if held.offset < upload.size:
            expires_at = await database_sync_to_async(uploads.prolong)(upload.pk)
            return {"Upload-Offset": str(held.offset), "Upload-Expires": protocol.http_date(expires_at)}
        finished = await finishing.finish(held, upload)
        return {"Upload-Offset": str(upload.size), **_result(finished.version_id, finished.known, finished.sound_id)}

    async def _head(self, actor: Actor, call: Call) -> Answer:
        try:
            upload, held = await _take(actor, call)
        except Problem as problem:
            if problem.code != "upload_locked":
                raise
            upload = await _upload(actor, call)
            return Answer(200, _described(upload, finishing.store().offset(upload.pk)))  # bytes are arriving right now
        if held is None:
            return Answer(200, {**_described(upload, upload.size), **_result(upload.version_id, "")})
        with held:
            headers = _described(upload, held.offset)
            if held.offset == upload.size:  # a crash came between the last byte and its publication
                finished = await finishing.finish(held, upload)
                headers |= _result(finished.version_id, finished.known, finished.sound_id)
        return Answer(200, headers)

    async def _delete(self, actor: Actor, call: Call) -> Answer:
        upload = await _upload(actor, call)
        if upload.state == Upload.State.DONE:
            raise Problem("upload_complete")
        store = finishing.store()
        with await hold(store, upload.pk, Wish.DELETE) as held:
            await database_sync_to_async(uploads.terminate_upload)(actor, upload.pk)
            held.delete()
        finishing.hashes.forget(upload.pk)
        return Answer(204)


async def _upload(actor: Actor, call: Call) -> Upload:
    """The row, through the one door. An upload that is over answers 410, or its own error."""
    upload = await database_sync_to_async(access.upload)(actor, call.token or "")
    if upload.state == Upload.State.FAILED:
        raise Problem(upload.error_code or "upload_gone", upload.error_message)
    if upload.state in (Upload.State.TERMINATED, Upload.State.EXPIRED):
        raise Problem("upload_gone")
    return upload


async def _take(actor: Actor, call: Call) -> tuple[Upload, HeldUpload | None]:
    """The upload and its file under its lock; None instead of the file if the upload is done."""
    upload = await _upload(actor, call)
    if upload.state == Upload.State.DONE:
        return upload, None
    try:
        return upload, await hold(finishing.store(), upload.pk, Wish.RESUME)
    except Gone:
        upload = await _upload(actor, call)  # somebody else may have finished it while this one waited
        if upload.state == Upload.State.DONE:
            return upload, None
        raise


def _described(upload: Upload, offset: int) -> dict[str, str]:
    headers = {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.size),
        "Upload-Expires": protocol.http_date(upload.expires_at),
    }
    return {**headers, "Upload-Metadata": upload.metadata} if upload.metadata else headers


def _options() -> Answer:
    headers = {
        "Tus-Version": protocol.VERSION,
        "Tus-Extension": protocol.EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(protocol.CHECKSUM_ALGORITHMS),
        "Allow": ", ".join(METHODS),
    }
    if settings.UPLOAD_QUOTA_BYTES:
        headers["Tus-Max-Size"] = str(settings.UPLOAD_QUOTA_BYTES)
    return Answer(204, headers)


def _result(version_id: str | None, known: str, sound_id: str = "") -> dict[str, str]:
    """What a finished upload has become. `known`: "version" or "project" if the same content was there before."""
    headers = {"Twopop-Version": version_id} if version_id else {"Twopop-Reference": sound_id} if sound_id else {}
    return {**headers, "Twopop-Known": known} if known else headers


def _refusal(error: Exception) -> Answer:
    """Any error as problem+json. What nobody foresaw is logged and told as such; the bytes that are on disk stay."""
    match error:
        case Problem():
            problem = error
        case NotFound():
            problem = Problem("not_found")
        case Forbidden():
            problem = Problem(
                "forbidden", _("Your role in this project lacks “%(capability)s”.") % {"capability": error.capability}
            )
        case Gone():
            problem = Problem("upload_gone")
        case _:
            log.exception("upload request failed", exc_info=error)
            problem = Problem("internal_error")
    headers = {"Content-Type": "application/problem+json"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="twopop"'
    if problem.code == "upload_version":
        headers["Tus-Version"] = protocol.VERSION
    if problem.code == "upload_locked":
        headers["Retry-After"] = "1"
    if problem.code == "method_not_allowed":
        headers["Allow"] = ", ".join(METHODS)
    return Answer(problem.status, headers, json.dumps(problem.as_dict()).encode())
