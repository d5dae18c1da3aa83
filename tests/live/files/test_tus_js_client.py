"""The client that browsers use, tus-js-client itself, with client and server killed on the way."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bootstrap import frontend
from tests.live.files.conftest import Server, serving

MIB = 1024 * 1024
SIZE = 384 * MIB


@pytest.fixture(scope="module")
def mortal(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared, tmp_path_factory.mktemp("mortal")) as running:
        yield running


def start_client(server: Server, file: Path, state: Path) -> "subprocess.Popen[str]":
    node = frontend.ensure_modules()
    script = Path(__file__).with_name("tus_client.mjs")
    module = frontend.MODULES / "tus-js-client"
    endpoint = f"{server.url}/files/"
    arguments = [str(module), endpoint, server.world["tokens"]["editor"], server.project, str(file), str(state)]
    return subprocess.Popen([str(node.node), str(script), *arguments], stdout=subprocess.PIPE, text=True, env=node.env())


def received(server: Server) -> int:
    """Bytes of the one upload under way."""
    parts = list((server.data / "uploads").glob("*.part"))
    return parts[0].stat().st_size if parts else 0


def has_received(server: Server, least: int) -> bool:
    return received(server) >= least


def test_client_and_server_are_killed_and_the_file_arrives(mortal: Server, tmp_path: Path):
    file, state = tmp_path / "final.mov", tmp_path / "resume.json"
    with file.open("wb") as writer:
        for _ in range(SIZE // MIB):
            writer.write(os.urandom(MIB))
    client = start_client(mortal, file, state)
    mortal.wait(partial(has_received, mortal, SIZE * 3 // 10), 60)
    client.send_signal(signal.SIGKILL)
    client.wait()
    at_kill = received(mortal)
    assert at_kill < SIZE, "the client was too fast to be killed on the way"

    client = start_client(mortal, file, state)
    mortal.wait(partial(has_received, mortal, max(SIZE * 6 // 10, at_kill + 1)), 60)
    mortal.kill("web")
    at_crash = received(mortal)
    assert at_crash < SIZE, "the client was too fast for the server to be killed on the way"
    mortal.start_web()

    output, _ = client.communicate(timeout=60)
    log: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    assert client.returncode == 0, log
    heads = [entry for entry in log if entry.get("method") == "HEAD"]
    assert heads[0]["offset"] >= at_kill - MIB  # went on, did not begin anew
    assert heads[-1]["offset"] >= at_crash - MIB
    assert not [entry for entry in log if entry.get("method") == "POST"]
    version = log[-1]["version"]
    name, digest = mortal.query(
        "SELECT original_name, sha256 FROM review_version v JOIN media_pipeline_media m ON m.id = media_id WHERE v.id = ?",
        version,
    )[0]
    assert name == "final 🎬.mov"
    stored = mortal.data / "media" / "originals" / digest[:2] / digest
    said, real, sent = (line.split()[0] for line in [digest, sha256sum(stored), sha256sum(file)])
    assert said == real == sent


def sha256sum(path: Path) -> str:
    return subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout
