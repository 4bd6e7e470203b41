"""Several workers as processes on loopback: together they are one, and they end together."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cluster.ports import LOOPBACK, free_ports
from tests.component.trainer.resuming import published_weights, same_bits, wait_for, went_on_from
from tests.component.trainer.test_end_to_end import Trainer, published, started
from tests.unit.trainer.runs import write_digits, write_run
from transferjob_trainer.contract import Progress
from transferjob_trainer.contract.environment import COMPLETION_INDEX, PEERS, POD_UID, WORKERS

EXACT: dict[str, Any] = {
    "backbone": {"name": "VGG16", "weights": "none"},
    "freeze": {"layers": 15},
    "training": {"epochs": 3, "batchSize": 32, "optimizer": {"name": "SGD", "learningRate": 0.001}},
}
"""Neither statistics of a worker's own rows (no BatchNorm) nor random layers: what is left is the order of sums."""
Undisturbed = tuple[list[tuple[float, ...]], dict[str, Any]]
LOST_SECONDS = 20.0
"""From a kill to the other's end; noticed at once, then TensorFlow has to leave."""


@contextmanager
def workers(run: Path, count: int = 2, attempt: str = "a") -> Iterator[list[Trainer]]:
    """The workers of one attempt, each in a folder of its own with the same run file."""
    peers = ",".join(f"{LOOPBACK}:{port}" for port in free_ports(count))
    with ExitStack() as stack:
        yield [
            stack.enter_context(started(_copied(run, index), **_environment(index, count, peers, attempt)))
            for index in range(count)
        ]


def _environment(index: int, count: int, peers: str, attempt: str) -> dict[str, str]:
    return {WORKERS: str(count), PEERS: peers, COMPLETION_INDEX: str(index), POD_UID: f"{attempt}-{index}"}


def _copied(run: Path, index: int) -> Path:
    folder = run.parent / f"worker-{index}"
    folder.mkdir(exist_ok=True)
    copy = folder / "run.json"
    copy.write_text(run.read_text())
    return copy


def losses(printed: str) -> list[tuple[float, ...]]:
    """Loss, accuracy and both of validation of each epoch in a log."""
    pattern = r"epoch \d+/\d+  loss ([\d.]+)  accuracy ([\d.]+)  val. loss ([\d.]+)  val. accuracy ([\d.]+)"
    return [tuple(map(float, found)) for found in re.findall(pattern, printed)]


def same_to(tolerance: float, one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(
        np.allclose(one[name], other[name], rtol=tolerance, atol=tolerance) for name in one
    )


def test_two_workers_are_one(tmp_path: Path) -> None:
    # 95 examples to train on: the last batch is smaller, and its halves are not equal.
    data = {"uri": f"file://{write_digits(tmp_path / 'digits')}"}
    parts = {"dataset": data, **EXACT}
    (tmp_path / "alone").mkdir()
    (tmp_path / "both").mkdir()
    both = write_run(tmp_path / "both", **parts)
    with started(write_run(tmp_path / "alone", **parts)) as single, workers(both) as (chief, other):
        code, reference, _ = single.end()
        assert code == 0, reference
        code, printed, message = chief.end()
        assert code == 0, printed
        code, others, heard = other.end()
        assert code == 0, others
    assert "worker 1 of 2, attempt a-0" in others
    assert losses(printed) == losses(others)
    assert len(losses(reference)) == 3
    np.testing.assert_allclose(losses(printed), losses(reference), atol=1.01e-4)
    assert heard.result == message.result
    assert published(tmp_path / "both/output").attempt == "a-0"
    assert same_to(1e-4, published_weights(tmp_path / "alone/output"), published_weights(tmp_path / "both/output"))


def _long_run(folder: Path, every: int) -> Path:
    folder.mkdir()
    return write_run(
        folder,
        freeze={"layers": 80},
        head={"layers": [{"dense": {"units": 16}}, {"dropout": {"rate": 0.3}}]},
        training={"epochs": 4, "batchSize": 16, "deterministic": True, "checkpoint": {"everySeconds": every}},
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Of two workers which nothing has interrupted, the figures of each epoch and the weights that they publish."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with workers(_long_run(folder / "run", 86_400)) as (chief, _):
        code, printed, _message = chief.end()
    assert code == 0, printed
    return losses(printed), published_weights(folder / "run/output")


def _ends_like(undisturbed: Undisturbed, run: Path) -> None:
    """The next attempt goes on from a checkpoint, and nobody can tell by what follows or by its weights."""
    with workers(run, attempt="b") as both:
        ends = [worker.end() for worker in both]
    assert [code for code, _, _ in ends] == [0, 0], ends
    assert went_on_from(ends[0][1]) is not None
    figures, weights = undisturbed
    went_on = losses(ends[0][1])
    assert went_on
    assert went_on == figures[-len(went_on) :]
    assert same_bits(weights, published_weights(run.parent / "output"))


def _killed(run: Path, victim: int, reached: Callable[[Progress], bool]) -> tuple[str, Any]:
    """Output and message of the other one, which must end soon."""
    with workers(run) as both:
        wait_for(both[0], reached, "the moment to kill")
        both[victim].process.kill()
        killed = time.monotonic()
        code, printed, message = both[1 - victim].end(60)
        assert time.monotonic() - killed < LOST_SECONDS
    assert (code, message.reason) == (76, "PeerLost"), printed
    assert not (run.parent / "output/latest.json").exists()
    return printed, message


@pytest.mark.slow
def test_the_chief_is_killed_the_other_ends_soon_and_the_next_attempt_ends_the_same(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    run = _long_run(tmp_path / "run", 1)
    _killed(run, 0, lambda seen: seen.checkpoint is not None and seen.epoch in (2, 3))
    _ends_like(undisturbed, run)


@pytest.mark.slow
def test_another_is_killed_and_the_chief_keeps_the_last_step_of_both(tmp_path: Path, undisturbed: Undisturbed) -> None:
    run = _long_run(tmp_path / "run", 86_400)
    printed, message = _killed(run, 1, lambda seen: seen.epoch in (2, 3))
    (place,) = re.findall(r"a worker is lost after epoch (\d+), step (\d+)", printed)
    assert (message.checkpoint.epoch, message.checkpoint.step) == tuple(map(int, place))
    _ends_like(undisturbed, run)


@pytest.mark.slow
@pytest.mark.parametrize("told", [0, 1])
def test_one_is_told_to_end_and_all_stop_at_the_same_step(tmp_path: Path, undisturbed: Undisturbed, told: int) -> None:
    run = _long_run(tmp_path / "run", 86_400)
    with workers(run) as both:
        wait_for(both[0], lambda seen: seen.epoch == 2, "the second epoch")
        both[told].process.send_signal(signal.SIGTERM)
        ends = [worker.end(60) for worker in both]
    assert [code for code, _, _ in ends] == [75, 75], ends
    assert len(list((tmp_path / "run/output/checkpoints").rglob("*.safetensors"))) == 1
    assert "goes on from the checkpoint of epoch" in ends[0][2].message
    assert "worker 0 keeps the checkpoints" in ends[1][2].message
    _ends_like(undisturbed, run)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
