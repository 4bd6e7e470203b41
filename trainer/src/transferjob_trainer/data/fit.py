"""How a picture of any size becomes the network's input: input.resize, the one definition for all who need it.

Stretch changes the shape. Crop cuts the largest part of the target's shape out of the middle and stretches that. Pad
stretches to the largest size of the picture's own shape that fits, in the middle of black.
"""

from __future__ import annotations

import numpy as np

from ..contract.image_input import ResizeSpec
from .geometry import crop_size, margin, pad_size
from .resize import resize
from .types import Images


def fit(image: Images, height: int, width: int, how: ResizeSpec) -> Images:
    """Bring a picture, uint8 [h, w, 3], to [height, width, 3]; one that has this size is not touched."""
    if image.shape[:2] == (height, width):
        return image
    if how.mode == "Crop":
        image = _middle(image, *crop_size(len(image), image.shape[1], height, width, min, max))
    elif how.mode == "Pad":
        return _padded(image, height, width, antialias=how.antialias)
    return resize(image, height, width, antialias=how.antialias)


def _middle(image: Images, height: int, width: int) -> Images:
    top, left = margin(image.shape[0], height), margin(image.shape[1], width)
    return image[top : top + height, left : left + width]


def _padded(image: Images, height: int, width: int, *, antialias: bool) -> Images:
    inner = pad_size(len(image), image.shape[1], height, width, min, max)
    result = np.zeros((height, width, 3), np.uint8)
    _middle(result, *inner)[:] = resize(image, *inner, antialias=antialias)
    return result
