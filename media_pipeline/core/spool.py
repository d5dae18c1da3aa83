"""An encoder's packets on disk, in order, from which any number of files can be muxed while it still grows."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from av.packet import Packet


class Spool:
    """Packets of one stream whose decode order is their presentation order. Times in the encoder's time base.

    Memory: 17 bytes per packet; the payload is on disk. Reading and appending may alternate.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("w+b")
        self._size = array("I")
        self._pts = array("q")
        self._duration = array("I")
        self._key = bytearray()

    def __len__(self) -> int:
        return len(self._size)

    def append(self, packet: "Packet[Any]") -> None:
        self._file.write(bytes(packet))
        self._size.append(packet.size)
        self._pts.append(packet.pts if packet.pts is not None else 0)
        self._duration.append(packet.duration or 0)
        self._key.append(packet.is_keyframe)

    @property
    def end(self) -> int:
        """The time at which the last packet is over; 0 when empty."""
        return self._pts[-1] + self._duration[-1] if self._pts else 0

    def packets(self) -> "Iterator[Packet[Any]]":
        """Fresh packets from the first on, without stream or time base. Ends with what was there at the start."""
        self._file.flush()
        count = len(self._size)
        with self._path.open("rb", buffering=1 << 20) as file:
            for i in range(count):
                packet: Packet[Any] = Packet(file.read(self._size[i]))
                packet.pts = packet.dts = self._pts[i]
                packet.duration = self._duration[i]
                packet.is_keyframe = bool(self._key[i])
                yield packet

    def close(self) -> None:
        """Throw the packets away."""
        self._file.close()
        self._path.unlink(missing_ok=True)
