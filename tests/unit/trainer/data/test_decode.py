"""Every kind of picture becomes upright RGB, and what is broken says why."""

import zlib

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.data.pictures import encoded, picture, pixels
from transferjob_trainer.data.decode import BrokenImage, decode

ORIENTATION = 0x0112


def _decoded(data: bytes, height: int = 40, width: int = 48) -> np.ndarray:
    return decode(data, height, width)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "JPEG", "WEBP", "GIF"])
def test_formats(kind: str) -> None:
    difference = np.abs(_decoded(picture(1, kind)).astype(int) - pixels(1)).mean()
    assert difference < (0.01 if kind in ("PNG", "BMP", "TIFF") else 8)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "RGB"])
def test_png_modes(mode: str) -> None:
    image = Image.fromarray(pixels(2)).convert(mode)
    result = _decoded(encoded(image))
    assert np.array_equal(result, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr"])
def test_jpeg_modes(mode: str) -> None:
    image = Image.fromarray(pixels(3)).convert(mode)
    result = _decoded(encoded(image, "JPEG", quality=95)).astype(int)
    assert np.abs(result - np.asarray(image.convert("RGB"))).mean() < 6


def test_alpha_is_dropped_not_blended() -> None:
    image = Image.fromarray(np.dstack([pixels(4), np.zeros((40, 48), np.uint8)]))
    assert np.array_equal(_decoded(encoded(image)), pixels(4))


def test_sixteen_bits_lose_their_low_byte() -> None:
    values = np.linspace(0, 65535, 40 * 48).reshape(40, 48).astype(np.uint16)
    result = _decoded(encoded(Image.fromarray(values)))
    assert np.array_equal(result[..., 0], values >> 8)
    assert np.array_equal(result[..., 0], result[..., 2])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    upright = Image.fromarray(pixels(5))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    stored = upright.transpose(undo) if undo is not None else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    result = _decoded(encoded(stored, "JPEG", quality=100, subsampling=0, exif=exif))
    assert np.abs(result.astype(int) - pixels(5)).mean() < 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"hello", "not a JPEG"),
        (picture(6, "JPEG")[:300], "Trunc"),
        (picture(6)[:-200], "trunc"),
        (encoded(Image.fromarray(np.ones((4, 4), np.float32)), "TIFF"), "floating-point"),
        (encoded(Image.fromarray(np.full((4, 4), 70_000, np.int32)), "TIFF"), "more than 16 bits"),
    ],
)
def test_broken_pictures_say_why(data: bytes, why: str) -> None:
    with pytest.raises(BrokenImage, match=why):
        _decoded(data)


@pytest.mark.parametrize("side", [9_000, 12_000, 30_000])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    data = bytearray(encoded(Image.new("1", (8, 8))))
    data[16:24] = side.to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(BrokenImage, match="pixels"):
        _decoded(bytes(data))
