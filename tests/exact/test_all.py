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


def tell(place: int, of: int, text: str) -> None:
    """A line of progress, past what pytest holds back."""
    print(f"\n[{place + 1}/{of}] {text}", flush=True)


@pytest.mark.parametrize("name", BACKBONES)
def test_training_on_features_equals_training_the_whole(name: str) -> None:
    place = list(BACKBONES).index(name)
    tell(place, len(BACKBONES), f"{name} ...")
    figures = run("check", name)
    record("backbones", figures)
    tell(place, len(BACKBONES), _summary(figures))
    assert figures["crossing_sets"], "the crossing tensors of some count are not those of the definition"
    assert figures["spread"] > SMALLEST_SPREAD, "the pictures look all alike, so the comparison proves nothing"
    for cut in figures["cuts"].values():
        assert cut["equal"], cut
        assert cut["all_disturbances_seen"], cut


@pytest.mark.parametrize("name", FAMILIES)
def test_five_steps_on_features_end_where_five_steps_of_the_whole_do(name: str) -> None:
    figures = run("trajectory", name)
    record("trajectories", figures)
    tell(FAMILIES.index(name), len(FAMILIES), _steps_summary(figures))
    assert figures["loss"] <= 1
    assert figures["weights"] <= 1


def _summary(figures: dict[str, Any]) -> str:
    cuts = "; ".join(
        f"{kind} [:{cut['count']}] {cut['tensors']} tensors, loss off by {cut['loss_difference']:.1g},"
        f" gradients by {cut['gradient_to_noise']:g} of their noise, disturbed {min(cut['disturbed']):g} or more"
        for kind, cut in figures["cuts"].items()
    )
    return f"{figures['name']}: {cuts}; {figures['seconds']} s, {figures['peak_mib']} MiB"


def _steps_summary(figures: dict[str, Any]) -> str:
    return (
        f"{figures['name']}, layers[:{figures['count']}], 5 steps: losses {figures['losses']}, off by"
        f" {figures['loss']} (loss), {figures['weights']} (weights) of what is allowed, {figures['same_bits']} of"
        f" {figures['variables']} variables the same to the bit; {figures['seconds']} s, {figures['peak_mib']} MiB"
    )
