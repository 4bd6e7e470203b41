"""What a sandbox holds is gone with it, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psutil
import pytest

from tests.cluster.api import poll
from tests.nodes import cgroups, sandbox
from tests.nodes.needs import NeedError, check

# In the background, by a parent that leaves it alone, with a mount and a control group of its own.
_LEAVES = """
mount -t tmpfs tmpfs /mnt
mkdir -p /sys/fs/cgroup/pids/$(basename $TRANSFERJOB_NODES)/node-1 2>/dev/null
setsid sh -c 'echo $MARK > /dev/null; exec sleep 3601' &
ip link add nodes type bridge
touch $TRANSFERJOB_NODES/there
"""
_PROGRAM = """
import os, pathlib, time
try:
    pathlib.Path(os.environ["TRANSFERJOB_NODES"], "there").touch()
    time.sleep(3600)
except KeyboardInterrupt:
    print("taken down", flush=True)
"""


@pytest.fixture
def mark() -> str:
    try:
        check()
    except NeedError as error:
        pytest.skip(str(error))
    return uuid.uuid4().hex


def test_what_a_command_leaves_is_gone_when_it_ends(mark: str) -> None:
    before = Path("/proc/self/mounts").read_text()
    done = subprocess.run(_command(f"{_LEAVES}\nexit 7"), env=_environment(mark), timeout=60, check=False)
    assert done.returncode == 7
    assert _with(mark) == []
    assert Path("/proc/self/mounts").read_text() == before
    assert "nodes" not in {path.name for path in Path("/sys/class/net").iterdir()}
    assert _left(mark) == set()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_sandbox_whose_owner_ends_is_gone_too(mark: str, number: int) -> None:
    process = subprocess.Popen(_command(f"{_LEAVES}\nexec sleep 3600"), env=_environment(mark))
    try:
        poll(lambda: _folders(mark), lambda found: any((path / "there").exists() for path in found), 20, "the sandbox")
        process.send_signal(number)
        process.wait(60)
    finally:
        process.kill()
    poll(lambda: _with(mark), lambda left: not left, 10, "the end of what it started")
    if number == signal.SIGKILL:
        # Nobody was left to remove files and groups: that is what the option is for.
        command = [sys.executable, "-m", "tests.nodes", "--clean"]
        subprocess.run(command, env=_environment(mark), timeout=60, check=True)
    assert _left(mark) == set()


def test_ctrl_c_lets_the_command_take_its_things_down(mark: str) -> None:
    command = [sys.executable, "-m", "tests.nodes.sandbox", sys.executable, "-c", _PROGRAM]
    process = subprocess.Popen(
        command, env=_environment(mark), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        poll(lambda: _folders(mark), lambda found: any((path / "there").exists() for path in found), 20, "the sandbox")
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert said == "taken down\n"
    poll(lambda: _with(mark), lambda left: not left, 10, "the end of what it started")
    assert _left(mark) == set()


def _command(script: str) -> list[str]:
    return [sys.executable, "-m", "tests.nodes.sandbox", "sh", "-c", script]


def _environment(mark: str) -> dict[str, str]:
    folder = Path(tempfile.gettempdir()) / mark
    folder.mkdir(exist_ok=True)
    return {**os.environ, "MARK": mark, "TMPDIR": str(folder)}


def _folders(mark: str) -> list[Path]:
    return list((Path(tempfile.gettempdir()) / mark).glob(f"{sandbox.PREFIX}*"))


def _left(mark: str) -> set[str]:
    folder = Path(tempfile.gettempdir()) / mark
    names = {path.name for path in folder.iterdir()}
    folder.rmdir() if not names else None
    return names | {name for name in cgroups.names(sandbox.PREFIX) if name in names}


def _with(mark: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("MARK") == mark and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found
