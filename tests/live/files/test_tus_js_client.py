"""The client that browsers use, tus-js-client itself, with client and server killed again and again on the way."""

import json
import os
import random
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
FULL = os.environ.get("TWOPOP_E2E_FULL") == "1"
SIZE, KILLS = (2048 * MIB, 20) if FULL else (96 * MIB, 4)
PACE = SIZE // 8  # bytes a second at most: a busy machine must still find the upload on the way
MOST_AGAIN = MIB  # bytes on the server's disk that a kill may cost: what the kernel had not been given yet


@pytest.fixture(scope="module")
def mortal(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(prepared, tmp_path_factory.mktemp("mortal")) as running:
        yield running


def start_client(server: Server, file: Path, state: Path) -> "subprocess.Popen[str]":
    node = frontend.ensure_modules()
    script = Path(__file__).with_name("tus_client.mjs")
    module = frontend.MODULES / "tus-js-client"
    endpoint = f"{server.url}/files/"
    arguments = [str(module), endpoint, server.world["tokens"]["editor"], server.project, str(file), str(state), str(PACE)]
    return subprocess.Popen([str(node.node), str(script), *arguments], stdout=subprocess.PIPE, text=True, env=node.env())


def received(server: Server) -> int:
    """Bytes of the one upload under way."""
    parts = list((server.data / "uploads").glob("*.part"))
    return parts[0].stat().st_size if parts else 0


def has_received(server: Server, least: int, client: "subprocess.Popen[str]") -> bool:
    """Whether it has; or the client has given up."""
    return received(server) >= least or client.poll() is not None


@pytest.mark.slow
def test_client_and_server_are_killed_and_the_file_arrives(mortal: Server, tmp_path: Path):
    """At random places, in random order, each as often as the other."""
    chance = random.Random(20)
    file, state = tmp_path / "grade.mov", tmp_path / "resume.json"
    with file.open("wb") as writer:
        for _ in range(SIZE // MIB):
            writer.write(os.urandom(MIB))
    victims = ["client", "server"] * (KILLS // 2)
    chance.shuffle(victims)
    places, output = [], ""
    client = start_client(mortal, file, state)
    for number, victim in enumerate(victims):
        mark = int(SIZE * (number + chance.uniform(0.3, 0.7)) / (KILLS + 1))
        mortal.wait(partial(has_received, mortal, mark, client), 120)
        assert client.poll() is None, client.communicate()[0]
        if victim == "client":
            client.send_signal(signal.SIGKILL)
            output += client.communicate()[0]
        else:
            mortal.kill("web")
        places.append(received(mortal))
        assert places[-1] < SIZE, f"the {victim} was too fast to be killed on the way"
        if victim == "client":
            client = start_client(mortal, file, state)
        else:
            mortal.start_web()
    output += client.communicate(timeout=300)[0]
    log: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    assert client.returncode == 0, log
    heads = [entry["offset"] for entry in log if entry.get("method") == "HEAD" and entry["status"] == 200]
    # Each answer belongs to the nearest kill: the server still drains the connection of a client that is dead, so that it
    # may have more than at the kill, but by far not as much as lies between two of them.
    resumed = {min(places, key=lambda place: abs(place - offset)): offset for offset in sorted(heads)}
    assert set(resumed) == set(places), "an upload that did not go on where it was killed"
    again = [place - offset for place, offset in resumed.items()]
    assert len(heads) >= KILLS
    assert max(again) <= MOST_AGAIN, "went on, did not begin anew"
    costs = [max(0, cost) for cost in again]
    print(f"{KILLS} kills over {SIZE} bytes: {max(costs)} bytes of one, {sum(costs)} of all were sent again")
    assert [entry["method"] for entry in log if entry.get("method") == "POST"] == ["POST"]
    version = log[-1]["version"]
    name, digest = mortal.query(
        "SELECT original_name, sha256 FROM review_version v JOIN media_pipeline_media m ON m.id = media_id WHERE v.id = ?",
        version,
    )[0]
    assert name == "grade 🎬.mov"
    stored = mortal.data / "media" / "originals" / digest[:2] / digest
    said, real, sent = (line.split()[0] for line in [digest, sha256sum(stored), sha256sum(file)])
    assert said == real == sent


def sha256sum(path: Path) -> str:
    return subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout
