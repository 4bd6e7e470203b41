"""Run files, networks and small real datasets for tests of the trainer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.contract.backbone import BackboneSpec
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.data import Dataset, Examples
from transferjob_trainer.evaluate import evaluation, probabilities
from transferjob_trainer.network import Network, build_network

JOB_UID = "0b0b0b0b-0000-4000-8000-000000000001"
SIDE = 32


def run_document(**parts: Any) -> dict[str, Any]:
    """A run of MobileNet with random weights on the digits; keyword arguments replace whole parts."""
    return {
        "version": 1,
        "job": {"namespace": "default", "name": "digits", "uid": JOB_UID},
        "backbone": {"name": "MobileNet", "weights": "none"},
        "input": {"height": SIDE, "width": SIDE},
        "freeze": {"layers": 40},
        "dataset": {"uri": "sklearn://digits"},
        "training": {"epochs": 1},
        "output": {"uri": "file:///nowhere", "formats": ["Keras"]},
        **parts,
    }


def parsed_run(**parts: Any) -> RunFile:
    """The run file of run_document."""
    return RunFile.model_validate(run_document(**parts))


def write_run(folder: Path, **parts: Any) -> Path:
    """run_document as a file, with an output folder beside it unless told otherwise."""
    output = {"uri": f"file://{folder}/output", "formats": ["Keras"]}
    path = folder / "run.json"
    path.write_text(json.dumps(run_document(**{"output": output, **parts})))
    return path


def backbone(name: str, side: int = SIDE) -> Any:
    """A backbone with random weights."""
    return build_backbone(BackboneSpec(name=name, weights="none"), side, side)


def network(name: str, freeze: dict[str, Any], *, side: int = SIDE, **parts: Any) -> Network:
    """A network with random weights for ten classes."""
    run = parsed_run(backbone={"name": name, "weights": "none"}, freeze=freeze, **parts)
    return build_network(run, backbone(name, side), side, side, 10)


def digits(train: int, validation: int = 64) -> Dataset:
    """The first of scikit-learn's digits at 32 x 32, ten classes."""
    both = load_digits()
    grey = np.rint(both.images[: train + validation] * (255 / 16)).astype(np.uint8)
    images = np.repeat(grey.repeat(4, axis=1).repeat(4, axis=2)[..., None], 3, axis=3)
    labels = both.target[: train + validation].astype(np.int32)
    paths = tuple(f"{index:04d}.png" for index in range(len(labels)))
    return Dataset(
        train=Examples(images[:train], labels[:train], paths[:train]),
        validation=Examples(images[train:], labels[train:], paths[train:]),
        classes=tuple("0123456789"),
        digest="d" * 64,
    )


def write_digits(folder: Path, *, classes: int = 10, each: int = 12) -> Path:
    """A folder a class, with PNG files of real digits."""
    both = load_digits()
    for label in range(classes):
        (folder / str(label)).mkdir(parents=True)
        for index in np.flatnonzero(both.target == label)[:each]:
            grey = np.rint(both.images[index] * (255 / 16)).astype(np.uint8)
            Image.fromarray(grey).save(folder / str(label) / f"{index:04d}.png")
    return folder


def evaluate(model: Any, examples: Examples) -> dict[str, float]:
    """The final figures of a model over examples."""
    outputs = probabilities(model, examples)
    names = [str(index) for index in range(outputs.shape[1])]
    return evaluation(outputs, examples.labels, names, "validation").metrics()


def random_pixels(count: int, side: int = SIDE, seed: int = 0) -> Any:
    """uint8 [count, side, side, 3], every value likely."""
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8)
