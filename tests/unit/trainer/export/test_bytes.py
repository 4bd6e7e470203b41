"""Pictures as files: the SavedModel's graph decodes and resizes to the pixels that training saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.export.photos import corpus, encoded, photo, turned
from transferjob_trainer.data.decode import decode
from transferjob_trainer.export.decoding import decoded


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
