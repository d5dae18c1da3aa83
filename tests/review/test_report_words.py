"""Sync reports speak the reader's language, however their sentences were put together."""

from typing import Any

import pytest
from django.utils import translation

from review import catalogues, check_texts
from review.report_words import _VALUE, audit_in_words, report_in_words, said

TOLD = {
    "3 pictures shown twice at segment joins.": "3 Bilder an Segmentnähten doppelt gezeigt.",
    "1 picture shown twice within moving picture.": "1 Bild in bewegtem Bild doppelt gezeigt.",
    "A jerk. From each on, everything comes a frame later, unless a frame was left out before.":
        "Ein Ruckler. Ab jeder Stelle kommt alles einen Frame später, es sei denn, davor wurde einer ausgelassen.",
    "The project asks for no loudness. Measured: -23.0 LUFS, 5.1 LU range.":
        "Das Projekt verlangt keine Lautheit. Gemessen: -23,0 LUFS, 5,1 LU Umfang.",
    "2 pictures cannot be decoded and 1 picture decodes with errors: the file is damaged.":
        "2 Bilder nicht dekodierbar und 1 Bild nur mit Fehlern dekodierbar: Die Datei ist beschädigt.",
    "1 picture lights up or flickers: flash light, a strobe or sync marks.":
        "1 Bild leuchtet auf oder flackert: Blitzlicht, ein Stroboskop oder Synchronmarken.",
    "3 pictures light up or flicker: flash light, a strobe or sync marks.":
        "3 Bilder leuchten auf oder flackern: Blitzlicht, ein Stroboskop oder Synchronmarken.",
    "Track 2 is 41.7 ms late (1.00 frames), by the countdown's two-pop.":
        "Spur 2 ist 41,7 ms zu spät (1,00 Frames), nach dem Two-Pop des Countdowns.",
    "The sound has 1 hole in running sound, up to 12.3 ms long, 2 of them at segment joins.":
        "Der Ton hat 1 Aussetzer in laufendem Ton, bis 12,3 ms lang, 2 davon an Segmentnähten.",
    "The file was put together from 4 segments, one every 48 frames.":
        "Die Datei ist aus 4 Segmenten zusammengesetzt, eines alle 48 Frames.",
    "Pixels are 16:15, not square.": "Pixel sind 16:15, nicht quadratisch.",
    "sound of track 1 moved 40.0 ms later and played 1.001 times as fast":
        "Ton von Spur 1: um 40,0 ms später und 1.001-mal so schnell abgespielt",
    "The proxy fits its original in frame rate, frames, audio channels.":
        "Der Proxy passt zu seinem Original in Bildrate, Frames, Tonkanäle.",
    "2 repeated, at frame 200": "2 wiederholt, bei Frame 200",
    "bang before the movement stops at frame 101": "Knall vor dem Ende der Bewegung bei Frame 101",
    "The sound drifts: over the file's whole length it comes 59.9 ms later (1.5 frames; 1996.5 ppm).":
        "Der Ton driftet: über die ganze Länge der Datei kommt er 59,9 ms später (1,5 Frames; 1996,5 ppm).",
    "The proxy carries no timecode; the original starts at 01:00:00:00.":
        "Der Proxy trägt keinen Timecode; das Original beginnt bei 01:00:00:00.",
    "+40.5 ms": "+40,5 ms",
    "The project asks for no loudness. Measured: -19.1 LUFS, 1.7 LU range, -4.7 dBTP.":
        "Das Projekt verlangt keine Lautheit. Gemessen: -19,1 LUFS, 1,7 LU Umfang, -4,7 dBTP.",
    "0 frames": "0 Frames",
    "track 1: sound late at the first": "Spur 1: Ton zu spät beim ersten",
    "take_05 with the dog.mov": "take_05 with the dog.mov",  # a name of somebody's file
}  # fmt: skip

COST = (
    "Rendering the whole film again costs about 12.50 EUR (40 minutes of rendering)"
    "; the 1 of 4 segments that are named: 3.10 EUR."
)
COST_SAID = (
    "Den ganzen Film neu zu rendern kostet etwa 12,50 EUR (40 Minuten Rendern); die 1 genannten von 4 Segmenten: 3,10 EUR."
)


@pytest.mark.parametrize("english", TOLD)
def test_sentences_are_taken_apart_and_said_anew(english):
    assert said(english, "de") == TOLD[english]


@pytest.mark.parametrize("language", catalogues.languages())
def test_translations_use_the_values_that_there_are(language):
    rows = [one for one in catalogues.read(language) if one.context == catalogues.OF_CHECKS]
    assert len(rows) > 700
    for one in rows:
        given = set(_VALUE.findall(str(one.id)))
        used = {(number, "", "") for number, _, _ in _VALUE.findall(str(one.string))}
        assert used <= given, one.id


def test_texts_are_found_in_the_sources_of_checks():
    source = """
def judge(row, case):
    "A docstring is not said."
    late = "late" if row["ms"] > 0 else "early"
    parts = [f"{name} comes {ms:.1f} ms {late}"]
    if row["kind"] == "some kind of row":
        raise CannotMeasure("There is nothing to measure.")
    finding = Finding(code="x.offset", summary=f"{parts[0]}.", command="ffmpeg -i INPUT of this")
    return found([finding], numbers=(Number("drift", 1),))
"""
    assert list(check_texts.of_checks(source)) == [
        "late",
        "early",
        "{1} comes {2} ms {3}",
        "There is nothing to measure.",
        "drift",
    ]


def test_a_proxy_audit_is_said_whole():
    row = {"name": "picture_shift", "title": "Picture shift", "original": "", "proxy": "+2 frames"}
    rows = [{**row, "note": "The proxy's pictures come 2 frames late.", "state": "findings"}]
    audit = {"pairs": [{"by": "name", "summary": rows[0]["note"], "rows": rows}], "unread": 0}
    audit["making"] = [{"words": ["ProRes 422 Proxy, half size"]}]
    assert audit_in_words(audit) == audit
    with translation.override("de"):
        said_whole = audit_in_words(audit)
    [pair] = said_whole["pairs"]
    assert said_whole["making"] == [{"words": ["ProRes 422 Proxy, halbe Größe"]}]
    note = "Die Bilder des Proxys kommen 2 Frames zu spät."
    assert pair == {
        "by": "name",
        "summary": note,
        "rows": [{**rows[0], "title": "Bildversatz", "proxy": "+2 Frames", "note": note}],
    }


def test_a_report_is_said_whole():
    number: dict[str, Any] = {"name": "sound late", "value": 40.0, "unit": "ms", "digits": 1}
    finding: dict[str, Any] = {
        "code": "sync_events.offset", "severity": "warn", "summary": "The sound is 40.0 ms late (1.00 frames), by the two-pop.",
        "meaning": "Lips, cuts and effects come 40 ms before their sound.", "numbers": [number], "waived": None,
        "remedy": {"summary": "Move the sound 40.0 ms earlier, the picture stays as it is.", "command": "ffmpeg …", "fix": None,
                   "steps": [["Any editing program", "Cut the sound at the picture's end."]]},
        "places": [{"frame": 3, "duration_frames": 1, "timecode": "00:00:00:03", "note": "beep +40.0 ms"}],
        "evidence": [{"title": "Beep against flash", "x_label": "seconds", "y_label": "late", "marks": [[1, "Joins"]]}],
    }  # fmt: skip
    summary, titles = (
        finding["summary"],
        {"title": "Sync events", "question": "Is the file's frame rate exactly the project's?"},
    )
    rest = {"cannot_see": "", "summary": summary, "findings": [finding], "numbers": [number], "evidence": []}
    check: dict[str, Any] = {**titles, **rest}
    steps = [finding["remedy"]["summary"]]
    verdict = {"kind": "x", "title": "Fix in post", "summary": summary, "reasons": [summary], "next_steps": steps}
    brief: dict[str, Any] = {"severity": "warn", "summary": finding["summary"], "place_count": 1, "numbers": [number]}
    answer: dict[str, Any] = {
        "report": {"verdict": verdict, "checks": [check], "render_cost": {"currency": "EUR", "text": COST}},
        "compared": {
            "appeared": [{"code": "x", **brief}],
            "gone": [],
            "changed": [{"code": "y", "before": brief, "now": brief}],
        },
        "proposal": {"codes": ["x"], "words": ["start timecode 01:00:00:00"], "container": "mov"},
        "corrections": [{"words": ["written anew as MOV"], "proof": ["pictures copied without encoding"]}],
    }
    assert report_in_words(answer) == answer
    with translation.override("de"):
        told = report_in_words(answer)
    shown = told["report"]["checks"][0]["findings"][0]
    summary = "Der Ton ist 40,0 ms zu spät (1,00 Frames), nach dem Two-Pop."
    assert (
        shown["summary"]
        == told["report"]["verdict"]["reasons"][0]
        == told["compared"]["changed"][0]["now"]["summary"]
        == summary
    )
    assert shown["remedy"]["summary"] == "Den Ton 40,0 ms früher legen, das Bild bleibt, wie es ist."
    assert shown["remedy"]["steps"] == [["Jedes Schnittprogramm", "Den Ton am Ende des Bildes abschneiden."]]
    assert shown["places"][0]["note"] == "Piepton +40,0 ms"
    assert shown["evidence"][0]["marks"] == [[1, "Nähte"]]
    assert told["report"]["verdict"]["title"] == "In der Post beheben"
    assert told["report"]["render_cost"]["text"] == COST_SAID
    assert told["proposal"]["words"] == ["Start-Timecode 01:00:00:00"]
    assert told["corrections"][0] == {"words": ["neu geschrieben als MOV"], "proof": ["Bilder ohne Kodieren kopiert"]}
