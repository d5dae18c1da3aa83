"""Writes docs/sync-checks.md from the checks' own declarations."""

from media_pipeline.core.checks.contract import Check, Stage
from media_pipeline.core.checks.registry import all_checks
from media_pipeline.core.checks.spec import PRESETS
from media_pipeline.core.checks.verdict import decide

_STAGES = {
    Stage.PACKETS: "A, packets: within a second of the upload's end",
    Stage.DECODED: "B, decoded: with the decode pass",
    Stage.REFERENCE: "C, reference: when there is one",
}
_HEAD = """# The sync checks

This page is made from the code's own declarations (`python -m media_pipeline describe-checks`); a test keeps it current.

Every upload is checked. Positive offset means audio late, everywhere. A check says "does not apply" or "cannot tell" rather
than "passed" where that is the truth. Each has two halves: the measuring of a file, done once per content and stored, and
the judging of what was measured, done anew for each project's spec (`media_pipeline/core/checks/contract.py`).

## The verdict

{verdict}

Without a reference and without sync events (two-pop, flash and beep), nobody can tell honestly whether lips and words of
arbitrary content fit: automatic guesses would alarm on 47 % of good clips. Twopop says so and offers the three cures: a
two-pop, the editor's mixdown, the previous version.

## Checks

| | check | stage | it answers |
|---|---|---|---|
{table}
"""
_SPEC = """
## The project's spec

A TOML file for `python -m media_pipeline check --spec`; every key may be left out: what is not set is not judged.

```toml
preset = "hd-23976"          # start from one of: {presets}
rate = "24000/1001"          # exact; 23.976 and 29.97 mean 24000/1001 and 30000/1001
drop_frame = false
width = 1920
height = 1080
pixel_aspect = "1:1"
scan = "progressive"         # or tff, bff
audio_rate = 48000
audio_layouts = ["stereo"]   # one per track, FFmpeg's names
start_timecode = "01:00:00:00"
containers = ["mov", "mp4"]
video_codecs = ["prores"]
audio_codecs = ["pcm_s24le"]
loudness_lufs = -23.0
loudness_tolerance_lu = 1.0
true_peak_dbtp = -1.0
```
"""


def page() -> str:
    """The whole page."""
    checks = all_checks()
    rows = [
        f"| {check.position} | [{check.title}](#{check.id}) | {_STAGES[check.stage][0]} | {check.question} |"
        for check in checks
    ]
    verdict = "\n".join(line.strip() for line in (decide.__doc__ or "").strip().splitlines())
    head = _HEAD.format(verdict=verdict, table="\n".join(rows))
    return head + "".join(map(_section, checks)) + _SPEC.format(presets=", ".join(PRESETS))


def _section(check: Check) -> str:
    return (
        f'\n<a id="{check.id}"></a>\n\n### {check.title}\n\n{check.question} Stage {_STAGES[check.stage]}.\n\n'
        f"**How.** {check.how}\n\n**What it cannot see.** {check.cannot_see}\n\n**Source.** {check.source}\n"
    )
