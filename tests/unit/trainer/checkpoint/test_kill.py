"""kill -9 at named points of writing a checkpoint and at random moments: the next attempt finds a whole one."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.trainer.checkpoint.states import files_of, is_state_at, local_storage, store_in

# The system calls are the operating system's, not ours: the process dies right before or after one of them.
WRITES = """
import os, signal, sys
from pathlib import Path
from tests.unit.trainer.checkpoint.states import local_storage, state_at, store_in

folder, first, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
point, number = sys.argv[4], int(sys.argv[5])
calls = 0

def dying(call, when):
    def wrapped(*arguments, **named):
        global calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = call(*arguments, **named)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped

if point != "-":
    when, name = point.split()
    owner = os if name == "fsync" else Path
    setattr(owner, name, dying(getattr(owner, name), when))
store = store_in(local_storage(folder), folder, f"pod-{first}")
for step in range(first, first + 1000):
    store.save(state_at(1, step, size=size), 0.0)
    print(step, flush=True)
"""


def writing(folder: Path, first: int, size: int, point: str = "-", number: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITES, str(folder), str(first), str(size), point, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(process: subprocess.Popen[str]) -> int:
    """The last step that the process said it had written, 0 for none."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == -9
    return int((output.split() or ["0"])[-1])


def newest(folder: Path) -> int:
    """The step of the newest checkpoint, whose content is checked; 0 for none."""
    found = store_in(local_storage(folder), folder, "reader").newest()
    if found is None:
        return 0
    step = found.state.document.position.step
    assert is_state_at(found.state, 1, step)
    return step


@pytest.mark.parametrize("point", ["before fsync", "after fsync", "before replace", "after replace", "before unlink"])
@pytest.mark.parametrize("number", [1, 4, 7])
def test_killed_at_a_named_point(tmp_path: Path, point: str, number: int) -> None:
    said = killed(writing(tmp_path, 1, 100, point, number))
    found = newest(tmp_path)
    assert found in (said, said + 1), "what was written is there; at most the one in hand is lost"
    said = killed(writing(tmp_path, found + 1, 100, "before fsync", 9))
    assert newest(tmp_path) >= said > found
    assert len(files_of(local_storage(tmp_path))) <= 3


def test_killed_at_random_moments(tmp_path: Path) -> None:
    moments = random.Random(5)
    last = 0
    for _ in range(8):
        process = writing(tmp_path, last + 1, 400_000)
        assert process.stdout is not None
        process.stdout.readline()
        # Somewhere in the next writings, which take a few tens of milliseconds each.
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0, 0.15))
        process.kill()
        said = max(killed(process), last)
        found = newest(tmp_path)
        assert said <= found <= said + 1
        last = found
    assert last > 8
    assert len(files_of(local_storage(tmp_path))) <= 3
