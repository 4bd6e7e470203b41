"""RandAugment (Cubuk et al. 2019, arXiv:1909.13719): operations chosen at random, all of one strength.

The largest changes are those of its authors. Changes of place are gathered into one resampling, which comes first;
changes of values follow in the order in which they were drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from ...contract.training import RandAugmentSpec
from . import colour
from .draws import Draws
from .geometry import Placement

_LARGEST_ANGLE = math.radians(30)
_LARGEST_SHEAR = 0.3
_LARGEST_SHIFT = 0.45
_LARGEST_BLEND = 0.9
_LOST_BITS = 4.0

PLACES = ("rotate", "shear_x", "shear_y", "shift_x", "shift_y")
VALUES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "autocontrast": lambda picture, _signed, _size: colour.autocontrast(picture),
    "equalize": lambda picture, _signed, _size: colour.equalize(picture),
    "posterize": lambda picture, _signed, size: colour.posterize(picture, _LOST_BITS * size),
    "solarize": lambda picture, _signed, size: colour.solarize(picture, 256.0 * (1 - size)),
    "saturation": lambda picture, signed, _size: colour.saturation(picture, 1 + _LARGEST_BLEND * signed),
    "contrast": lambda picture, signed, _size: colour.contrast(picture, 1 + _LARGEST_BLEND * signed),
    "brightness": lambda picture, signed, _size: colour.brightness(picture, 1 + _LARGEST_BLEND * signed),
    "sharpness": lambda picture, signed, _size: colour.sharpness(picture, 1 + _LARGEST_BLEND * signed),
}
"""Changes of one picture by a strength: with its sign, and its size alone."""
_ALL = (*VALUES, *PLACES, "identity")


class RandAugment:
    """The operations that were drawn for a batch."""

    def __init__(self, spec: RandAugmentSpec, draws: Draws) -> None:
        import tensorflow as tf

        self._rounds: list[tuple[Any, Any]] = []
        for number in range(spec.operations):
            sign = tf.where(draws.uniform(f"rand_augment_sign_{number}", 1)[0] < 0.5, -1.0, 1.0)
            self._rounds.append((draws.choice(f"rand_augment_{number}", len(_ALL)), sign * spec.magnitude))

    def place(self, placement: Placement) -> None:
        """Adds the changes of place."""
        import tensorflow as tf

        for chosen, strength in self._rounds:
            rotate, shear_x, shear_y, shift_x, shift_y = (
                tf.where(chosen == _ALL.index(name), strength, 0.0) for name in PLACES
            )
            placement.turn(_LARGEST_ANGLE * rotate)
            placement.shear(_LARGEST_SHEAR * shear_x, _LARGEST_SHEAR * shear_y)
            placement.shift(_LARGEST_SHIFT * shift_x, _LARGEST_SHIFT * shift_y)

    def colour(self, pictures: Any) -> Any:
        """Changes the values of each picture."""
        import tensorflow as tf

        for chosen, strength in self._rounds:
            pictures = tf.map_fn(
                _change_values, (pictures, chosen, strength), fn_output_signature=tf.TensorSpec(pictures.shape[1:])
            )
        return pictures


def _change_values(item: tuple[Any, Any, Any]) -> Any:
    import tensorflow as tf

    picture, chosen, strength = item
    changes = [partial(change, picture, strength, tf.abs(strength)) for change in VALUES.values()]
    # The values' changes come first in _ALL; every other operation leaves the values alone.
    return tf.switch_case(chosen, changes, default=lambda: picture)
