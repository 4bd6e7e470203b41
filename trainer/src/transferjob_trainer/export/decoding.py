"""From the bytes of a picture to pixels inside a TensorFlow graph, as near to `data.decode` as its decoders are.

JPEG, PNG, GIF (first frame) and BMP; JPEG turned as its EXIF orientation says. docs/adr/0070 lists what differs.
"""

from __future__ import annotations

from typing import Any

_SEARCHED = 1 << 17
"""Bytes at the start of a JPEG in which its EXIF block must begin: a segment has 64 KiB at most, and it is the first
or second one."""
_EXIF_MARKER, _SCAN_MARKER = 0xE1, 0xDA
_EXIF = (0x45, 0x78, 0x69, 0x66, 0, 0)
_ORIENTATION_TAG = 0x0112
_MOST_TAGS = 256


def decoded(data: Any) -> Any:
    """The picture in a scalar string, uint8 [h, w, 3], upright, RGB."""
    import tensorflow as tf

    def jpeg() -> Any:
        # The accurate transform is the one that Pillow uses; TensorFlow's own default is faster and rounds otherwise.
        pixels = tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE")
        return _upright(pixels, _orientation(data))

    def other() -> Any:
        return tf.io.decode_image(data, channels=3, expand_animations=False)

    picture = tf.cond(tf.strings.substr(data, 0, 2) == b"\xff\xd8", jpeg, other)
    return tf.ensure_shape(picture, [None, None, 3])


def _upright(pixels: Any, orientation: Any) -> Any:
    """Turns and mirrors by EXIF orientation, 1 to 8."""
    import tensorflow as tf

    turned = tf.transpose(pixels, [1, 0, 2])
    ways = [
        lambda: pixels,
        lambda: pixels[:, ::-1],
        lambda: pixels[::-1, ::-1],
        lambda: pixels[::-1],
        lambda: turned,
        lambda: turned[:, ::-1],
        lambda: turned[::-1, ::-1],
        lambda: turned[::-1],
    ]
    return tf.switch_case(orientation - 1, ways)


def _orientation(data: Any) -> Any:
    """EXIF orientation of a JPEG, int32 1 to 8; 1 where there is none or it makes no sense."""
    import tensorflow as tf

    head = tf.cast(tf.io.decode_raw(tf.strings.substr(data, 0, _SEARCHED), tf.uint8), tf.int32)
    head = _Bytes(tf.concat([head, tf.zeros([16], tf.int32)], axis=0))
    tiff, found = _exif_block(head)
    little = head.at(tiff) == ord("I")
    table = tiff + head.number(tiff + 4, 4, little)
    entries = table + 2 + 12 * tf.range(tf.minimum(head.number(table, 2, little), _MOST_TAGS))
    values = head.number(entries + 8, 2, little)
    mine = tf.boolean_mask(values, head.number(entries, 2, little) == _ORIENTATION_TAG)
    value = tf.concat([mine, [1]], axis=0)[0]
    return tf.where(found & (value >= 1) & (value <= 8), value, 1)


def _exif_block(head: _Bytes) -> tuple[Any, Any]:
    """Where the TIFF part of the EXIF segment begins, and whether there is one."""
    import tensorflow as tf

    def is_exif(at: Any) -> Any:
        name = tf.stack([head.at(at + 4 + index) for index in range(len(_EXIF))])
        return (head.at(at + 1) == _EXIF_MARKER) & tf.reduce_all(name == tf.constant(_EXIF))

    def goes_on(at: Any) -> Any:
        inside = (head.at(at) == 0xFF) & (at < head.size)
        return inside & (head.at(at + 1) != _SCAN_MARKER) & ~is_exif(at)

    def following(at: Any) -> tuple[Any]:
        return (at + 2 + tf.maximum(head.number(at + 2, 2, False), 2),)

    at = tf.while_loop(goes_on, following, (tf.constant(2),))[0]
    return at + 10, is_exif(at)


class _Bytes:
    """Bytes as int32 [n]; reading behind the end gives what is there, a zero."""

    def __init__(self, values: Any) -> None:
        import tensorflow as tf

        self._values = values
        self.size = tf.size(values)

    def at(self, index: Any) -> Any:
        """The byte at an index or indices."""
        import tensorflow as tf

        return tf.gather(self._values, tf.clip_by_value(index, 0, self.size - 1))

    def number(self, index: Any, count: int, little: Any) -> Any:
        """The unsigned number of `count` bytes at an index or indices."""
        import tensorflow as tf

        parts = [self.at(index + offset) for offset in range(count)]
        low = sum(part * (1 << (8 * place)) for place, part in enumerate(parts))
        high = sum(part * (1 << (8 * place)) for place, part in enumerate(reversed(parts)))
        return tf.where(little, low, high)
