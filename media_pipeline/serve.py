"""Files over HTTP: byte ranges, conditional requests, and the ways to let another server send the bytes. Knows no review.

RFC 9110, sections 13 and 14. Of several ranges in one request none is honoured: the whole file is sent with 200, which the
RFC allows; no video player asks so. Memory stays constant: two blocks per response, read by a thread.
"""

import asyncio
import hashlib
import hmac
import os
import re
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

BLOCK = 512 * 1024
_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*")
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="serve")
IMMUTABLE = "private, immutable, max-age=31536000"  # the URL holds the content's hash


@dataclass(frozen=True)
class ServedFile:
    """What to send. `sha256` of the content makes the ETag; `key` is its storage key (X-Accel, S3)."""

    path: Path
    key: str
    sha256: str
    content_type: str
    cache_control: str = IMMUTABLE
    download_as: str = ""  # a file name makes it a download


@dataclass(frozen=True)
class S3Target:
    """A bucket that holds the files under their storage keys."""

    endpoint: str  # https://s3.eu-central-1.amazonaws.com, https://minio.example:9000
    bucket: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    prefix: str = ""
    path_style: bool = True  # False: the bucket is part of the host name
    expires_seconds: int = 3600


def byte_range(header: str, size: int) -> tuple[int, int] | Literal["whole", "unsatisfiable"]:
    """First and last byte (inclusive) that a Range header asks for.

    "whole": no single byte range, so the header is to be ignored; "unsatisfiable": 416.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return "whole"
    first, last = match[1], match[2]
    if not first and not last:
        return "whole"
    if not first:
        length = _number(last)
        return (max(0, size - length), size - 1) if length and size else "unsatisfiable"
    start = _number(first)
    if last and _number(last) < start:
        return "whole"
    if start >= size:
        return "unsatisfiable"
    return start, min(_number(last), size - 1) if last else size - 1


def _number(digits: str) -> int:
    """The number; one of thousands of digits, which int() refuses, as a number beyond every file."""
    return int(digits.lstrip("0")[:24] or "0")


def content_disposition(filename: str) -> str:
    """RFC 6266: an ASCII name for old clients, the real one for all others. Path separators and quotes are neutralised."""
    safe = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", filename.encode("utf-8", "replace").decode()) or "download"
    plain = safe.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def serve(
    request: HttpRequest, file: ServedFile, *, mode: str = "app", x_accel_prefix: str = "", s3: S3Target | None = None
) -> HttpResponseBase:
    """The response to a GET or HEAD whose authorisation was checked. `mode`: "app", "x-accel" or "s3"."""
    if mode == "x-accel":
        response: HttpResponseBase = HttpResponse(content_type=file.content_type)
        response["X-Accel-Redirect"] = x_accel_prefix.rstrip("/") + "/" + quote(file.key)
        del response["Content-Length"]
    elif mode == "s3":
        if s3 is None:
            raise ValueError("serving from S3 needs a bucket")
        response = HttpResponse(status=302)
        response["Location"] = presigned_url(s3, file, now=datetime.now(UTC))
        response["Cache-Control"] = f"private, max-age={s3.expires_seconds // 2}"  # the signature outlives the cached redirect
        return _hardened(response)
    else:
        response = _from_disk(request, file)
    response["Cache-Control"] = file.cache_control
    if file.download_as:
        response["Content-Disposition"] = content_disposition(file.download_as)
    return _hardened(response)


def _hardened(response: HttpResponseBase) -> HttpResponseBase:
    """Whatever the file holds, a browser neither guesses its type nor runs it as a page of ours."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _from_disk(request: HttpRequest, file: ServedFile) -> HttpResponseBase:
    etag = f'"{file.sha256}"'
    if _names(request.headers.get("If-None-Match", ""), etag):
        response: HttpResponseBase = HttpResponse(status=304)
        response["ETag"] = etag
        return response
    size = file.path.stat().st_size
    wanted: tuple[int, int] | Literal["whole", "unsatisfiable"] = "whole"
    if request.method == "GET" and "Range" in request.headers:  # RFC 9110: Range means something for GET only
        if_range = request.headers.get("If-Range")
        if if_range is None or if_range.strip() == etag:
            wanted = byte_range(request.headers["Range"], size)
    if wanted == "unsatisfiable":
        response = HttpResponse(status=416, content_type=file.content_type)
        response["Content-Range"] = f"bytes */{size}"
    else:
        first, last = (0, size - 1) if wanted == "whole" else wanted
        if request.method == "HEAD":
            response = HttpResponse(content_type=file.content_type)
        else:
            response = StreamingHttpResponse(blocks(file.path, first, last + 1), content_type=file.content_type)
        response["Content-Length"] = str(last + 1 - first)
        if wanted != "whole":
            response.status_code = 206
            response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _names(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match lists the tag (weak comparison: RFC 9110, 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


async def blocks(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes [start, end). The next block is read while one is sent; a client that leaves ends the reading."""
    loop = asyncio.get_running_loop()
    fd = await loop.run_in_executor(_threads, os.open, path, os.O_RDONLY)
    reading: asyncio.Future[bytes] | None = None

    def read(position: int) -> "asyncio.Future[bytes]":
        return loop.run_in_executor(_threads, os.pread, fd, min(BLOCK, end - position), position)

    try:
        while start < end:
            reading = reading or read(start)
            block = await asyncio.shield(reading)
            reading = None
            if not block:
                raise OSError(f"{path} became shorter while it was sent")
            start += len(block)
            if start < end:
                reading = read(start)
            yield block
    finally:
        if reading is None or reading.done():
            os.close(fd)
        else:  # a thread still reads: the descriptor must live as long
            reading.add_done_callback(lambda _: os.close(fd))


def presigned_url(target: S3Target, file: ServedFile, *, now: datetime) -> str:
    """A GET of one object for everybody who has this URL, until it expires: AWS Signature Version 4 in the query string.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    overrides = {"response-content-type": file.content_type, "response-cache-control": file.cache_control}
    if file.download_as:
        overrides["response-content-disposition"] = content_disposition(file.download_as)
    return sign_get(target, file.key, overrides, now=now)


def sign_get(target: S3Target, key: str, overrides: Mapping[str, str], *, now: datetime) -> str:
    """The presigned URL itself; `overrides` are further query parameters."""
    endpoint = urlsplit(target.endpoint)
    host = endpoint.netloc if target.path_style else f"{target.bucket}.{endpoint.netloc}"
    bucket = f"/{target.bucket}" if target.path_style else ""
    uri = quote(f"{bucket}/{target.prefix}{key}", safe="/~")
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    scope = f"{day}/{target.region}/s3/aws4_request"
    query = {
        **overrides,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{target.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(target.expires_seconds),
        "X-Amz-SignedHeaders": "host",
    }
    canonical_query = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items()))
    canonical = "\n".join(("GET", uri, canonical_query, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"))
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    secret = f"AWS4{target.secret_key}".encode()
    for part in (day, target.region, "s3", "aws4_request"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.digest(secret, text.encode(), "sha256").hex()
    return f"{endpoint.scheme}://{host}{uri}?{canonical_query}&X-Amz-Signature={signature}"
