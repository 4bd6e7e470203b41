"""The model as one graph without variables, for converters that know nothing of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PIXELS, PROBABILITIES = "pixels", "probabilities"
"""Names of the input and the output in every format."""
_HELD_TOGETHER = ("_XlaMustCompile", "_noinline")


def pixels_of(model: Any, batch: int | None) -> Any:
    """The signature of raw pixels, uint8 [batch, height, width, 3]."""
    import tensorflow as tf

    return tf.TensorSpec([batch, *model.input_shape[1:3], 3], tf.uint8, name=PIXELS)


def serving(model: Any) -> Callable[[Any], dict[str, Any]]:
    """From raw pixels to probabilities in inference mode."""
    import tensorflow as tf

    def serve(pixels: Any) -> dict[str, Any]:
        return {PROBABILITIES: model(tf.cast(pixels, tf.float32), training=False)}

    return serve


def frozen(model: Any) -> Any:
    """A concrete function for any number of pictures, with the variables as constants."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    function = tf.function(serving(model), input_signature=[pixels_of(model, batch=None)])
    return convert_variables_to_constants_v2(function.get_concrete_function())


def plain_graph(function: Any) -> Any:
    """The GraphDef of a concrete function without what only TensorFlow can run.

    Keras wraps grouped convolutions (ConvNeXt) in functions that XLA must compile, which converters would leave as
    calls; and TensorFlow's GELU is made of an operation that ONNX has under its complement alone.
    """
    graph = function.graph.as_graph_def()
    nodes = [*graph.node, *(node for inner in graph.library.function for node in inner.node_def)]
    for marked in (*nodes, *graph.library.function):
        for mark in _HELD_TOGETHER:
            marked.attr.pop(mark, None)
    for node in [node for node in graph.node if node.op == "Erfc"]:
        _as_one_minus_erf(node, graph)
    return graph


def _as_one_minus_erf(node: Any, graph: Any) -> None:
    import tensorflow as tf

    kind = node.attr["T"]
    erf = graph.node.add(name=f"{node.name}/erf", op="Erf", input=node.input)
    erf.attr["T"].CopyFrom(kind)
    one = graph.node.add(name=f"{node.name}/one", op="Const")
    one.attr["dtype"].CopyFrom(kind)
    one.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(1.0, dtype=kind.type))
    node.op = "Sub"
    node.input[:] = [one.name, erf.name]
