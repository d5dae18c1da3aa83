"""Sound to be heard by itself: single channels of tracks with more than two, and the tracks that the proxy does not carry.

One file per channel, AAC-LC mono. Measured (20 s of voice-like sound at -19 dBFS beside a silent channel): in one
multichannel AAC the channel of low effects loses what lies above its band (error 6 dB below the sound itself, where a
channel for itself has 24 dB), and who listens to one channel would fetch all of them; pairs are no smaller (490 kB per
channel and minute against 498) and double what is fetched. FFmpeg's coder "fast" at 96 kb/s has the error of the usual
one at 64 to 96 kb/s (-44 dB against -41 and -43) for 0.43 s of processor per channel and minute instead of 0.74 to 0.97.
Tracks of one or two channels are one file: the page takes the sides of a pair apart itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from media_pipeline.core.consumer import SoundBlock, Work
from media_pipeline.core.listening import Listening, heard_track
from media_pipeline.core.picture import Picture
from media_pipeline.core.proxy_encode import AUDIO_RATE, SoundEncoder, mux_sound
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.summary import AudioTrack, Summary
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


class SoloConsumer:
    def __init__(self) -> None:
        self._made: list[tuple[Solo, Listening]] = []

    def wants(self, summary: Summary) -> bool:
        return bool(solos(summary.audio))

    def start(self, work: Work) -> None:
        self._out = work.out
        for solo in solos(work.tracks):
            bit_rate = BIT_RATE if solo.layout == "mono" else work.plan.audio_bit_rate
            encoder = SoundEncoder(self._out / f"solo-{solo.name}.spool", layout=solo.layout, bit_rate=bit_rate, quick=True)
            channel = 0 if solo.track.channels == 1 else solo.channel
            self._made.append((solo, Listening(solo.track, encoder, work.picture_end, channel=channel)))

    def video(self, n: int, picture: Picture) -> None:
        pass

    def audio(self, track: int, block: SoundBlock) -> None:
        for solo, listening in self._made:
            if solo.track.index == track:
                listening.feed(block)

    def finish(self) -> Iterable[RenditionFile]:
        for solo, listening in self._made:
            listening.finish()
            if listening.samples:  # a track may hold nothing that is heard with the picture
                path = self._out / f"solo-{solo.name}.m4a"
                mux_sound(path, listening.encoder)
                check_sound(path, listening.samples, rate=AUDIO_RATE)
                channels = 1 if solo.layout == "mono" else PAIR
                meta = {"track": solo.track.index, "channel": solo.channel, "channels": channels, "samples": listening.samples}
                yield RenditionFile("sound", solo.name, path.name, MIME, meta=meta)
            listening.close()

    def abandon(self) -> None:
        for _, listening in self._made:
            listening.close()
