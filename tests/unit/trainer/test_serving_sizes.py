"""The exported model takes pictures of any size and brings them to its own as training did."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.unit.trainer.data.pictures import pixels
from tests.unit.trainer.runs import SIDE, network, random_pixels
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data.fit import fit
from transferjob_trainer.export.formats import export


def test_other_sizes_are_fitted_inside_the_saved_model(tmp_path: Path) -> None:
    import tensorflow as tf

    how = ResizeSpec(mode="Pad")
    made = network("MobileNet", {"layers": 40})
    folder = tmp_path / "result"
    folder.mkdir()
    export(
        made,
        folder,
        formats=["SavedModel"],
        classes=[str(label) for label in range(10)],
        pictures=random_pixels(4),
        resize=how,
    )
    loaded = tf.saved_model.load(str(folder / "savedmodel/1"))
    wide = np.stack([pixels(seed, 50, 90) for seed in range(3)])
    fitted = np.stack([fit(image, SIDE, SIDE, how) for image in wide])
    expected = made.model.predict(fitted, verbose=0)
    answered = loaded.signatures["serving_default"](tf.constant(wide))["probabilities"]
    np.testing.assert_allclose(answered.numpy(), expected, atol=1e-5)
