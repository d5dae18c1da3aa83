"""What tus 1.0 says in headers, read strictly. https://tus.io/protocols/resumable-upload"""

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from review.problems import Problem

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
CHECKSUM_ALGORITHMS = ("sha1", "sha256")
OFFSET_OCTET_STREAM = "application/offset+octet-stream"
MAX_SIZE = 2**63 - 1
NAME_LENGTH = 255
PATH_LENGTH = 1000
_DIGITS = re.compile(r"[0-9]{1,19}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_IDENTIFIER = re.compile(r"[0-9a-z]{1,32}")


@dataclass(frozen=True)
class Checksum:
    algorithm: str  # one of CHECKSUM_ALGORITHMS
    digest: bytes


@dataclass(frozen=True)
class Metadata:
    """What the client says of the file. Names are metadata: shown, never used as a path."""

    raw: str
    filename: str
    relative_path: str
    project_id: str
    asset_id: str
    asset_name: str
    sequence_id: str
    version_name: str  # what it is to be called instead, without ending
    sha256: str  # of the whole file, if the client knows it already; else ""
    release_lock: bool = False  # give the sequence's lock back together with publishing
    check_only: bool = False
    reference_for: str = ""  # of a mixdown: the version that is to be compared with it


def integer(headers: dict[str, str], name: str) -> int:
    """A required, non-negative decimal header."""
    value = headers.get(name.lower())
    if value is None:
        raise Problem("upload_header_invalid", f"The header {name} is missing.")
    if not _DIGITS.fullmatch(value) or int(value) > MAX_SIZE:
        raise Problem("upload_header_invalid", f"{name} is not a number of bytes between 0 and {MAX_SIZE}.")
    return int(value)


def length(headers: dict[str, str]) -> int:
    """Upload-Length of a new upload, in bytes."""
    if "upload-defer-length" in headers:
        raise Problem("upload_header_invalid", "Upload-Defer-Length is not supported.", remedy="Send Upload-Length.")
    size = integer(headers, "Upload-Length")
    if size == 0:
        raise Problem("upload_empty")
    return size


def content_length(headers: dict[str, str]) -> int | None:
    """Bytes of the body if they were announced; None for a chunked body."""
    value = headers.get("content-length")
    return int(value) if value is not None and _DIGITS.fullmatch(value) else None


def checksum(headers: dict[str, str]) -> Checksum | None:
    """Upload-Checksum: an algorithm and the base64 of the digest."""
    value = headers.get("upload-checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        raise Problem("upload_header_invalid", f"Checksums may be: {', '.join(CHECKSUM_ALGORITHMS)}.")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("upload_header_invalid", "The digest in Upload-Checksum is not base64.") from None
    if len(digest) != {"sha1": 20, "sha256": 32}[algorithm]:
        raise Problem("upload_header_invalid", f"The digest in Upload-Checksum is not as long as a {algorithm}.")
    return Checksum(algorithm, digest)


def metadata(headers: dict[str, str]) -> Metadata:
    """Upload-Metadata: comma-separated pairs of a key and the base64 of a UTF-8 value."""
    raw = headers.get("upload-metadata", "")
    values: dict[str, str] = {}
    for pair in raw.split(",") if raw.strip() else []:
        key, _, encoded = pair.strip().partition(" ")
        if not key or key in values or not key.isascii():
            raise Problem("upload_header_invalid", "Upload-Metadata has an empty, repeated or non-ASCII key.")
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise Problem("upload_header_invalid", f"The value of {key!r} in Upload-Metadata is not base64.") from None
        values[key] = data.decode("utf-8", "replace")  # a lone surrogate becomes U+FFFD: file systems allow such names
    for key in ("projectId", "assetId", "sequenceId", "referenceFor"):
        if values.get(key) and not _IDENTIFIER.fullmatch(values[key]):
            raise Problem("not_found")  # what cannot be an identifier does not exist
    if not values.get("projectId") and not values.get("assetId"):
        raise Problem("upload_header_invalid", "Upload-Metadata names no project.", remedy="Send projectId in Upload-Metadata.")
    filename = shorten(printable(values.get("filename", values.get("name", ""))), NAME_LENGTH) or "untitled"
    return Metadata(
        raw=raw,
        filename=filename,
        relative_path=printable(values.get("relativePath", ""))[:PATH_LENGTH],
        project_id=values.get("projectId", ""),
        asset_id=values.get("assetId", ""),
        asset_name=printable(values.get("assetName", ""))[:200],
        sequence_id=values.get("sequenceId", ""),
        version_name=printable(values.get("versionName", ""))[:NAME_LENGTH],
        sha256=_sha256(values.get("sha256", "")),
        release_lock=values.get("releaseLock", "") in ("1", "true"),
        check_only=values.get("checkOnly", "") not in ("", "0", "false"),
        reference_for=values.get("referenceFor", ""),
    )


def _sha256(text: str) -> str:
    if text and not _SHA256.fullmatch(text):
        raise Problem("upload_header_invalid", "sha256 in Upload-Metadata is no SHA-256 in 64 small hexadecimal digits.")
    return text


def printable(text: str) -> str:
    """The text without control characters (NUL, line breaks, …) and without what no database takes."""
    return "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cs"}).strip()


def shorten(name: str, limit: int) -> str:
    """At most `limit` characters; a short extension stays."""
    if len(name) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 16:
        return name[:limit]
    return f"{stem[: limit - len(extension) - 2]}…{dot}{extension}"


def http_date(moment: datetime) -> str:
    """The time format of Upload-Expires (RFC 9110, IMF-fixdate). `moment` is aware and in UTC."""
    return format_datetime(moment.replace(microsecond=0), usegmt=True)
