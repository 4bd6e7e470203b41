"""Prefix and tail of a backbone as models of their own over the same layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .crossing import Crossing, crossing_tensors, describe


@dataclass(frozen=True, slots=True)
class Split:
    """A backbone cut in two. Both models hold the backbone's own layers: every weight exists once."""

    count: int
    """Freeze count: the prefix has `backbone.layers[:count]`."""
    prefix: Any | None
    """Model from the backbone's input to the list of crossing tensors; None when nothing is frozen."""
    tail: Any | None
    """Model from the list of crossing tensors (at count 0: of the preprocessed pictures alone) to the backbone's
    output; None when the head alone is left."""
    crossing: tuple[Crossing, ...]
    """What crosses, in the order of the prefix' outputs and the tail's inputs; empty when nothing is frozen."""

    def features(self, pictures: Any) -> tuple[Any, ...]:
        """The crossing tensors of preprocessed pictures [b, h, w, 3], computed in inference mode."""
        assert self.prefix is not None, "nothing is frozen, so nothing crosses"
        made = self.prefix(pictures, training=False)
        # Keras hands a single output out without its list.
        return tuple(made) if isinstance(made, list | tuple) else (made,)

    def finish(self, features: tuple[Any, ...], *, training: bool) -> Any:
        """The backbone's output of crossing tensors; at count 0 there is one feature, the preprocessed pictures."""
        return features[0] if self.tail is None else self.tail(list(features), training=training)


def split_at(backbone: Any, count: int) -> Split:
    """Cuts the backbone after its first `count` layers, anywhere from 0 to its depth, also inside a block.

    The prefix' layers stay what they are: whoever trains the tail freezes them first (freezing.freeze_layers). The two
    models add nodes to the layers, as every Keras model that shares them does; the backbone's own graph is unchanged.
    """
    depth = len(backbone.layers)
    if not 0 <= count <= depth:
        raise ValueError(f"the freeze count must be 0 to {depth}, got {count}")
    tensors = crossing_tensors(backbone, count)
    return Split(
        count=count,
        prefix=_model(backbone.inputs, tensors, f"{backbone.name}_prefix") if count else None,
        tail=_model(tensors or backbone.inputs, backbone.outputs[0], f"{backbone.name}_tail")
        if count < depth
        else None,
        crossing=tuple(map(describe, tensors)),
    )


def _model(inputs: list[Any], outputs: Any, name: str) -> Any:
    import keras

    return keras.Model(list(inputs), outputs, name=name)
