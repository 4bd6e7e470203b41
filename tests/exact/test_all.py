"""Invariant 2 on all 40 backbones and, over five steps, on the smallest of each family; `make test-exact`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.exact.record import record
from transferjob_trainer.contract.backbone_table import BACKBONES

pytestmark = [pytest.mark.exact, pytest.mark.timeout(1800)]
ROOT = Path(__file__).parents[2]
FAMILIES = (
    "Xception",
    "VGG16",
    "ResNet50",
    "ResNet50V2",
    "InceptionV3",
    "MobileNetV3Small",
    "DenseNet121",
    "NASNetMobile",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "ConvNeXtTiny",
)
"""The smallest member of each of the 11 families."""
SMALLEST_SPREAD = 0.1


LONGEST_SECONDS = 1200


def run(module: str, name: str) -> dict[str, Any]:
    """Figures that the module prints, from a process of its own: names and memory are those of a first build."""
    command = [sys.executable, "-m", f"tests.exact.{module}", name]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
    )
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr[-4000:]}"
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.mark.parametrize("name", BACKBONES)
def test_training_on_features_equals_training_the_whole(name: str) -> None:
    figures = run("check", name)
    record("backbones", figures)
    assert figures["crossing_sets"], "the crossing tensors of some count are not those of the definition"
    assert figures["spread"] > SMALLEST_SPREAD, "the pictures look all alike, so the comparison proves nothing"
    for cut in figures["cuts"].values():
        assert cut["equal"], cut
        assert cut["all_disturbances_seen"], cut


@pytest.mark.parametrize("name", FAMILIES)
def test_five_steps_on_features_end_where_five_steps_of_the_whole_do(name: str) -> None:
    figures = run("trajectory", name)
    record("trajectories", figures)
    assert figures["loss"] <= 1
    assert figures["weights"] <= 1
