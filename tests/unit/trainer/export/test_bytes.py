"""Pictures as files: the SavedModel's graph decodes and resizes to the pixels that training saw."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.export.lively import CLASSES, exported, lively_network
from transferjob_trainer.data.decode import decode
from transferjob_trainer.data.resize import resize
from transferjob_trainer.export.decoding import decoded
from transferjob_trainer.export.resizing import resized

SIDES = [(32, 32), (7, 5), (61, 90), (200, 133), (33, 31)]


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


@pytest.mark.parametrize("antialias", [True, False])
def test_the_resize_is_that_of_training_to_the_bit(tensorflow: Any, antialias: bool) -> None:
    tf = tensorflow
    graph = tf.function(
        lambda seen: resized(seen, 32, 48, antialias=antialias),
        input_signature=[tf.TensorSpec([None] * 3 + [3], tf.uint8)],
    )
    for height, width in [*SIDES, (32, 48), (512, 768)]:
        picture = photo(height, width)
        wanted = resize(picture, 32, 48, antialias=antialias)
        assert np.array_equal(graph(picture[None]).numpy()[0], wanted), (height, width)


@pytest.mark.parametrize("kind", list(corpus()))
def test_the_decoder_is_that_of_training_to_the_bit(graph: Any, kind: str) -> None:
    data = corpus()[kind]
    pixels = graph(data).numpy()
    assert np.array_equal(pixels, decode(data, *pixels.shape[:2], antialias=True))


def test_a_cmyk_jpeg_is_refused_or_read_the_same(graph: Any) -> None:
    data = encoded(Image.fromarray(photo()).convert("CMYK"), "JPEG")
    pixels = graph(data).numpy()
    assert np.abs(pixels.astype(int) - decode(data, *pixels.shape[:2], antialias=True)).max() <= 2


@pytest.mark.parametrize("cut", [2, 3, 12, 30, 60])
def test_a_cut_file_is_refused_and_hangs_nothing(tensorflow: Any, graph: Any, cut: int) -> None:
    with pytest.raises(tensorflow.errors.InvalidArgumentError):
        graph(turned(6)[:cut])


def test_both_signatures_of_the_saved_model_see_what_training_saw(tmp_path: Path, tensorflow: Any) -> None:
    tf = tensorflow
    network = lively_network("MobileNetV3Small", 32)
    files = [
        turned(6),
        encoded(Image.fromarray(photo(200, 133, 3)), "PNG"),
        encoded(Image.fromarray(photo(7, 5, 4)), "JPEG"),
    ]
    pixels = np.stack([decode(data, 32, 32, antialias=True) for data in files])
    wanted = network.model.predict(pixels, verbose=0)
    result = exported(network, tmp_path / "model", "SavedModel", seen=pixels)
    assert result.failure is None
    loaded = tf.saved_model.load(tmp_path / "model/savedmodel/1")
    of_bytes = loaded.signatures["serve_bytes"](tf.constant(files))
    of_pixels = loaded.signatures["serving_default"](tf.constant(photo(200, 133, 3)[None]))
    np.testing.assert_allclose(of_bytes["probabilities"].numpy(), wanted, atol=1e-5)
    np.testing.assert_allclose(of_pixels["probabilities"].numpy()[0], wanted[1], atol=1e-5)
    best = wanted.argmax(axis=1)
    assert of_bytes["class_index"].numpy().tolist() == best.tolist()
    assert [name.decode() for name in of_bytes["class_name"].numpy()] == [CLASSES[index] for index in best]
