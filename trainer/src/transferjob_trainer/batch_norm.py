"""BatchNorm of the layers that are trained: with the batch's statistics, or with the stored ones."""

from __future__ import annotations

from typing import Any, Literal

from .freezing import hold_in_inference

Mode = Literal["Auto", "Train", "Inference"]


def batch_norms(layers: list[Any]) -> list[Any]:
    """The BatchNormalization layers among layers."""
    import keras

    return [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]


def apply_batch_norm_mode(tail: list[Any], mode: Mode, *, random_weights: bool) -> Literal["Train", "Inference"]:
    """Sets how the BatchNorms of the trained layers run and returns the mode that Auto became.

    Inference uses the stored statistics, leaves them untouched, and trains gamma and beta. Auto trains the statistics
    only when the weights are random: there is nothing stored to keep.
    """
    chosen: Literal["Train", "Inference"] = mode if mode != "Auto" else "Train" if random_weights else "Inference"
    if chosen == "Inference":
        for layer in batch_norms(tail):
            hold_in_inference(layer)
    return chosen
