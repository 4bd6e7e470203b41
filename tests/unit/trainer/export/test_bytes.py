"""Pictures as files: the SavedModel's graph decodes and resizes to the pixels that training saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.export.photos import encoded, photo, turned
from transferjob_trainer.data.decode import decode
from transferjob_trainer.export.decoding import decoded


def corpus() -> dict[str, bytes]:
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


@pytest.fixture(scope="module")
def graph(tensorflow: Any) -> Any:
    tf = tensorflow
    return tf.function(decoded, input_signature=[tf.TensorSpec([], tf.string)])


@pytest.mark.parametrize("kind", list(corpus()))
def test_the_decoder_is_that_of_training_to_the_bit(graph: Any, kind: str) -> None:
    data = corpus()[kind]
    pixels = graph(data).numpy()
    assert np.array_equal(pixels, decode(data, *pixels.shape[:2]))


def test_a_cmyk_jpeg_is_refused_or_read_the_same(graph: Any) -> None:
    data = encoded(Image.fromarray(photo()).convert("CMYK"), "JPEG")
    pixels = graph(data).numpy()
    assert np.abs(pixels.astype(int) - decode(data, *pixels.shape[:2])).max() <= 2


@pytest.mark.parametrize("cut", [2, 3, 12, 30, 60])
def test_a_cut_file_is_refused_and_hangs_nothing(tensorflow: Any, graph: Any, cut: int) -> None:
    with pytest.raises(tensorflow.errors.InvalidArgumentError):
        graph(turned(6)[:cut])
