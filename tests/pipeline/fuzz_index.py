"""Child of test_hostile_media: indexes mutated files and prints what came of it as JSON.

python -m tests.pipeline.fuzz_index SEED COUNT FOLDER FILE…
"""

import json
import random
import struct
import sys
import time
from pathlib import Path

import av.logging

from media_pipeline.core import probe
from media_pipeline.core.errors import MediaError
from media_pipeline.core.frame_table import pack, unpack

VALUES = [0, 1, 2, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x10000, 1_000_000, 100_000_000]
NAMES = [
    b"stts",
    b"ctts",
    b"stsz",
    b"stsc",
    b"stco",
    b"stss",
    b"elst",
    b"mdhd",
    b"tkhd",
    b"mvhd",
    b"hdlr",
    b"stsd",
    b"tmcd",
    b"moov",
    b"trak",
]


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to six changes, most of them in the tables: numbers, bytes, names, holes, a cut."""
    changed = bytearray(data)
    tables = [at for name in NAMES for at in _places(data, name)]
    for _ in range(rng.randrange(1, 7)):
        kind = rng.random()
        if kind < 0.5 and tables:
            at = rng.choice(tables) + 4 * rng.randrange(-1, 12)
            if 0 <= at < len(changed) - 4:
                struct.pack_into(">I", changed, at, rng.choice([*VALUES, rng.getrandbits(32)]))
        elif kind < 0.7:
            changed[rng.randrange(len(changed))] = rng.getrandbits(8)
        elif kind < 0.8 and tables:
            at = rng.choice(tables)
            changed[at : at + 4] = rng.choice(NAMES)
        elif kind < 0.9:
            at = rng.randrange(len(changed))
            del changed[at : at + rng.randrange(1, 64)]
        else:
            del changed[rng.randrange(1, len(changed)) :]
    return bytes(changed)


def _places(data: bytes, name: bytes) -> list[int]:
    found, at = [], data.find(name)
    while at >= 0:
        found.append(at)
        at = data.find(name, at + 1)
    return found


def main(seed: int, count: int, folder: Path, files: list[Path]) -> None:
    av.logging.set_level(None)
    rng = random.Random(seed)
    sources = [(file.suffix, file.read_bytes()) for file in files]
    codes: dict[str, int] = {}
    failures: list[str] = []
    slowest = 0.0
    for number in range(count):
        suffix, data = rng.choice(sources)
        path = folder / f"fuzz{suffix}"
        path.write_bytes(mutate(data, rng) or b"\0")
        start = time.process_time()
        try:
            summary, index = probe.inspect(str(path))
            assert summary.frame_count == len(index) > 0
            assert all(b > a for a, b in zip(index.pts[:-1].tolist(), index.pts[1:].tolist(), strict=True))
            assert unpack(pack(index)).keyframe.tolist() == index.keyframe.tolist()
            code = "read"
        except MediaError as error:
            code = error.code
        except BaseException as error:
            failures.append(f"{number}: {error!r}")
            path.rename(folder / f"failure-{seed}-{number}{suffix}")
            code = "failure"
        codes[code] = codes.get(code, 0) + 1
        slowest = max(slowest, time.process_time() - start)
    # Not ru_maxrss: that keeps what the parent had before the exec.
    status = Path("/proc/self/status").read_text().splitlines()
    peak = 1024 * int(next(line.split()[1] for line in status if line.startswith("VmHWM")))
    print(json.dumps({"codes": codes, "failures": failures, "slowest_cpu_seconds": slowest, "peak_bytes": peak}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), [Path(name) for name in sys.argv[4:]])
