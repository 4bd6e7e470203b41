"""Writes the model in its formats into a folder, and compares what was written with what was trained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .contract.image_input import ResizeSpec
from .contract.result import ArtifactFormat
from .data.fit_graph import fitted
from .errors import Crash
from .network import Network

SAVED_MODEL_TOLERANCE = 1e-5
COMPARED_PICTURES = 16
PATHS: dict[ArtifactFormat, str] = {
    "Keras": "model.keras",
    "SavedModel": "savedmodel",
    "BackboneWeights": "backbone.weights.h5",
    "Labels": "labels.txt",
    "Metrics": "metrics.json",
}


def export(
    network: Network,
    folder: Path,
    *,
    formats: Sequence[str],
    classes: Sequence[str],
    metrics: dict[str, float],
    pictures: Any,
    resize: ResizeSpec,
) -> list[ArtifactFormat]:
    """Writes the artifacts and returns their formats.

    Args:
        network: the trained network.
        folder: an empty folder.
        formats: formats that the spec asks for; Keras is always written.
        classes: names in the order of the outputs.
        metrics: final figures.
        pictures: uint8 [n, h, w, 3] on which the exports are compared with Keras.
        resize: how the SavedModel brings pictures of another size to the network's.

    Raises:
        Crash: an export gives other probabilities than Keras; the message holds both limits.
    """
    import keras

    # A model around the same layers that was never compiled: without optimizer state and without our loss.
    model = keras.Model(network.model.inputs, network.model.outputs, name=network.model.name)
    model.save(folder / PATHS["Keras"])
    network.backbone.save_weights(folder / PATHS["BackboneWeights"])
    (folder / PATHS["Labels"]).write_text("".join(f"{name}\n" for name in classes), encoding="utf-8")
    (folder / PATHS["Metrics"]).write_text(json.dumps(metrics, indent=2))
    written: list[ArtifactFormat] = ["Keras", "BackboneWeights", "Labels", "Metrics"]
    if "SavedModel" in formats:
        _saved_model(model, folder / PATHS["SavedModel"] / "1", pictures[:COMPARED_PICTURES], resize)
        written.append("SavedModel")
    return written


def _saved_model(model: Any, folder: Path, pictures: Any, resize: ResizeSpec) -> None:
    """In a version folder, as TF Serving wants it: uint8 pictures of any size in, probabilities out."""
    import keras
    import tensorflow as tf

    height, width = model.input_shape[1:3]
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "serve",
        lambda pixels: model(tf.cast(fitted(pixels, height, width, resize), tf.float32), training=False),
        input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, name="pixels")],
    )
    archive.write_out(folder, verbose=False)
    # The loaded object must be kept: its function does not hold its variables.
    loaded = tf.saved_model.load(folder)
    served = loaded.serve(tf.constant(pictures)).numpy()
    difference = float(np.abs(served - model.predict(pictures, verbose=0)).max())
    if difference > SAVED_MODEL_TOLERANCE:
        raise Crash(
            f"the SavedModel differs from Keras by {difference:.2g}, at most {SAVED_MODEL_TOLERANCE:g} is allowed"
        )
