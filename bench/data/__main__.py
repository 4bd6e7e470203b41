"""Pictures a second, read and decoded from JPEG files, beside Keras' image_dataset_from_directory in the same run.

Each way runs in turns, several times, and the fastest turn of each counts; results go to build/bench/data.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

OUTPUT = Path("build/bench/data.json")
SIDE, BATCH = 224, 32
FILE_SIZE = (375, 500)
"""Height and width of a photograph in the flowers dataset and many others."""


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser("bench.data")
    parser.add_argument("--pictures", type=int, default=1500)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory(prefix="bench-data-") as place:
        folder, scratch = Path(place, "pictures"), Path(place, "scratch")
        scratch.mkdir()
        write_pictures(folder, given.pictures)
        ways: dict[str, Callable[[], int]] = {
            "ours, antialiased": partial(ours, folder, scratch, antialias=True),
            "ours, not antialiased": partial(ours, folder, scratch, antialias=False),
            "Keras": partial(keras_reader, folder),
        }
        rates = dict.fromkeys(ways, 0.0)
        for _ in range(given.turns):
            for name, way in ways.items():
                rates[name] = max(rates[name], rate(way))
                print(f"{name}: {rates[name]:,.0f} pictures a second", flush=True)
    write(rates, given.pictures)


def write_pictures(folder: Path, count: int) -> None:
    """Smooth noise with edges, as JPEG of quality 90: some 60 KiB each, as photographs are."""
    height, width = FILE_SIZE
    random = np.random.default_rng(0)
    for index in range(count):
        small = Image.fromarray(random.integers(0, 256, (24, 32, 3), np.uint8))
        smooth = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)).astype(np.int16)
        pixels = np.clip(smooth + random.normal(0, 9, smooth.shape), 0, 255).astype(np.uint8)
        path = folder / str(index % 5) / f"{index:06d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, quality=90)


def ours(folder: Path, scratch: Path, *, antialias: bool) -> int:
    """Lists, reads, decodes and splits; all pictures are in memory afterwards."""
    from transferjob_trainer.contract.dataset import DatasetSpec
    from transferjob_trainer.contract.image_input import ResizeSpec
    from transferjob_trainer.data import PictureFormat, open_dataset
    from transferjob_trainer.errors import DatasetInvalid
    from transferjob_trainer.storage import Credentials, open_storage

    picture = PictureFormat(SIDE, SIDE, ResizeSpec(antialias=antialias))
    opener = partial(open_storage, credentials=Credentials(), absent=DatasetInvalid)
    spec = DatasetSpec(uri=f"file://{folder}")
    with open_dataset(spec, picture, seed=0, storage_factory=opener, scratch=scratch) as opened:
        dataset = opened.load()
    return len(dataset.train) + len(dataset.validation)


def keras_reader(folder: Path) -> int:
    """One epoch of Keras' reader, as its guide uses it: prefetched, decoded anew in each epoch."""
    import keras
    import tensorflow as tf

    found = keras.utils.image_dataset_from_directory(folder, image_size=(SIDE, SIDE), batch_size=BATCH, verbose=False)
    return sum(int(images.shape[0]) for images, _ in found.prefetch(tf.data.AUTOTUNE))


def rate(way: Callable[[], int]) -> float:
    """Pictures a second of one turn."""
    started = time.monotonic()
    count = way()
    return count / (time.monotonic() - started)


def write(rates: dict[str, float], pictures: int) -> None:
    """The file, and the ratios on the screen."""
    ratios = {name: value / rates["Keras"] for name, value in rates.items()}
    document: dict[str, Any] = {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version()},
        "pictures": pictures,
        "file": f"JPEG {FILE_SIZE[1]}x{FILE_SIZE[0]} -> {SIDE}x{SIDE}",
        "picturesPerSecond": {name: round(value, 1) for name, value in rates.items()},
        "timesKeras": {name: round(value, 3) for name, value in ratios.items()},
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(document, indent=2))
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
