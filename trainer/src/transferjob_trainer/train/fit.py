"""One training phase over a dataset in memory."""

from __future__ import annotations

from typing import Any

from ..contract.training import TrainingSpec
from ..data import Dataset
from ..log import RunLog
from ..optimizer import make_optimizer
from ..progress_board import ProgressBoard
from .batches import evaluation_batches, training_batches
from .watch import Watch


def fit(model: Any, dataset: Dataset, training: TrainingSpec, board: ProgressBoard, log: RunLog) -> int:
    """Trains the model in place and leaves the best epoch's weights in it; returns that epoch, from 1.

    Raises:
        NonFiniteLoss: the loss became NaN or infinite.
    """
    examples = len(dataset.train)
    steps = -(-examples // training.batch_size)
    watch = Watch(board, log, epochs=training.epochs, steps=steps, examples=examples)
    model.compile(
        optimizer=make_optimizer(training.optimizer),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.fit(
        training_batches(dataset.train, batch_size=training.batch_size, seed=training.seed, epochs=training.epochs),
        validation_data=evaluation_batches(dataset.validation, training.batch_size),
        epochs=training.epochs,
        steps_per_epoch=steps,
        shuffle=False,
        verbose=0,
        callbacks=[watch.callback(model)],
    )
    watch.best.restore(model)
    return watch.best.epoch
