"""Backbones with random weights whose outputs still tell pictures apart.

Fresh weights make near-constant outputs on small pictures (and ConvNeXt's fresh scales switch its blocks off), so that
any two ways to compute them agree. Here scales and shifts are random, and each BatchNorm's stored statistics are those
of another batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.contract.backbone import BackboneSpec
from transferjob_trainer.preprocessing import preprocess

EXAMPLES = 8
STATISTICS_SEED = 77
"""Seed of the batch whose statistics are stored: not that of a test, on which training and inference would agree."""


def lively_backbone(name: str, side: int, seed: int = 0, examples: int = EXAMPLES) -> Any:
    """A backbone for pictures of side x side whose outputs differ from picture to picture.

    The more examples its statistics are of, the less it amplifies: where a map is one pixel, the variance of a few is
    now and then near zero.
    """
    import keras

    keras.utils.set_random_seed(seed)
    backbone = build_backbone(BackboneSpec(name=name, weights="none"), side, side)
    random = np.random.default_rng(seed)
    for weight in backbone.weights:
        _enliven(weight, random)
    for layer in backbone.layers:
        if type(layer).__name__ == "LayerScale":
            layer.gamma.assign(random.uniform(0.5, 1.5, layer.gamma.shape))
    _store_statistics(backbone, preprocessed(name, random_pictures(side, STATISTICS_SEED, examples)))
    return backbone


def random_pictures(side: int, seed: int = 0, examples: int = EXAMPLES) -> Any:
    """float32 [examples, side, side, 3] in 0..255: blotches, since pure noise looks the same in every picture."""
    random = np.random.default_rng((seed, 1))
    blotches = random.uniform(0, 255, (examples, 3, 3, 3))
    places = np.arange(side) * 3 // side
    noise = random.uniform(-20, 20, (examples, side, side, 3))
    return np.clip(blotches[:, places][:, :, places] + noise, 0, 255).astype("float32")


def preprocessed(name: str, pictures: Any) -> Any:
    """The pictures as the backbone's family wants them."""
    import tensorflow as tf

    return tf.convert_to_tensor(preprocess(tf.constant(pictures), BackboneSpec(name=name, weights="none").facts.family))


def _enliven(weight: Any, random: np.random.Generator) -> None:
    kind = weight.path.rpartition("/")[2]
    if kind == "gamma":
        weight.assign(random.uniform(0.5, 1.5, weight.shape))
    elif kind == "beta":
        weight.assign(random.normal(0, 0.2, weight.shape))
    elif kind == "bias":
        weight.assign(random.normal(0, 0.02, weight.shape))


def _store_statistics(backbone: Any, pictures: Any) -> None:
    import keras

    norms = [layer for layer in backbone.layers if isinstance(layer, keras.layers.BatchNormalization)]
    if not norms:
        return
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    backbone(pictures, training=True)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum
