"""Real picture files for tests."""

import io
from pathlib import Path

import numpy as np
from PIL import Image


def pixels(seed: int, height: int = 40, width: int = 48) -> np.ndarray:
    """Smooth coloured noise, so that JPEG and resizing have something to lose."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (5, 6, 3), np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The bytes of a picture file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def picture(seed: int, kind: str = "PNG", height: int = 40, width: int = 48) -> bytes:
    """A coloured picture file."""
    return encoded(Image.fromarray(pixels(seed, height, width)), kind)


def class_files(counts: dict[str, int]) -> dict[str, bytes]:
    """Path to content: so many pictures of each class."""
    items = [(name, index) for name, count in counts.items() for index in range(count)]
    return {
        f"{name}/{index:03d}.png": picture(number, height=12, width=10) for number, (name, index) in enumerate(items)
    }


def write_tree(root: Path, files: dict[str, bytes]) -> Path:
    """Write files below a folder."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root
