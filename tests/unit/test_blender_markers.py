"""The add-on's markers, against a scene that behaves as Blender's; and once in Blender itself where there is one."""

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from django.http import HttpRequest

from review import companions
from twopop import blender_markers
from twopop.resolve import Refused

VERSION = "2222222222222222"
PAGE = f"https://review.example/v/{VERSION}"


class Marker(dict):
    def __init__(self, name, frame):
        super().__init__()
        self._name, self.frame = "", frame
        self.name = name

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        self._name = value.encode()[:63].decode("utf-8", "ignore")  # as Blender cuts it


class Markers(list):
    def new(self, name, frame):
        self.append(Marker(name, frame))
        return self[-1]


class Scene(SimpleNamespace):
    def __init__(self, fps=24, fps_base=1.0010000467300415):
        super().__init__(frame_start=1, frame_current=1, timeline_markers=Markers())
        self.render = SimpleNamespace(fps=fps, fps_base=fps_base)

    def frame_set(self, frame):
        self.frame_current = frame


class Twopop:
    def __init__(self):
        self.comments = [self.comment("a", 0, "Too dark"), self.comment("b", 10, "é" * 40, duration_frames=5)]
        self.comments.append(self.comment("c", 10, "Same frame", replies=[{"author": {"name": "Ben"}, "text": "Yes"}]))

    @staticmethod
    def comment(pk, frame, text, **more):
        made = {"id": pk, "frame": frame, "text": text, "duration_frames": 1, "author": {"name": "Anna"}, "completed_at": None}
        return {**made, "replies": [], **more}

    def __call__(self, method, path, body):
        if method == "PATCH":
            found = next(one for one in self.comments if path == f"comments/{one['id']}")
            found["completed_at"] = "2026-01-01T00:00:00Z" if body["completed"] else None
            return {"data": found}
        if path.endswith("/media"):
            return {"data": {"rate": {"num": 24000, "den": 1001}}}
        return {"data": self.comments, "links": {"next": None}}


def seen(scene):
    return sorted((one.frame, one["twopop_id"]) for one in blender_markers.ours(scene))


def test_comments_become_markers_and_a_second_time_nothing_changes():
    scene, send = Scene(), Twopop()
    own = scene.timeline_markers.new("Own", 11)
    assert blender_markers.pull(scene, send, VERSION) == {"added": 3, "changed": 0, "removed": 0, "kept": 0}
    assert seen(scene) == [(1, "a"), (11, "b"), (11, "c")]
    assert blender_markers.pull(scene, send, VERSION) == {"added": 0, "changed": 0, "removed": 0, "kept": 3}
    send.comments[0]["completed_at"] = "2026-01-01T00:00:00Z"
    del send.comments[1]
    assert blender_markers.pull(scene, send, VERSION) == {"added": 0, "changed": 1, "removed": 1, "kept": 1}
    assert own in scene.timeline_markers
    assert next(one for one in scene.timeline_markers if one.get("twopop_id") == "a").name == "✓ Anna: Too dark"
    assert scene.timeline_markers[-1]["twopop_text"] == "Anna: Same frame\n  Ben: Yes"


def test_jumps_and_done():
    scene, send = Scene(), Twopop()
    blender_markers.pull(scene, send, VERSION)
    assert blender_markers.jump(scene, forward=True).frame == scene.frame_current == 11
    scene.frame_current = 15  # within the range of one
    assert blender_markers.complete_here(scene, send, VERSION) == 1
    assert [one["completed_at"] is None for one in send.comments] == [True, False, True]
    with pytest.raises(Refused):
        blender_markers.jump(scene, forward=True)
    assert blender_markers.jump(scene, forward=False).frame == 11


def test_what_is_refused():
    for scene in (Scene(fps_base=1.0), Scene(fps=25)):
        with pytest.raises(Refused, match="frame rate"):
            blender_markers.pull(scene, Twopop(), VERSION)
    with pytest.raises(Refused):
        blender_markers.version_id("https://review.example/projects/x")
    assert blender_markers.version_id(PAGE) == VERSION


IN_BLENDER = """
import sys, json, bpy
zipped, address, markers_file = sys.argv[sys.argv.index("--") + 1:]
bpy.ops.preferences.addon_install(filepath=zipped)
bpy.ops.preferences.addon_enable(module="twopop_comments")
own = bpy.context.preferences.addons["twopop_comments"].preferences
own.address, own.token = address, "tp_x"
scene = bpy.context.scene
scene.render.fps, scene.render.fps_base = 24, 1.001
scene.twopop_version = address + "/v/2222222222222222"
said = [bpy.ops.twopop.sync(), bpy.ops.twopop.sync(), bpy.ops.twopop.next()]
at = scene.frame_current
said.append(bpy.ops.twopop.complete())
facts = lambda one: (one.frame, one["twopop_id"], bool(one["twopop_done"]), len(one.name.encode()))
found = sorted(facts(one) for one in scene.timeline_markers)
for one in list(scene.timeline_markers): scene.timeline_markers.remove(one)
code = compile(open(markers_file, encoding="utf-8").read(), markers_file, "exec")
exec(code, {}); exec(code, {})
exported = sorted((one.frame, one["review_id"], one["review_text"]) for one in scene.timeline_markers)
rate = [scene.render.fps, round(scene.render.fps_base, 3)]
print("ANSWER " + json.dumps([[sorted(one) for one in said], at, found, exported, rate]))
"""


@pytest.mark.skipif(shutil.which("blender") is None, reason="Blender is not installed")
def test_the_addon_and_the_exported_script_run_in_blender(tmp_path):
    send = Twopop()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "null")
            answer = json.dumps(send(self.command, self.path.removeprefix("/api/v1/"), body)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        do_PATCH = do_GET  # noqa: N815 -- the base class names them so

        def log_message(self, *_):
            pass

    from media_pipeline.core.timecode import Rate
    from review.exports.markers import formats
    from review.exports.markers.timeline import Note, Timeline

    notes = tuple(Note(f"c{frame}", "Anna", 'Größe "3" \\ 🎬\nsecond line', frame) for frame in (0, 1, 999))
    (exported,) = formats.write(Timeline("Cut", Rate(24000, 1001), 0, 0, 1000, notes), "blender").files.values()
    (tmp_path / "markers.py").write_bytes(exported)
    (tmp_path / "twopop-blender.zip").write_bytes(companions.blender(HttpRequest()))
    (tmp_path / "run.py").write_text(IN_BLENDER)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        command = [
            "blender",
            "--background",
            "--factory-startup",
            "--python-exit-code",
            "3",
            "--python",
            tmp_path / "run.py",
            "--",
        ]
        done = subprocess.run(
            [*command, tmp_path / "twopop-blender.zip", address, tmp_path / "markers.py"],
            capture_output=True, text=True, check=False, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        server.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    answer = next(line for line in done.stdout.splitlines() if line.startswith("ANSWER "))
    said, at, found, of_file, rate = json.loads(answer.removeprefix("ANSWER "))
    assert said == [["FINISHED"]] * 4
    assert at == 11
    assert [one[:3] for one in found] == [[1, "a", False], [11, "b", True], [11, "c", True]]
    assert all(length <= 63 for *_, length in found)
    assert of_file == [[frame + 1, f"c{frame}", 'Anna: Größe "3" \\ 🎬\nsecond line'] for frame in (0, 1, 999)]
    assert rate == [24, 1.001]
