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


def corpus() -> dict[str, bytes]:
    """A photograph in every kind of file that TensorFlow's decoders and ours read alike."""
    rgb = Image.fromarray(photo())
    grey = rgb.convert("L")
    alpha = Image.fromarray(np.dstack([photo(), photo(seed=2)[..., 0]]), "RGBA")
    wide = Image.fromarray((np.asarray(grey).astype(np.uint16) << 8) + 200)
    return {
        "jpeg": encoded(rgb, "JPEG", quality=85),
        "jpeg 4:4:4": encoded(rgb, "JPEG", quality=95, subsampling=0),
        "jpeg progressive": encoded(rgb, "JPEG", progressive=True),
        "jpeg grey": encoded(grey, "JPEG"),
        "png": encoded(rgb, "PNG"),
        "png grey": encoded(grey, "PNG"),
        "png palette": encoded(rgb.quantize(64), "PNG"),
        "png alpha": encoded(alpha, "PNG"),
        "png grey alpha": encoded(grey.convert("LA"), "PNG"),
        "png 16 bit": encoded(wide, "PNG"),
        "png one bit": encoded(rgb.convert("1"), "PNG"),
        "gif": encoded(rgb.quantize(64), "GIF"),
        "gif of two frames": encoded(rgb.quantize(64), "GIF", save_all=True, append_images=[rgb.quantize(16)]),
        "bmp": encoded(rgb, "BMP"),
        **{f"exif {value}": turned(value) for value in range(1, 9)},
        "exif 6, big endian": turned(6, little=False),
        "exif 9": turned(9),
    }
