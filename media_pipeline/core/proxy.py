"""The browser proxy: every rung encoded in the pass, shown as it grows, verified before anybody sees it.

Frame i of every file is the i-th presented picture of the source; times as proxy_plan.frame_times says.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from media_pipeline.core import frame_table
from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.listening import Listening, heard_track
from media_pipeline.core.picture import Picture
from media_pipeline.core.preview import PreviewSchedule
from media_pipeline.core.proxy_encode import PictureEncoder, SoundEncoder, mux
from media_pipeline.core.proxy_plan import FrameTimes, frame_times, rungs
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import Summary
from media_pipeline.core.verify import check_proxy

MIME = "video/mp4"
MOST_RUNS = 1000  # listed of a file that is damaged all over: the description of a rendition has a bound
MOST_THREADS = 8  # of one encoder: more delay the first preview and cost memory, and bring little at this size


class ProxyConsumer:
    """Encodes into spools on disk; muxes previews and the final files from them."""

    def __init__(self) -> None:
        self._work: Work | None = None
        self._pictures: list[PictureEncoder] = []
        self._sound: SoundEncoder | None = None
        self._listening: Listening | None = None
        self._schedule: PreviewSchedule | None = None
        self._repeated: list[int] = []
        self._damaged: list[int] = []

    def wants(self, summary: Summary) -> bool:
        return True

    def start(self, work: Work) -> None:
        self._work = work
        self._times = frame_times(work.index)
        threads = min(os.cpu_count() or 1, MOST_THREADS)
        for rung in rungs(work.summary, work.plan):
            spool = work.out / f"proxy-{rung.label}.spool"
            self._pictures.append(PictureEncoder(rung, self._times, work.plan, spool, threads))
        track = heard_track(work.tracks)
        if track is not None:
            spool = work.out / "proxy-audio.spool"
            self._sound = SoundEncoder(spool, layout="stereo", bit_rate=work.plan.audio_bit_rate)
            self._listening = Listening(track, self._sound, work.picture_end)
        if not work.summary.plays_exactly:
            self._schedule = PreviewSchedule(self._times)

    def video(self, n: int, picture: Picture) -> None:
        if picture.repeated:
            self._repeated.append(n)
        if picture.damaged:
            self._damaged.append(n)
        for encoder in self._pictures:
            encoder.encode(n, picture.scaled(encoder.rung.width, encoder.rung.height))
        if self._schedule is not None:
            covered = self._listening.covered if self._listening is not None else None
            count = self._schedule.due(len(self._shown_first().spool), covered)
            if count:
                self._publish_preview(count)

    def audio(self, track: int, block: SoundBlock) -> None:
        if self._listening is not None and track == self._listening.track.index:
            self._listening.feed(block)

    def finish(self) -> Iterable[RenditionFile]:
        if self._listening is not None:
            self._listening.finish()
        for encoder in self._pictures:
            encoder.finish()
        shown = self._shown_first()
        for encoder in (shown, *(other for other in self._pictures if other is not shown)):
            yield self._file("proxy", f"proxy-{encoder.rung.label}", encoder, self._times)
            encoder.close()
        if self._listening is not None:
            self._listening.close()

    def abandon(self) -> None:
        for encoder in self._pictures:
            encoder.close()
        if self._listening is not None:
            self._listening.close()

    def _publish_preview(self, count: int) -> None:
        assert self._work is not None
        encoder = self._shown_first()
        self._work.publish(self._file("preview", f"preview-{encoder.rung.label}-{count}", encoder, self._times.head(count)))

    def _shown_first(self) -> PictureEncoder:
        """The encoder of the rung that the page shows by default."""
        assert self._work is not None
        label = f"{self._work.plan.heights[0]}p"
        return next((encoder for encoder in self._pictures if encoder.rung.label == label), self._pictures[0])

    def _file(self, kind: str, name: str, encoder: PictureEncoder, times: FrameTimes) -> RenditionFile:
        assert self._work is not None
        path = self._work.out / f"{name}.mp4"
        has_sound = mux(path, encoder, self._sound, times)
        index = check_proxy(path, times, audio=has_sound)
        table = path.with_suffix(".tpfi")
        table.write_bytes(frame_table.pack(index, times.timescale))
        meta: dict[str, Any] = {"timescale": times.timescale, "variable": times.variable, "complete": kind == "proxy"}
        if self._listening is not None:
            meta["audio_track"] = self._listening.track.index
        count = len(times)
        repeated = [n for n in self._repeated if n < count]
        damaged = [n for n in self._damaged if n < count]
        meta |= flaws(repeated=repeated, damaged=damaged)
        rung = encoder.rung
        return RenditionFile(kind, rung.label, path.name, MIME, rung.width, rung.height, count, table.name, meta)


def flaws(**kinds: Sequence[int]) -> dict[str, Any]:
    """What the description says of frames that are not the source's own: runs, as many as fit, and how many in all."""
    found = {name: numbers for name, numbers in kinds.items() if numbers}
    runs = {name: ranges(numbers)[:MOST_RUNS] for name, numbers in found.items()}
    return {**runs, **{f"{name}_frames": len(numbers) for name, numbers in found.items()}}


def ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as [first, count] runs."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][0] + runs[-1][1]:
            runs[-1][1] += 1
        else:
            runs.append([n, 1])
    return runs
