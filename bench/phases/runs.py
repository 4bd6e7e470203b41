"""Runs of the real trainer, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

BACKBONE = "MobileNet"
SIDE = 32
TEST_PICTURES = 200
"""Pictures a class on which a run's figures are taken; it learns from none of them."""
VALIDATION_SHARE = 0.2
"""Share of the labels that chooses the best epoch."""


def pretrained(folder: Path, pictures: Path, epochs: int, alpha: float = 1.0) -> Path:
    """Trains a backbone from random weights and returns the file of its weights."""
    result = trained(
        folder,
        {
            "backbone": {"name": BACKBONE, "weights": "none", "arguments": {"alpha": alpha}},
            "freeze": {"none": True},
            "dataset": {"uri": f"file://{pictures}", "validation": {"fraction": 0.1}},
            "training": {"epochs": epochs, "batchSize": 64, "schedule": {"name": "Cosine"}},
        },
    )
    print(f"backbone: {result['metrics']['accuracy']:.1%} on its own classes' held-out pictures", flush=True)
    return next(folder.glob("*/*.weights.h5"))


def kept_backbone(kept: Path, folder: Path, write: Callable[[Path], object], epochs: int, alpha: float = 1.0) -> Path:
    """The file of a backbone's weights, trained where it is not there yet.

    Args:
        kept: where it is kept.
        folder: for pictures and the run; gone afterwards.
        write: writes the pictures, one folder a class, to a new folder.
        epochs: of its training.
        alpha: width of MobileNet.
    """
    if not kept.exists():
        shutil.rmtree(folder, ignore_errors=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        write(folder / "known")
        shutil.move(pretrained(folder / "run", folder / "known", epochs, alpha), kept)
        shutil.rmtree(folder)
    return kept.resolve()


def transfer(
    folder: Path,
    pictures: Path,
    labels: int,
    weights: str,
    freeze: dict[str, Any],
    training: dict[str, Any],
    test: int = TEST_PICTURES,
) -> dict[str, Any]:
    """Result of a job with few labels, with its accuracy on pictures that it did not see.

    Args:
        folder: New folder for the run.
        pictures: One folder a class, `labels` + `test` pictures in each.
        labels: Pictures a class that are learned from, those for validation included.
        weights: spec.backbone.weights.
        freeze: spec.freeze.
        training: spec.training.
        test: Pictures a class that figures are taken on.
    """
    every = labels + test
    dataset = {
        "uri": f"file://{pictures}",
        "validation": {"fraction": round(VALIDATION_SHARE * labels / every, 4)},
        "test": {"fraction": round(test / every, 4)},
    }
    spec = {"backbone": {"name": BACKBONE, "weights": weights}, "freeze": freeze, "dataset": dataset}
    return trained(folder, {**spec, "training": {"batchSize": 16, **training}})


def trained(folder: Path, spec: dict[str, Any]) -> dict[str, Any]:
    """The result document of one run.

    Raises:
        SystemExit: the run failed; its last words are shown.
    """
    folder.mkdir(parents=True)
    document = {
        "version": 1,
        "job": {"namespace": "bench", "name": folder.name, "uid": "0b0b0b0b-0000-4000-8000-000000000002"},
        "input": {"height": SIDE, "width": SIDE},
        "output": {"uri": f"file://{folder}", "formats": ["Keras"]},
        **spec,
    }
    run_file = folder / "run.json"
    run_file.write_text(json.dumps(document))
    command = [sys.executable, "-m", "transferjob_trainer", "--run", str(run_file), "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    command += ["--termination-log", str(folder / "termination")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(
            f"{folder.name} ended with exit code {done.returncode}: {done.stdout[-1000:]}{done.stderr[-500:]}"
        )
    result: dict[str, Any] = json.loads(next(folder.glob("*/result.json")).read_text())
    return result
