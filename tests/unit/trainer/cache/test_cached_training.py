"""Training on kept features is training on pictures: to the bit as written, to rounding as TensorFlow rewrites it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.cache.data import job_of
from tests.unit.trainer.cache.trainings import Training, trained, written_order
from tests.unit.trainer.runs import write_digits
from transferjob_trainer.contract.run_file import RunFile

RATE = 1e-3
ONE_ROUNDING = 6e-8
DISTURBANCE = 1e-3
LOSS_TOLERANCE = 1e-5
NOISE_FACTOR = 10
INSIDE_A_BLOCK = {"upTo": "block_5_depthwise_BN"}
CASES = [
    pytest.param("MobileNetV2", INSIDE_A_BLOCK, "Memory", "2 tensors", id="inside a block"),
    pytest.param("MobileNet", {"all": True}, "Disk", "after pooling", id="all frozen"),
    pytest.param(
        "EfficientNetB0", {"layers": 100}, "Disk", "on disk", id="drop-connect in front", marks=pytest.mark.slow
    ),
]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_digits(tmp_path_factory.mktemp("data") / "digits", classes=3, each=16)


def job(pictures: Path, name: str, freeze: dict[str, Any], mode: str) -> RunFile:
    """Two epochs whose BatchNorms behind the cut use and move their statistics: without, few steps of such a rate
    leave nothing but infinities."""
    optimizer = {"name": "SGD", "learningRate": RATE}
    cache = {"mode": mode}
    return job_of(pictures, name, freeze, epochs=2, optimizer=optimizer, featureCache=cache, batchNormalization="Train")


@pytest.mark.parametrize(("name", "freeze", "mode", "told"), CASES)
def test_the_same_to_the_bit_as_on_pictures(
    name: str, freeze: dict[str, Any], mode: str, told: str, pictures: Path, tmp_path: Path
) -> None:
    with written_order():
        plain = trained(job(pictures, name, freeze, "Off"), tmp_path)
        kept = trained(job(pictures, name, freeze, mode), tmp_path)
    assert told in kept.lines[0]
    assert plain.losses == kept.losses
    assert np.isfinite(plain.losses).all()
    assert plain.end.keys() == kept.end.keys()
    assert different(plain.start, kept.start) == []
    assert different(plain.end, kept.end) == []
    assert len(different(plain.start, plain.end)) > 1
    assert np.array_equal(plain.probabilities, kept.probabilities)


@pytest.mark.slow
def test_rewritten_graphs_are_no_further_apart_than_one_rounding(pictures: Path, tmp_path: Path) -> None:
    plain = trained(job(pictures, "MobileNetV2", INSIDE_A_BLOCK, "Off"), tmp_path)
    kept = trained(job(pictures, "MobileNetV2", INSIDE_A_BLOCK, "Memory"), tmp_path)
    rounded = trained(job(pictures, "MobileNetV2", INSIDE_A_BLOCK, "Off"), tmp_path, nudge=ONE_ROUNDING)
    disturbed = trained(job(pictures, "MobileNetV2", INSIDE_A_BLOCK, "Off"), tmp_path, nudge=DISTURBANCE)
    noise = apart(plain, rounded)
    allowed = np.maximum(LOSS_TOLERANCE, NOISE_FACTOR * noise)
    print(f"\nplain against cached {apart(plain, kept)}, one rounding {noise}, a thousandth {apart(plain, disturbed)}")
    assert apart(plain, kept)[0] <= LOSS_TOLERANCE
    assert (apart(plain, kept) <= allowed).all()
    assert (apart(plain, disturbed) > allowed).any()


def different(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names of the arrays of both that are not the same to the bit."""
    return [name for name in one.keys() & other.keys() if not np.array_equal(one[name], other[name])]


def apart(one: Training, other: Training) -> Any:
    """Relative distance of the losses, step by step."""
    losses = np.array(one.losses)
    return np.abs(losses - other.losses) / losses
