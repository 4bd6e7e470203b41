"""Pictures as photographs are, and as files."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image


def photo(height: int = 61, width: int = 90, seed: int = 1) -> Any:
    """uint8 [height, width, 3] that is smooth in part, as photographs are."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(rows / (3 + shade)) * np.cos(columns / (5 - shade)) for shade in range(3)]
    return np.clip(np.stack(waves, axis=-1) + random.normal(0, 8, (height, width, 3)), 0, 255).astype(np.uint8)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **options)
    return held.getvalue()


def turned(orientation: int, *, little: bool = True) -> bytes:
    exif = Image.Exif()
    exif.endian = "<" if little else ">"
    exif[0x010F] = "a maker with a name"
    exif[0x0112] = orientation
    return encoded(Image.fromarray(photo()), "JPEG", quality=90, exif=exif)
