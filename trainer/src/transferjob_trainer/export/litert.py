"""LiteRT (the former TensorFlow Lite): a file for phones and small devices, with the built-in operations alone."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..container import cores
from ..quiet import quiet_start
from .frozen import PIXELS, PROBABILITIES, pixels_of, serving
from .labels import labels_text


def write_litert(model: Any, path: Path, classes: Sequence[str]) -> None:
    """Writes the model for one picture at a time: fixed shapes are what the devices' accelerators take.

    The class names lie in the file as its run-time's own tools put them there: as a zip behind the model, with
    labels.txt, which the run-time does not read.
    """
    import keras
    import tensorflow as tf

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serving_default", serving(model), [pixels_of(model, batch=1)])
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, quiet_start(gpus=False):
        # By way of Keras' own archive: from a function in memory the converter leaves its variables without values.
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.experimental_enable_resource_variables = False
        # Where an operation has no built-in form the conversion fails: others would need TensorFlow on the device.
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        path.write_bytes(converter.convert())
    with zipfile.ZipFile(path, "a") as behind:
        behind.writestr("labels.txt", labels_text(classes))
        behind.writestr("metadata.json", json.dumps({"classes": list(classes)}))


def run_litert(path: Path, pictures: Any) -> Any:
    """Probabilities, float32 [n, classes], by the run-time that devices have."""
    import numpy as np
    from ai_edge_litert.interpreter import Interpreter

    with quiet_start(gpus=False):
        runner = Interpreter(model_path=str(path), num_threads=cores()).get_signature_runner()
        return np.concatenate([runner(**{PIXELS: picture[None]})[PROBABILITIES] for picture in pictures])
