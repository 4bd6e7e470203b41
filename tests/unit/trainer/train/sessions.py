"""Trainings of small networks on real digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.unit.trainer.runs import SIDE, digits, parsed_run
from transferjob_trainer.backbones import build_backbone
from transferjob_trainer.data import Dataset
from transferjob_trainer.distribute.devices import ALONE, Spread
from transferjob_trainer.distribute.share import WHOLE
from transferjob_trainer.log import RunLog
from transferjob_trainer.network import Network, build_network
from transferjob_trainer.precision import dtype_policy
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.train.fit import make_session, picture_source
from transferjob_trainer.train.session import Hook, Session

Weights = dict[str, Any]


class Trial:
    """A network with the session that trains it."""

    def __init__(
        self,
        training: dict[str, Any],
        *,
        dataset: Dataset | None = None,
        hooks: Sequence[Hook] = (),
        most_steps: int | None = None,
        spread: Spread = ALONE,
        **parts: Any,
    ) -> None:
        import keras

        self.run = parsed_run(training={"batchSize": 16, **training}, **parts)
        self.dataset = dataset or digits(64, 32)
        keras.utils.set_random_seed(self.run.training.seed)
        body = build_backbone(self.run.backbone, SIDE, SIDE, dtype_policy(self.run.training, 0))
        self.network: Network = build_network(self.run, body, SIDE, SIDE, 10)
        self.board = ProgressBoard("pod")
        self.session: Session = make_session(
            self.network,
            self.run,
            picture_source(self.network, self.dataset, self.run, spread.group.share if spread.group else WHOLE),
            self.board,
            RunLog(str),
            hooks,
            most_steps=most_steps,
            spread=spread,
        )

    def train(self) -> Session:
        self.session.run()
        return self.session

    def parts(self, *borders: int) -> list[list[Any]]:
        """Weights of the backbone in parts that end at these layers and at its end, and of the last layer."""
        layers = self.network.backbone.layers
        ends = zip((0, *borders), (*borders, len(layers)), strict=True)
        parts = [[weight for layer in layers[first:last] for weight in layer.get_weights()] for first, last in ends]
        return [*([np.array(weight) for weight in part] for part in parts), self.head]

    @property
    def weights(self) -> list[Any]:
        """All weights of the network."""
        return [np.array(weight) for weight in self.network.model.get_weights()]

    @property
    def head(self) -> list[Any]:
        """Weights of the last layer."""
        return [np.array(weight) for weight in self.network.model.layers[-1].get_weights()]


def equal(first: list[Any], second: list[Any]) -> bool:
    """Whether two lists of arrays hold the same bits."""
    return len(first) == len(second) and all(
        np.array_equal(one, other) for one, other in zip(first, second, strict=True)
    )
