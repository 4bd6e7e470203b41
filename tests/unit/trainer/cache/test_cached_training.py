"""Training on kept features is training on pictures, to rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.cache.data import job_of, lively_network, prepared
from tests.unit.trainer.runs import write_digits
from transferjob_trainer.log import RunLog
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.train.fit import make_session

SGD = {"name": "SGD", "learningRate": 1e-6}
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


def trained(job: Any, scratch: Path) -> tuple[Any, list[str], dict[str, Any]]:
    """Probabilities of the final pictures after training, the lines of the log, and what has moved."""
    lines: list[str] = []
    network = lively_network(job)
    with prepared(job, network, scratch, lines) as data:
        session = make_session(network, job, data.source, ProgressBoard("pod"), RunLog(str))
        session.run()
        state = session.capture()
        return data.probabilities(data.dataset.final), lines, dict(state.arrays)


@pytest.mark.parametrize(("name", "freeze", "mode", "told"), CASES)
def test_the_same_as_on_pictures(
    name: str, freeze: dict[str, Any], mode: str, told: str, pictures: Path, tmp_path: Path
) -> None:
    parts = {"epochs": 2, "optimizer": SGD}
    plain, _, moved = trained(job_of(pictures, name, freeze, **parts, featureCache={"mode": "Off"}), tmp_path)
    kept, lines, moved_too = trained(job_of(pictures, name, freeze, **parts, featureCache={"mode": mode}), tmp_path)
    assert told in lines[0]
    assert np.abs(plain - kept).max() < 1e-5
    assert np.ptp(plain, axis=0).max() > 0.01
    assert moved.keys() == moved_too.keys()
    for key, value in moved.items():
        np.testing.assert_allclose(value, moved_too[key], rtol=2e-4, atol=2e-5, err_msg=key)
