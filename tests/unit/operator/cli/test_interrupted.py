"""Ctrl-C: a sentence, exit code 130, and neither a process nor a temporary file is left."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.cluster.api import poll
from tests.unit.operator.cli.running import HEEDING
from tests.unit.operator.cli.test_run import job
from tests.unit.trainer.runs import write_digits

SECONDS = 120


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", HEEDING, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd=folder)


def interrupted(process: "subprocess.Popen[str]", folder: Path) -> str:
    """What is said at the end, which leaves nothing."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert psutil.wait_procs(children, timeout=SECONDS)[1] == []
    assert list((folder / "temporary").iterdir()) == []
    return err


@pytest.mark.parametrize("command", ["predict", "report"])
def test_while_the_trainer_is_asked(command: str, tmp_path: Path) -> None:
    more = ["photo.jpg"] if command == "predict" else []
    process = start(tmp_path, command, "https://127.0.0.1:1/models/x", *more)

    def children() -> list[psutil.Process]:
        assert process.poll() is None, process.communicate()
        return psutil.Process(process.pid).children()

    poll(children, bool, SECONDS, "the trainer that is asked")
    assert interrupted(process, tmp_path) == "Interrupted.\n"


@pytest.mark.slow
def test_while_a_job_runs_here_it_can_go_on(tmp_path: Path) -> None:
    write_digits(tmp_path / "claims/data/digits", classes=3, each=40)
    endless = job("endless", training={"epochs": 200, "checkpoint": {"everySeconds": 5}})
    (tmp_path / "job.yaml").write_text(json.dumps(endless))
    process = start(tmp_path, "run", "-f", "job.yaml", "--gpus", "0")
    assert process.stdout is not None
    assert any("epoch 2/200" in line for line in process.stdout)
    err = interrupted(process, tmp_path)
    assert err == "Interrupted. The same command goes on from the last checkpoint.\n"
    again = start(tmp_path, "run", "-f", "job.yaml", "--gpus", "0")
    assert again.stdout is not None
    line = next(line for line in again.stdout if "epoch " in line and "/200" in line and "loss" in line)
    assert " epoch 1/200" not in line
    interrupted(again, tmp_path)
