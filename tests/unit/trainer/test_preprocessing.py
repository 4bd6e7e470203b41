"""Preprocessing inside the model is the family's own."""

from pathlib import Path

import keras
import numpy as np
import pytest

from transferjob_trainer.contract import BACKBONES
from transferjob_trainer.preprocessing import preprocess

FAMILIES = sorted({facts.family for facts in BACKBONES.values()})


@pytest.mark.parametrize("family", FAMILIES)
def test_it_equals_keras_applications_also_once_saved_and_loaded(family: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3)).astype("float32")
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, keras.layers.Identity()(preprocess(inputs, family)))
    expected = getattr(keras.applications, family).preprocess_input(pixels.copy())
    np.testing.assert_allclose(model.predict(pixels, verbose=0), expected, rtol=0, atol=1e-4)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_allclose(loaded.predict(pixels, verbose=0), expected, rtol=0, atol=1e-4)
