"""MixUp (Zhang et al. 2017, arXiv:1710.09412) and CutMix (Yun et al. 2019, arXiv:1905.04899): pictures in pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...contract.training import AugmentationSpec
from .draws import Draws

_QUANTILES = 1 << 16


class Mixer:
    """Mixes each picture of a batch with its partner."""

    def __init__(self, spec: AugmentationSpec, draws: Draws) -> None:
        self._mix_up, self._cut_mix, self._draws = spec.mix_up, spec.cut_mix, draws

    def mixed(self, pictures: Any, partners: Any) -> tuple[Any, Any]:
        """The mixed pictures, float32 [b, h, w, 3], and each one's own share in its result, float32 [b]."""
        import tensorflow as tf

        if self._cut_mix is None:
            return self._blended(pictures, partners)
        if self._mix_up is None:
            return self._pasted(pictures, partners)
        blends = self._draws.uniform("mix_or_cut", 1)[0] < 0.5
        results = zip(self._blended(pictures, partners), self._pasted(pictures, partners), strict=True)
        both, shares = (tf.where(_as_rank(blends, first), first, second) for first, second in results)
        return both, shares

    def _blended(self, pictures: Any, partners: Any) -> tuple[Any, Any]:
        share = self._share("mix_up", self._mix_up)
        return partners + _as_rank(share, pictures) * (pictures - partners), share

    def _pasted(self, pictures: Any, partners: Any) -> tuple[Any, Any]:
        """A box whose area is the partner's share, around any point of the picture, cut off at the edge."""
        import tensorflow as tf

        side = tf.sqrt(1 - self._share("cut_mix", self._cut_mix))
        masks = [
            _within(centre, side, size)
            for centre, size in zip(self._draws.uniform("cut_mix_box", 2), pictures.shape[1:3], strict=True)
        ]
        inside = masks[0][:, :, None] & masks[1][:, None, :]
        share = 1 - tf.reduce_mean(tf.cast(inside, tf.float32), axis=[1, 2])
        return tf.where(inside[..., None], partners, pictures), share

    def _share(self, purpose: str, alpha: float | None) -> Any:
        import tensorflow as tf

        assert alpha is not None
        # Beta(alpha, alpha) as a table of draws of it: one uniform number picks one of them.
        table = np.random.default_rng(0).beta(alpha, alpha, _QUANTILES).astype(np.float32)
        return tf.gather(tf.constant(table), self._draws.choice(purpose, _QUANTILES))


def mixed_labels(labels: Any, partners: Any, share: Any, classes: int) -> Any:
    """float32 [b, classes]: the shares of the two labels, int32 [b] each."""
    import tensorflow as tf

    own = share[:, None]
    return own * tf.one_hot(labels, classes) + (1 - own) * tf.one_hot(partners, classes)


def _within(centre: Any, side: Any, size: int) -> Any:
    """bool [b, size]: the pixels that lie in a stretch of `side` of the whole, around `centre`; both in [0, 1]."""
    import tensorflow as tf

    pixels = (tf.range(size, dtype=tf.float32)[None] + 0.5) / size
    return tf.abs(pixels - centre[:, None]) < side[:, None] / 2


def _as_rank(values: Any, like: Any) -> Any:
    import tensorflow as tf

    return tf.reshape(values, [-1] + [1] * (len(like.shape) - 1))
