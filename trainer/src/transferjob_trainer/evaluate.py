"""Final figures with the best weights, on the test split where there is one, else on the validation split."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np

from .contract.report import ClassFigures, EvaluationReport
from .data import Examples
from .data.types import Labels
from .scores import calibration, calibration_error, cross_entropy, top_accuracy, wilson
from .train.batches import evaluation_batch


def probabilities(model: Any, examples: Examples, between: Callable[[], None] = lambda: None) -> Any:
    """The model's outputs for the examples, float32 [n, classes]; calls `between` after each batch."""
    import keras

    # Keras hands the second argument over by its name.
    ticking = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda _batch, **_logs: between())
    size = evaluation_batch(examples.images[0, ..., 0].size)
    return model.predict(examples.images, batch_size=size, verbose=0, callbacks=[ticking])


def evaluation(
    outputs: Any,
    labels: Labels,
    classes: Sequence[str],
    split: Literal["test", "validation"],
    *,
    validation_chose: bool = True,
) -> EvaluationReport:
    """All figures of a model over a split.

    Args:
        outputs: probabilities, float32 [n, classes].
        labels: the right classes, [n].
        classes: their names.
        split: which pictures these are.
        validation_chose: whether the best epoch was chosen by the validation split.
    """
    answers = outputs.argmax(axis=1)
    right = answers == labels
    by_class = tuple(_by_class(labels, answers, classes))
    bins = calibration(outputs, labels)
    return EvaluationReport(
        split=split,
        selected_on=validation_chose and split == "validation",
        examples=len(labels),
        accuracy=float(right.mean()),
        accuracy_interval=wilson(int(right.sum()), len(labels)),
        balanced_accuracy=float(np.mean([each.recall for each in by_class if each.recall is not None])),
        top5_accuracy=top_accuracy(outputs, labels, 5),
        loss=cross_entropy(outputs, labels),
        calibration_error=calibration_error(bins),
        classes=by_class,
        confusion=_confusion(labels, answers, len(classes)),
        calibration=bins,
    )


def _by_class(labels: Any, answers: Any, classes: Sequence[str]) -> Iterator[ClassFigures]:
    count = len(classes)
    of_class, answered = np.bincount(labels, minlength=count), np.bincount(answers, minlength=count)
    known = np.bincount(labels[labels == answers], minlength=count)
    for name, examples, taken, right in zip(classes, of_class.tolist(), answered.tolist(), known.tolist(), strict=True):
        yield ClassFigures(
            name=name,
            examples=examples,
            answers=taken,
            right=right,
            precision=right / taken if taken else None,
            recall=right / examples if examples else None,
        )


def _confusion(labels: Any, answers: Any, classes: int) -> tuple[tuple[int, int, int], ...]:
    cells, pictures = np.unique(labels.astype(np.int64) * classes + answers, return_counts=True)
    return tuple(
        (int(cell) // classes, int(cell) % classes, int(count)) for cell, count in zip(cells, pictures, strict=True)
    )
