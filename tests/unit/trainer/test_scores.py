"""Figures against values from the literature, or against scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from transferjob_trainer.contract.report import EvaluationReport
from transferjob_trainer.evaluate import evaluation
from transferjob_trainer.scores import wilson

CLASSES = ("a", "b", "c", "d", "e", "f", "nobody")


def answers(examples: int = 400) -> tuple[Any, Any]:
    """Probabilities that lean towards the right class, unevenly many of each; of the last class there is none."""
    random = np.random.default_rng(5)
    labels = random.choice(6, examples, p=[0.4, 0.25, 0.15, 0.1, 0.06, 0.04]).astype(np.int32)
    logits = random.normal(0, 1, (examples, 7))
    logits[np.arange(examples), labels] += 1.2
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32), labels


def found() -> EvaluationReport:
    return evaluation(*answers(), CLASSES, "test")


@pytest.mark.parametrize(
    ("right", "examples", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_that_of_newcombe(right: int, examples: int, low: float, high: float) -> None:
    """Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3."""
    assert wilson(right, examples) == pytest.approx((low, high), abs=6e-5)


def test_figures_are_those_of_scikit_learn() -> None:
    outputs, labels = answers()
    report, taken = found(), outputs.argmax(axis=1)
    assert report.accuracy == pytest.approx(metrics.accuracy_score(labels, taken))
    recalls = metrics.recall_score(labels, taken, labels=range(6), average=None)
    assert report.balanced_accuracy == pytest.approx(recalls.mean())
    assert report.loss == pytest.approx(metrics.log_loss(labels, outputs, labels=range(7)), rel=1e-6)
    wanted = metrics.top_k_accuracy_score(labels, outputs, k=5, labels=range(7))
    assert report.top5_accuracy == pytest.approx(wanted)
    assert [each.recall for each in report.classes[:6]] == pytest.approx(recalls)
    precisions = metrics.precision_score(labels, taken, labels=range(6), average=None)
    assert [each.precision for each in report.classes[:6]] == pytest.approx(precisions)
    table = np.zeros((7, 7), int)
    for right, answered, pictures in report.confusion:
        table[right, answered] = pictures
    assert (table == metrics.confusion_matrix(labels, taken, labels=range(7))).all()


def test_a_class_without_pictures_has_no_recall_and_spoils_no_mean() -> None:
    nobody = found().classes[-1]
    assert (nobody.examples, nobody.recall) == (0, None)
    assert nobody.answers > 0
    assert nobody.precision == 0


def test_calibration_tells_confidence_from_accuracy() -> None:
    """Half of the answers are right: said with 0.5 that is calibrated, said with 0.9 it is 0.4 too sure."""
    labels = np.array([0, 1] * 50)
    for confidence in (0.5000001, 0.9):
        outputs = np.tile([confidence, 1 - confidence], (100, 1)).astype(np.float32)
        report = evaluation(outputs, labels, ("a", "b"), "test")
        assert report.calibration_error == pytest.approx(confidence - 0.5, abs=1e-5)
        assert [each.answers for each in report.calibration] == [100]


def test_figures_of_the_validation_split_say_that_the_epoch_was_selected_on_it() -> None:
    outputs, labels = answers()
    assert evaluation(outputs, labels, CLASSES, "validation").selected_on
    assert not found().selected_on
    assert not evaluation(outputs, labels, CLASSES, "validation", validation_chose=False).selected_on
    assert "top5Accuracy" in found().metrics()
    few = evaluation(outputs[:, :5], np.minimum(labels, 4), CLASSES[:5], "test")
    assert "top5Accuracy" not in few.metrics()
