"""A process in which nothing moves ends itself, and says where it hung."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cluster.ports import LOOPBACK
from tests.unit.trainer.test_refusals import message_of
from transferjob_trainer.contract.progress import Progress
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.watchdog import watching

HELD_LOCK = """
import ctypes, sys
from transferjob_trainer import watchdog
from transferjob_trainer.progress_board import ProgressBoard
watchdog._SECOND_LINE_SECONDS = 1.0
with watchdog.watching(ProgressBoard("pod"), lambda *_: None, 2.0):
    print("begun", flush=True)
    ctypes.PyDLL(None).sleep(60)
"""


def test_a_run_that_hangs_dumps_its_stacks_and_ends_as_stalled(tmp_path: Path) -> None:
    log = tmp_path / "termination"
    os.mkfifo(tmp_path / "run.json")
    command = [sys.executable, "-m", "transferjob_trainer", "--run", str(tmp_path / "run.json")]
    command += ["--listen", f"{LOOPBACK}:0", "--termination-log", str(log), "--stall-seconds", "2"]
    started = time.monotonic()
    # Nobody writes to the pipe: the run waits for its own run file.
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78, done.stderr
    assert time.monotonic() - started < 30
    message = message_of(log)
    assert message.reason == "Stalled"
    assert "nothing moved for 2 s in stage Starting" in message.message
    assert "starts from the beginning" in message.message
    assert "read_run_file" in done.stderr, "the place where it hangs"
    assert "Thread" in done.stderr


def test_when_no_thread_of_ours_can_run_the_process_still_ends() -> None:
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", HELD_LOCK], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "begun\n")
    assert time.monotonic() - started < 30
    assert "Timeout" in done.stderr


def test_what_moves_is_left_alone() -> None:
    board = ProgressBoard("pod")
    seen: list[tuple[Progress, float]] = []
    with watching(board, lambda progress, limit: seen.append((progress, limit)), 3.0):
        end = time.monotonic() + 5
        while time.monotonic() < end:
            board.update(step=1)
            time.sleep(0.1)
        assert seen == []
        board.update(stage="Training", epoch=2)
        end = time.monotonic() + 20
        while not seen and time.monotonic() < end:
            time.sleep(0.1)
    assert [(progress.stage, progress.epoch, limit) for progress, limit in seen] == [("Training", 2, 3.0)]


def test_a_movement_that_no_field_tells_counts() -> None:
    board = ProgressBoard("pod")
    before = board.read()
    board.moved()
    assert board.read() is before, "at most once a second"
    board._progress = before.model_copy(update={"updated_time": before.updated_time - 2})
    board.moved()
    assert board.read().updated_time >= before.updated_time


@pytest.mark.parametrize("text", ["0", "-1", "x", "inf", "nan"])
def test_a_limit_that_is_none(text: str) -> None:
    command = [sys.executable, "-m", "transferjob_trainer", "--stall-seconds", text]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "must be a positive number of seconds" in done.stderr
