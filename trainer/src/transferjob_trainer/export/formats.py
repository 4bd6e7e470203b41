"""Writes the model in its formats into a folder, and compares what was written with what was trained."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract.image_input import ResizeSpec
from ..contract.result import ArtifactFormat
from ..disk import is_full
from ..errors import ExportFailed
from ..network import Network
from .compare import Reference, first_line, must_agree
from .labels import labels_text
from .litert import run_litert, write_litert
from .onnx_file import run_onnx, write_onnx
from .saved_model import run_saved_model, write_saved_model

SAVED_MODEL_TOLERANCE = 1e-5
CONVERTED_TOLERANCE = 1e-4
"""Largest difference of a probability. A converted file adds up in another order, with other kernels."""
COMPARED_PICTURES = 16
PATHS: dict[ArtifactFormat, str] = {
    "Keras": "model.keras",
    "SavedModel": "savedmodel",
    "LiteRT": "model.tflite",
    "ONNX": "model.onnx",
    "BackboneWeights": "backbone.weights.h5",
    "Labels": "labels.txt",
    "Metrics": "metrics.json",
    "TensorBoard": "tensorboard",
    "Report": "report.html",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    formats: tuple[ArtifactFormat, ...]
    differences: dict[str, float]
    """Largest difference from Keras of a probability, by format."""
    failure: ExportFailed | None = None
    """Why a format is missing that was asked for."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a format is written and run."""

    write: Callable[[], None]
    run: Callable[[Any], Any]
    tolerance: float


def export(
    network: Network, folder: Path, *, formats: Sequence[str], classes: Sequence[str], resize: ResizeSpec, pictures: Any
) -> Exported:
    """Writes the model, its labels and its backbone's weights.

    A format that cannot be written or answers otherwise than Keras ends the exports: its file is removed, and the
    failure is in what is returned, so that the caller can keep what was good.

    Args:
        network: the trained network, computing in float32.
        folder: an empty folder.
        formats: formats that the spec asks for; Keras is always written.
        classes: names in the order of the outputs.
        resize: how pictures of another size are brought to the network's.
        pictures: real ones, uint8 [n, h, w, 3], on which the exports are compared with Keras.
    """
    import keras

    # A model around the same layers that was never compiled: without optimizer state and without our loss.
    model = keras.Model(network.model.inputs, network.model.outputs, name=network.model.name)
    model.save(folder / PATHS["Keras"])
    network.backbone.save_weights(folder / PATHS["BackboneWeights"])
    (folder / PATHS["Labels"]).write_text(labels_text(classes), encoding="utf-8")
    written: list[ArtifactFormat] = ["Keras", "BackboneWeights", "Labels"]
    seen = pictures[:COMPARED_PICTURES]
    reference = Reference(seen, model.predict(seen, verbose=0))
    differences: dict[str, float] = {}
    for name, way in _ways(model, folder, classes, resize).items():
        if name not in formats:
            continue
        try:
            differences[name] = _made(name, way, reference)
        except ExportFailed as failure:
            _remove(folder / PATHS[name])
            return Exported(tuple(written), differences, failure)
        written.append(name)
    return Exported(tuple(written), differences)


def _ways(model: Any, folder: Path, classes: Sequence[str], resize: ResizeSpec) -> dict[ArtifactFormat, _Way]:
    saved_model, litert, onnx = (folder / PATHS[name] for name in ("SavedModel", "LiteRT", "ONNX"))
    version = saved_model / "1"
    return {
        "SavedModel": _Way(
            lambda: write_saved_model(model, version, classes, resize),
            lambda pictures: run_saved_model(version, pictures),
            SAVED_MODEL_TOLERANCE,
        ),
        "LiteRT": _Way(
            lambda: write_litert(model, litert, classes),
            lambda pictures: run_litert(litert, pictures),
            CONVERTED_TOLERANCE,
        ),
        "ONNX": _Way(
            lambda: write_onnx(model, onnx, classes), lambda pictures: run_onnx(onnx, pictures), CONVERTED_TOLERANCE
        ),
    }


def _made(name: str, way: _Way, reference: Reference) -> float:
    try:
        way.write()
    except Exception as error:
        if is_full(error):
            raise
        raise ExportFailed(f"the model cannot be written as {name}: {first_line(error)}") from error
    return must_agree(name, way.run, reference, way.tolerance)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
