"""Changes of place: mirror, turn, zoom, crop, shear and shift, all as one resampling of the picture."""

from __future__ import annotations

import math
from typing import Any

from ...contract.training import AugmentationSpec
from .draws import Draws


class Placement:
    """For each picture of a batch the affine map from a pixel of the result to a place in the source.

    Changes are added in the order in which the eye would see them; the picture is resampled once.
    """

    def __init__(self, batch: Any, height: int, width: int) -> None:
        """The identity for `batch` pictures, int32 []."""
        import tensorflow as tf

        self._height, self._width = height, width
        self._matrix = tf.tile(tf.eye(3)[None], [batch, 1, 1])
        self._changed = False

    def scale(self, x: Any, y: Any) -> None:
        """Shows this share of the source in each direction, float32 [b]; a negative one mirrors."""
        self._add(x, 0.0, 0.0, 0.0, y, 0.0)

    def turn(self, radians: Any) -> None:
        """Turns by an angle, float32 [b]."""
        import tensorflow as tf

        cosine, sine = tf.cos(radians), tf.sin(radians)
        self._add(cosine, -sine, 0.0, sine, cosine, 0.0)

    def shear(self, x: Any, y: Any) -> None:
        """Slants rows and columns, float32 [b], as a share of the distance from the centre."""
        self._add(1.0, x, 0.0, y, 1.0, 0.0)

    def shift(self, x: Any, y: Any) -> None:
        """Moves by a share of the sides, float32 [b]."""
        self._add(1.0, 0.0, x * self._width, 0.0, 1.0, y * self._height)

    def applied(self, pictures: Any) -> Any:
        """The pictures, float32 [b, height, width, c], resampled bilinearly; beyond their edges they are mirrored."""
        import tensorflow as tf

        if not self._changed:
            return pictures
        centre = self._translation((self._width - 1) / 2, (self._height - 1) / 2)
        back = self._translation(-(self._width - 1) / 2, -(self._height - 1) / 2)
        matrix = tf.linalg.matmul(tf.linalg.matmul(centre, self._matrix), back)
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=pictures,
            transforms=tf.reshape(matrix, [-1, 9])[:, :8],
            output_shape=[self._height, self._width],
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="REFLECT",
        )

    def _add(self, *rows: Any) -> None:
        """Puts a map, given row by row, between the result and all maps so far."""
        import tensorflow as tf

        batch = tf.shape(self._matrix)[0]
        numbers = [tf.broadcast_to(tf.cast(number, tf.float32), [batch]) for number in (*rows, 0.0, 0.0, 1.0)]
        self._matrix = tf.linalg.matmul(self._matrix, tf.reshape(tf.stack(numbers, axis=-1), [-1, 3, 3]))
        self._changed = True

    @staticmethod
    def _translation(x: float, y: float) -> Any:
        import tensorflow as tf

        return tf.constant([[[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]]])


def place(spec: AugmentationSpec, draws: Draws, placement: Placement) -> None:
    """Adds the flip, rotation, zoom and crop of the spec."""
    import tensorflow as tf

    if spec.flip is not None:
        sides = [tf.where(number < 0.5, -1.0, 1.0) for number in draws.uniform("flip", 2)]
        placement.scale(sides[0] if spec.flip != "Vertical" else 1.0, sides[1] if spec.flip != "Horizontal" else 1.0)
    if spec.rotation:
        placement.turn(2 * math.pi * draws.between("rotation", -spec.rotation, spec.rotation))
    if spec.zoom:
        size = 1 + draws.between("zoom", -spec.zoom, spec.zoom)
        placement.scale(size, size)
    if spec.crop:
        across, down, x, y = draws.uniform("crop", 4)
        across, down = across * spec.crop, down * spec.crop
        placement.shift((x - 0.5) * across, (y - 0.5) * down)
        placement.scale(1 - across, 1 - down)
