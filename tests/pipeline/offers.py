"""What a child hands over, honestly: for the tests of the gate and of publishing."""

from dataclasses import asdict

from media_pipeline import publish, steps
from media_pipeline.core.report import RenditionFile
from media_pipeline.core.source_frames import SourceFrames
from tests.pipeline.scripted.steps import META, proxy_table, table

FRAMES = 48
SOURCE = SourceFrames(table(FRAMES), META)


def offer(
    out,
    kind="proxy",
    *,
    label="720p",
    text="picture",
    frames=FRAMES,
    held=None,
    mime="video/mp4",
    step=steps.RENDITIONS,
    meta=None,
):
    (out / "file.mp4").write_text(text)
    (out / "file.tpfi").write_bytes(proxy_table(held or frames or 1, max(FRAMES, held or frames)))
    file = RenditionFile(kind, label, "file.mp4", mime, 64, 36, frames, table="file.tpfi", meta=meta or {})
    return publish.check(step, out, asdict(file), SOURCE)
