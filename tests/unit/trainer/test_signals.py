"""SIGTERM is heard from the first moment on, and nothing takes it for a failure of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cluster.api import poll
from tests.cluster.ports import LOOPBACK
from transferjob_trainer.contract import ExitCode, decode_termination
from transferjob_trainer.signals import EARLY_EXIT, Terminated, end_on_sigterm


def catches_sigterm(process: int) -> bool:
    """Whether the process has a handler of its own."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        name, _, mask = line.partition(":")
        if name == "SigCgt":
            return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)
    return False


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "transferjob_trainer", "--listen", f"{LOOPBACK}:0", *arguments]
    # TensorFlow writes the sources of its graphs there, and a trainer that is killed leaves them.
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "TMPDIR": scratch}
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def test_the_code_before_the_table_is_imported_is_that_of_the_table() -> None:
    assert ExitCode.PREEMPTED == EARLY_EXIT


def test_no_handler_of_exceptions_swallows_it() -> None:
    def swallow() -> None:
        with suppress(Exception):
            signal.raise_signal(signal.SIGTERM)

    end_on_sigterm()
    with pytest.raises(Terminated):
        swallow()
    # The end has begun: a second signal changes nothing.
    signal.raise_signal(signal.SIGTERM)


def test_told_to_end_while_it_starts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.json")
    with started("--run", str(tmp_path / "run.json")) as process:
        poll(lambda: catches_sigterm(process.pid), bool, 20, "a handler")
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert process.returncode == ExitCode.PREEMPTED, output
    assert "Traceback" not in output


def test_told_to_end_while_it_waits_for_something(tmp_path: Path) -> None:
    run, log = tmp_path / "run.json", tmp_path / "termination"
    os.mkfifo(run)
    # The pipe opens for writing once the trainer reads from it.
    with started("--run", str(run), "--termination-log", str(log)) as process, run.open("wb"):
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert process.returncode == ExitCode.PREEMPTED, output
    assert "Traceback" not in output
    message = decode_termination(log.read_text())
    assert message is not None
    assert message.reason == "Preempted"
