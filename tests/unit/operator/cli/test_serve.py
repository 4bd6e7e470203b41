"""`transferjob serve`: a real model behind a real server, which leaves nothing when it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.unit.operator.cli.running import HEEDING, run_cli
from tests.unit.operator.cli.test_run import job, run
from tests.unit.trainer.runs import write_digits

SECONDS = 120


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of a published model with a SavedModel, and a picture."""
    folder = tmp_path_factory.mktemp("served")
    pictures = write_digits(folder / "claims/data/digits", classes=3, each=8)
    output = {"uri": "pvc://models/digits", "formats": ["SavedModel"]}
    done = run(folder, job("digits", output=output), seconds=280)
    assert done.returncode == 0, done.stderr
    digest = json.loads(done.stdout)["result"]["digest"]
    return folder / "claims/models/digits" / digest, next((pictures / "1").iterdir())


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """Where the command and what it starts put temporary files; empty again at the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


def start(temporary: Path, *arguments: str) -> "subprocess.Popen[str]":
    env = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", HEEDING, "serve", *arguments, "--port", "0"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def served(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert " is served at http://127.0.0.1:" in line, process.communicate()
    return line.split()[-1]


def gone(children: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(children, timeout=SECONDS)[1]


@pytest.mark.slow
def test_the_saved_model_answers_as_predict_does_and_ctrl_c_leaves_nothing(
    model: tuple[Path, Path], temporary: Path
) -> None:
    folder, picture = model
    process = start(temporary, str(folder))
    url = served(process)
    children = psutil.Process(process.pid).children(recursive=True)
    with urllib.request.urlopen(f"{url}predict", picture.read_bytes(), timeout=SECONDS) as reply:
        top = json.loads(reply.read())["top"]
    said = run_cli("predict", str(folder), str(picture), "-o", "json")
    expected = {entry["label"]: entry["probability"] for entry in json.loads(said.stdout)[0]["top"]}
    assert {entry["label"]: pytest.approx(entry["probability"], abs=1e-4) for entry in top} == expected
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (130, "The server has ended.\n")
    assert "POST /predict 200" in out
    assert gone(children)


@pytest.mark.slow
def test_the_server_ends_when_the_command_is_killed(model: tuple[Path, Path], temporary: Path) -> None:
    process = start(temporary, str(model[0]))
    served(process)
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate(timeout=SECONDS)
    assert gone(children)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("file:///nowhere/x",), 4, "file:///nowhere/x"),
        (("pvc://models/x",), 2, "give the folder where claims are mounted here with --claims"),
        (("no/such/folder",), 2, "There is no model 'no/such/folder'"),
    ],
)
def test_a_model_that_is_gone_is_a_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_cli("serve", *arguments, "--port", "0")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_told_before_the_model_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run_cli("serve", "file:///nowhere/x", "--port", port)
    assert done.returncode == 4
    assert done.stderr == f"Cannot listen on 127.0.0.1:{port}: Address already in use.\n"


def test_ctrl_c_while_the_model_is_looked_for_ends_at_once(temporary: Path) -> None:
    process = start(temporary, "https://127.0.0.1:1/models/x")
    child = _child(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (130, "The server has ended.\n")
    assert gone([child])


def _child(process: "subprocess.Popen[str]") -> psutil.Process:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for child in psutil.Process(process.pid).children():
            if any("serve" in word for word in child.cmdline()):
                return child
        time.sleep(0.05)
    raise AssertionError("the server was never started")
