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
    calls; and TensorFlow's GELU is made of an operation that ONNX has under its complement alone. A squared difference
    becomes a product of one tensor with itself, past which tf2onnx's optimizer moves a transposition twice: where the
    picture has shrunk to one pixel it then writes a shape with the axes in another order.
    """
    graph = function.graph.as_graph_def()
    nodes = [*graph.node, *(node for inner in graph.library.function for node in inner.node_def)]
    for marked in (*nodes, *graph.library.function):
        for mark in _HELD_TOGETHER:
            marked.attr.pop(mark, None)
    for node in list(graph.node):
        if node.op == "Erfc":
            _as_one_minus_erf(node, graph)
        elif node.op == "SquaredDifference":
            _as_power_of_difference(node, graph)
    return graph


def _as_one_minus_erf(node: Any, graph: Any) -> None:
    erf = _added(graph, node, "erf", "Erf", node.input)
    node.op = "Sub"
    node.input[:] = [_constant(graph, node, 1.0), erf]


def _as_power_of_difference(node: Any, graph: Any) -> None:
    difference = _added(graph, node, "difference", "Sub", node.input)
    node.op = "Pow"
    node.input[:] = [difference, _constant(graph, node, 2.0)]


def _added(graph: Any, node: Any, name: str, op: str, inputs: Any) -> str:
    """Name of a new node of the same type below another."""
    new = graph.node.add(name=f"{node.name}/{name}", op=op, input=inputs)
    new.attr["T"].CopyFrom(node.attr["T"])
    return str(new.name)


def _constant(graph: Any, node: Any, value: float) -> str:
    import tensorflow as tf

    kind = node.attr["T"]
    new = graph.node.add(name=f"{node.name}/constant", op="Const")
    new.attr["dtype"].CopyFrom(kind)
    new.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value, dtype=kind.type))
    return str(new.name)
