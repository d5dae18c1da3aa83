"""One tus PATCH through the whole web process, against writing the same bytes to the same disk.

    python -m benchmarks.upload_throughput [--gib 10] [--folder DIR]

Prints MB/s of both, their ratio, the web process's peak memory and processor time. Verifies the hash that was stored.
The baseline is `dd bs=1M conv=fdatasync`: sequential writes of 1 MiB, then fdatasync.
"""

import argparse
import hashlib
import http.client
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.live.files.client import OCTETS  # noqa: E402
from tests.live.files.conftest import Server  # noqa: E402

MIB = 1024 * 1024
GOAL_RSS = 150_000_000
PIECE = os.urandom(64 * MIB)


def blocks(size: int) -> Iterator[bytes]:
    """The bytes of the file: pieces of random data, each told from the others by its number."""
    for number in range(size // len(PIECE)):
        yield number.to_bytes(8, "big") + PIECE[8:]


def raw_write(path: Path, size: int) -> float:
    """Seconds to write and sync."""
    began = time.perf_counter()
    fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    try:
        for piece in blocks(size):
            view = memoryview(piece)
            for start in range(0, len(piece), MIB):
                os.write(fd, view[start : start + MIB])
        os.fdatasync(fd)
    finally:
        os.close(fd)
    return time.perf_counter() - began


def upload(server: Server, size: int) -> tuple[float, str]:
    """Seconds of one PATCH, last answer included, and the hash that the server found."""
    editor = server.by_session("editor")
    location = editor.create(size, filename="huge.mov")
    headers = {**editor.headers(), "Content-Type": OCTETS, "Upload-Offset": "0", "Content-Length": str(size)}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    began = time.perf_counter()
    connection.putrequest("PATCH", location)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    for piece in blocks(size):
        connection.send(piece)
    answer = connection.getresponse()
    seconds = time.perf_counter() - began
    assert answer.status == 204, (answer.status, answer.read())
    version = answer.getheader("Twopop-Version")
    ((digest,),) = server.query(
        "SELECT sha256 FROM review_version v JOIN media_pipeline_media m ON m.id = v.media_id WHERE v.id = ?", version
    )
    return seconds, digest


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gib", type=int, default=10)
    parser.add_argument("--once", action="store_true", help="measure the raw disk only before, not after")
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured (default: the temporary folder)")
    options = parser.parse_args()
    size = options.gib * 1024 * MIB
    folder = Path(tempfile.mkdtemp(prefix="twopop-throughput-", dir=options.folder))
    try:
        free = shutil.disk_usage(folder).free
        if free < size + 5 * 1024 * MIB:
            raise SystemExit(f"{size / 1e9:.0f} GB and 5 GiB to spare are needed below {folder}, {free / 1e9:.0f} GB are free")
        server = Server(folder)
        server.prepare()
        server.begin()
        try:
            raw_before = raw_write(folder / "raw", size)
            (folder / "raw").unlink()
            pid = server.processes["web"].pid
            cpu = processor_seconds(pid)
            seconds, digest = upload(server, size)
            cpu = processor_seconds(pid) - cpu
            peak = server.memory("VmHWM")
            shutil.rmtree(folder / "media")
            raw_after = raw_before if options.once else raw_write(folder / "raw", size)
        finally:
            server.kill("web")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    expected = hashlib.sha256()
    for piece in blocks(size):
        expected.update(piece)
    assert digest == expected.hexdigest(), "the stored hash is wrong"
    raw = (raw_before + raw_after) / 2
    result = {
        "bytes": size,
        "raw_mb_per_s": [round(size / raw_before / 1e6), round(size / raw_after / 1e6)],
        "upload_mb_per_s": round(size / seconds / 1e6),
        "upload_over_raw_time": round(seconds / raw, 2),
        "web_peak_rss_mb": round(peak / 1e6),
        "web_processor_s": round(cpu, 1),
        "sha256_equal": True,
        "load_average": os.getloadavg(),
    }
    print(json.dumps(result, indent=2))
    if peak > GOAL_RSS:
        raise SystemExit(f"peak memory {peak / 1e6:.0f} MB is above the goal of {GOAL_RSS / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
