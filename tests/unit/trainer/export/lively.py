"""Networks that tell pictures apart, and their exports in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.support.lively import STATISTICS_SEED, lively_backbone, random_pictures
from tests.unit.trainer.runs import parsed_run
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.export.formats import Exported, export
from transferjob_trainer.network import Network, build_network
from transferjob_trainer.train.learner import last_layer

CLASSES = ("daisy", "Löwenzahn", "rose", "a <b>bold</b> one", "tulip")
PICTURES = 8
STATISTICS = 96
"""Pictures that the BatchNorms' stored statistics are of."""
LOGITS = 0.4
"""Root mean square of the logits before they are centred."""


def lively_network(name: str, side: int) -> Network:
    """A network whose probabilities differ from picture to picture."""
    import keras

    run = parsed_run(backbone={"name": name, "weights": "none"}, freeze={"layers": 10})
    network = build_network(run, lively_backbone(name, side, examples=STATISTICS), side, side, len(CLASSES))
    last, features = last_layer(network.model)
    seen = keras.Model(network.model.inputs, features).predict(pictures(side), verbose=0)
    # Logits around zero, so that no class wins everywhere; scaled by the features' size and not by how they vary, which
    # would blow up the noise of their last digits too.
    kernel = np.random.default_rng(3).normal(0, LOGITS, last.kernel.shape)
    kernel /= np.sqrt(np.square(seen @ kernel).mean(axis=0)) / LOGITS
    last.kernel.assign(kernel)
    last.bias.assign(-(seen @ kernel).mean(axis=0))
    return network


def pictures(side: int) -> Any:
    """uint8 [8, side, side, 3], of those that the stored statistics are of: others may lie far outside, where the deep
    backbones blow up the noise of the last digit by a hundred."""
    return random_pictures(side, STATISTICS_SEED, STATISTICS)[:PICTURES].round().astype(np.uint8)


def exported(network: Network, folder: Path, *formats: str, seen: Any, resize: ResizeSpec | None = None) -> Exported:
    """The network's exports in a folder that is made for them."""
    folder.mkdir()
    return export(
        network,
        folder,
        formats=formats,
        classes=CLASSES,
        resize=resize or ResizeSpec(),
        pictures=seen,
    )
