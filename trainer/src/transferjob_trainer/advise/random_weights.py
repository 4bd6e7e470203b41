"""The same network with random weights, for a while: what it knows less then is what its own weights bring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

_STILL = {"gamma": 1.0, "beta": 0.0, "bias": 0.0, "moving_mean": 0.0, "moving_variance": 1.0}
"""By the last word of a variable's path: as a layer begins."""


@contextmanager
def random_weights(backbone: Any, seed: int) -> Iterator[None]:
    """Gives every layer random kernels of the usual size while the body runs, then the old values to the bit."""
    random, own = np.random.default_rng(seed), [(weight, weight.numpy()) for weight in backbone.weights]
    try:
        for weight, value in own:
            name = weight.path.rpartition("/")[2]
            if name.endswith("kernel"):
                weight.assign(_kernel(value.shape, random))
            elif name in _STILL:
                weight.assign(np.full(value.shape, _STILL[name], value.dtype))
        yield
    finally:
        for weight, value in own:
            weight.assign(value)


def _kernel(shape: tuple[int, ...], random: np.random.Generator) -> Any:
    """He et al. 2015: keeps the size of what flows through.

    A kernel [h, w, channels, 1] is a depthwise one, whose every output sees one channel: with all of them counted what
    flows through would shrink by their number in each layer, to nothing. No backbone has a convolution of one filter.
    """
    depthwise = len(shape) == 4 and shape[-1] == 1
    inputs = max(1, prod(shape[:-2] if depthwise else shape[:-1]))
    return random.standard_normal(shape, np.float32) * np.float32((2 / inputs) ** 0.5)
