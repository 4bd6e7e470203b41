"""Final figures with the best weights, on the test split where there is one, else on the validation split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .data import Examples
from .data.types import Labels
from .train.batches import evaluation_batch


def probabilities(model: Any, examples: Examples, between: Callable[[], None] = lambda: None) -> Any:
    """The model's outputs for the examples, float32 [n, classes]; calls `between` after each batch."""
    import keras

    # Keras hands the second argument over by its name.
    ticking = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda _batch, **_logs: between())
    size = evaluation_batch(examples.images[0, ..., 0].size)
    return model.predict(examples.images, batch_size=size, verbose=0, callbacks=[ticking])


def evaluate(model: Any, examples: Examples) -> dict[str, float]:
    """The figures of a model over examples."""
    return figures(probabilities(model, examples), examples.labels)


def figures(outputs: Any, labels: Labels) -> dict[str, float]:
    """accuracy, balancedAccuracy (the mean of the classes' recalls) and loss (cross-entropy in nats).

    Args:
        outputs: probabilities, float32 [n, classes].
        labels: the right classes, [n].
    """
    right = outputs.argmax(axis=1) == labels
    picked = np.clip(outputs[np.arange(len(labels)), labels], 1e-7, 1.0)
    return {
        "accuracy": float(right.mean()),
        "balancedAccuracy": float(np.mean([right[labels == label].mean() for label in np.unique(labels)])),
        "loss": float(-np.log(picked).mean()),
    }
