"""The one way from the bytes of a picture to pixels: decoded by Pillow, upright, RGB, resized."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ..contract.image_input import ResizeSpec
from .fit import fit
from .types import Images

PLAIN = ResizeSpec()
"""What a spec that says nothing means."""

IMAGE_SUFFIXES = (".bmp", ".gif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
MAX_PIXELS = 80_000_000
"""Larger pictures are refused before they are decoded. Below the size from which Pillow warns."""

_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    Image.DecompressionBombWarning,
)
"""What Pillow's decoders raise on hostile bytes."""


class BrokenImage(Exception):
    """A file that cannot be decoded; the text says why."""


def decode(data: bytes, height: int, width: int, how: ResizeSpec = PLAIN) -> Images:
    """Decode a picture and bring it to a size.

    The first frame, turned as EXIF says. Grey, palette and CMYK become RGB; 16 bits lose their low byte; alpha is
    dropped (not blended), as TensorFlow's decoder does.

    Args:
        data: content of a JPEG, PNG, GIF, BMP, WebP or TIFF file.
        height: pixels of the result.
        width: pixels of the result.
        how: input.resize.

    Returns:
        uint8 [height, width, 3].

    Raises:
        BrokenImage: not a picture, truncated, too large, or of a kind that has no RGB form.
    """
    return fit(pixels(data), height, width, how)


def pixels(data: bytes) -> Images:
    """Decode a picture at its own size, uint8 [h, w, 3]; see `decode`.

    Raises:
        BrokenImage: as `decode` does.
    """
    with _opened(data) as image:
        if image.width * image.height > MAX_PIXELS:
            raise BrokenImage(f"{image.width}x{image.height} pixels are more than {MAX_PIXELS:,}")
        image.load()
        return _rgb(ImageOps.exif_transpose(image))


def picture_size(data: bytes) -> tuple[int, int]:
    """Height and width that the head of a picture's file tells; nothing is decoded. Raises BrokenImage."""
    with _opened(data) as image:
        return image.height, image.width


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """A picture whose pixels are not decoded yet; whatever Pillow raises in the body is a BrokenImage."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            yield image
    except UnidentifiedImageError as error:
        raise BrokenImage("not a JPEG, PNG, GIF, BMP, WebP or TIFF picture" if data else "an empty file") from error
    except Image.DecompressionBombError as error:
        raise BrokenImage(f"more than {MAX_PIXELS:,} pixels") from error
    except _BROKEN as error:
        raise BrokenImage(" ".join(str(error).split()) or type(error).__name__) from error


def _rgb(image: Image.Image) -> Images:
    if image.mode == "F":
        raise BrokenImage("floating-point pixels have no fixed range")
    if image.mode in _SIXTEEN_BIT:
        return _from_sixteen_bits(np.asarray(image))
    if image.mode == "RGBA":
        return np.ascontiguousarray(np.asarray(image)[..., :3])
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _from_sixteen_bits(values: NDArray[np.generic]) -> Images:
    wide = values.astype(np.int64)
    if wide.min() < 0 or wide.max() > 0xFFFF:
        raise BrokenImage("pixels of more than 16 bits have no fixed range")
    grey = (wide >> 8).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)
