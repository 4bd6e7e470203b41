"""ONNX: a file for every run-time that is not TensorFlow."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..container import cores
from ..quiet import quiet_start
from .frozen import PIXELS, PROBABILITIES, frozen, plain_graph

OPSET = 18
"""Understood by run-times since early 2023."""


def write_onnx(model: Any, path: Path, classes: Sequence[str]) -> None:
    """Writes the model for any number of pictures; `classes` in its metadata is a JSON list of the names.

    From the frozen graph: by way of Keras' own export the constants of EfficientNet's Normalization get lost.
    """
    import onnx
    import tf2onnx
    from keras.src.export.tf2onnx_lib import patch_tf2onnx

    function = frozen(model)
    outputs = [tensor.name for tensor in function.outputs]
    with quiet_start(gpus=False), warnings.catch_warnings():
        # tf2onnx 1.17 speaks of numpy 1, and the patch for it asks whether that is there.
        warnings.simplefilter("ignore")
        patch_tf2onnx()
        proto, _ = tf2onnx.convert.from_graph_def(
            plain_graph(function), input_names=[f"{PIXELS}:0"], output_names=outputs, opset=OPSET
        )
    _rename(proto.graph, {f"{PIXELS}:0": PIXELS, outputs[0]: PROBABILITIES})
    onnx.helper.set_model_props(proto, {"classes": json.dumps(list(classes))})
    onnx.save(proto, path)


def run_onnx(path: Path, pictures: Any) -> Any:
    """Probabilities, float32 [n, classes], by ONNX Runtime on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run([PROBABILITIES], {PIXELS: pictures})[0]


def _rename(graph: Any, names: dict[str, str]) -> None:
    """Gives tensors the names that people see, wherever they are named."""
    for value in [*graph.input, *graph.output, *graph.value_info]:
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        for ends in (node.input, node.output):
            for index, name in enumerate(ends):
                ends[index] = names.get(name, name)
