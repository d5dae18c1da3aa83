"""Sound to be heard by itself: single channels of tracks with more than two, and the tracks that the proxy does not carry.

One file per channel, AAC-LC mono. Measured (20 s of voice-like sound at -19 dBFS beside a silent channel): in one
multichannel AAC the channel of low effects loses what lies above its band (error 6 dB below the sound itself, where a
channel for itself has 24 dB), and who listens to one channel would fetch all of them; pairs are no smaller (490 kB per
channel and minute against 498) and double what is fetched. FFmpeg's coder "fast" at 96 kb/s has the error of the usual
one at 64 to 96 kb/s (-44 dB against -41 and -43) for 0.43 s of processor per channel and minute instead of 0.74 to 0.97.
Tracks of one or two channels are one file: the page takes the sides of a pair apart itself. Of several tracks there is one
more file, their sum. While the picture's preview grows, these files grow with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.listening import Listening, heard_track
from media_pipeline.core.picture import Picture
from media_pipeline.core.preview import PreviewSchedule
from media_pipeline.core.proxy_encode import AUDIO_RATE, SoundEncoder, mux_sound
from media_pipeline.core.proxy_plan import frame_times
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import AudioTrack, Summary
from media_pipeline.core.tracks_together import TracksTogether
from media_pipeline.core.verify import check_sound

MIME = "audio/mp4"
MOST = 16  # channels that get a file of their own, and tracks
BIT_RATE = 96_000  # of a channel
PAIR = 2


@dataclass(frozen=True)
class Solo:
    """What one file holds: a channel (0-based) of a track, or, None, the whole of it."""

    track: AudioTrack
    channel: int | None

    @property
    def name(self) -> str:
        """Label of the rendition: "audio-1", "audio-0-3"."""
        return f"audio-{self.track.index}" + ("" if self.channel is None else f"-{self.channel}")

    @property
    def layout(self) -> str:
        return "mono" if self.channel is not None or self.track.channels == 1 else "stereo"


def solos(tracks: tuple[AudioTrack, ...]) -> list[Solo]:
    """The files that a source with these tracks gets; none for one track of one or two channels."""
    carried = heard_track(tracks)
    made: list[Solo] = []
    single = 0
    for track in tracks[:MOST]:
        if track is not carried:
            made.append(Solo(track, None))
        if track.channels > PAIR:
            count = min(track.channels, MOST - single)
            made += [Solo(track, channel) for channel in range(count)]
            single += count
    return made


@dataclass(frozen=True)
class _File:
    """One file in the making: what of the source feeds it, and what its description says."""

    name: str
    layout: str
    encoder: SoundEncoder
    fed: tuple[Listening, ...]
    about: dict[str, Any]


class SoloConsumer:
    def __init__(self) -> None:
        self._files: list[_File] = []
        self._schedule: PreviewSchedule | None = None

    def wants(self, summary: Summary) -> bool:
        return bool(solos(summary.audio))

    def start(self, work: Work) -> None:
        self._work = work
        for solo in solos(work.tracks):
            encoder = self._encoder(solo.name, solo.layout)
            channel = 0 if solo.track.channels == 1 else solo.channel
            listening = Listening(solo.track, encoder, work.picture_end, channel=channel)
            about = {"track": solo.track.index, "channel": solo.channel}
            self._files.append(_File(solo.name, solo.layout, encoder, (listening,), about))
        tracks = work.tracks[:MOST]
        if len(tracks) > 1:
            encoder = self._encoder("audio-all", "stereo")
            together = TracksTogether(encoder, len(tracks))
            pairs = zip(tracks, together.tracks, strict=True)
            fed = tuple(Listening(track, share, work.picture_end) for track, share in pairs)
            self._files.append(_File("audio-all", "stereo", encoder, fed, {"track": None, "channel": None}))
        # One that plays as it is has its picture to the end at once, and no sound should stop before it.
        if not work.summary.plays_exactly:
            self._schedule = PreviewSchedule(frame_times(work.index))

    def video(self, n: int, picture: Picture) -> None:
        covered = min(file.encoder.spool.end for file in self._files)
        if self._schedule is not None and (count := self._schedule.due(n + 1, covered)):
            for file in self._files:
                if len(file.encoder.spool):
                    self._work.publish(self._written(file, f"-{count}", file.encoder.spool.end, growing=True))

    def audio(self, track: int, block: SoundBlock) -> None:
        for file in self._files:
            for listening in file.fed:
                if listening.track.index == track:
                    listening.feed(block)

    def finish(self) -> Iterable[RenditionFile]:
        for file in self._files:
            for listening in file.fed:
                listening.finish()
            samples = max(listening.samples for listening in file.fed)
            if samples:  # a track may hold nothing that is heard with the picture
                yield self._written(file, "", samples)
            self._close(file)

    def abandon(self) -> None:
        for file in self._files:
            self._close(file)

    def _encoder(self, name: str, layout: str) -> SoundEncoder:
        bit_rate = BIT_RATE if layout == "mono" else self._work.plan.audio_bit_rate
        return SoundEncoder(self._work.out / f"solo-{name}.spool", layout=layout, bit_rate=bit_rate, quick=True)

    def _written(self, file: _File, part: str, samples: int, *, growing: bool = False) -> RenditionFile:
        path = self._work.out / f"solo-{file.name}{part}.m4a"
        mux_sound(path, file.encoder)
        check_sound(path, samples, rate=AUDIO_RATE)
        meta = {**file.about, "channels": 1 if file.layout == "mono" else PAIR, "samples": samples}
        return RenditionFile("sound", file.name, path.name, MIME, meta=meta | ({"growing": True} if growing else {}))

    @staticmethod
    def _close(file: _File) -> None:
        for listening in file.fed:
            listening.close()
