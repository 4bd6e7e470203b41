"""Whole trainings with and without the cache, step by step, and the noise that one rounding makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.unit.trainer.cache.data import lively_network, prepared
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.log import RunLog
from transferjob_trainer.network import Network
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.train.fit import make_session
from transferjob_trainer.train.session import Session

Arrays = dict[str, Any]


@dataclass(frozen=True)
class Training:
    """What a training has left."""

    start: Arrays
    """All that may move, before the first step."""
    end: Arrays
    """The same at the end: weights, statistics of BatchNorms, states of random generators."""
    losses: list[float]
    """Mean loss of each step of the first epoch but its last."""
    probabilities: Any
    """Of the final pictures."""
    lines: list[str]
    """Of the log."""


def trained(job: RunFile, scratch: Path, *, nudge: float = 0.0) -> Training:
    """Trains one step after the other; `nudge` changes every frozen weight by that share of it, up or down."""
    lines: list[str] = []
    network = lively_network(job)
    _nudge(network, nudge)
    sums: list[tuple[float, float]] = []

    def note(session: Session) -> None:
        document = session.capture().document
        if document.position.epoch == 1:
            sums.append((document.sums.loss, document.sums.examples))

    with prepared(job, network, scratch, lines) as data:
        session = make_session(network, job, data.source, ProgressBoard("pod"), RunLog(str), [note], most_steps=1)
        start = session.capture().arrays
        session.run()
        end = session.capture().arrays
        return Training(start, end, _losses(sums), data.probabilities(data.dataset.final), lines)


@contextmanager
def written_order() -> Iterator[None]:
    """Graphs compute as they are written, without TensorFlow's rewriting of arithmetic.

    How it rewrites depends on the graph around, so that the prefix rounds otherwise in the pass that fills the cache
    than as a part of a training step (record 12).
    """
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    try:
        yield
    finally:
        tf.config.optimizer.set_experimental_options({"arithmetic_optimization": True})


def _losses(sums: list[tuple[float, float]]) -> list[float]:
    pairs = zip([(0.0, 0.0), *sums], sums, strict=False)
    return [(loss - before) / (examples - seen) for (before, seen), (loss, examples) in pairs if examples > seen]


def _nudge(network: Network, share: float) -> None:
    random = np.random.default_rng(5)
    for layer in network.backbone.layers[: network.frozen] if share else []:
        for weight in layer.weights:
            signs = random.choice([-1.0, 1.0], weight.shape)
            weight.assign(weight.numpy() * (1 + share * signs))
