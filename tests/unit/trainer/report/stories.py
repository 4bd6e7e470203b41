"""Stories of runs for the report, with the most hostile names that a dataset may have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tests.unit.trainer.runs import digits, network, parsed_run
from transferjob_trainer.data import Dataset, SkippedFile
from transferjob_trainer.data.duplicates import Crossing
from transferjob_trainer.evaluate import evaluation
from transferjob_trainer.report.mistakes import surest_mistakes
from transferjob_trainer.report.story import Story
from transferjob_trainer.train.phases import resolve_phases
from transferjob_trainer.train.state import EpochDocument

HOSTILE = "</td></table><script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>"
CLASSES = (
    "zero",
    HOSTILE,
    "a\nb\x00c",
    "\u202egnp.exe",
    "rose & thorn",
    "\udce9t\udce9",
    "x" * 255,
    '"quoted"',
    "8",
    "",
)
EPOCHS = 8


def answers(labels: Any, classes: int, sure: float = 2.2) -> Any:
    """Probabilities that are mostly right, float32 [n, classes]."""
    random = np.random.default_rng(4)
    logits = random.normal(0, 1, (len(labels), classes))
    logits[np.arange(len(labels)), labels] += sure
    exponentials = np.exp(logits)
    return (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)


def history(epochs: int = EPOCHS) -> tuple[EpochDocument, ...]:
    return tuple(
        EpochDocument(
            phase=0 if epoch <= 2 else 1,
            epoch=epoch,
            loss=2 / epoch,
            accuracy=1 - 0.6 / epoch,
            val_loss=2.1 / epoch + 0.02 * epoch,
            val_accuracy=0.95 - 0.6 / epoch,
            learning_rate=1e-3 / epoch,
            seconds=1.5,
        )
        for epoch in range(1, epochs + 1)
    )


def hostile_dataset() -> Dataset:
    """Digits whose files and classes have names that somebody made up to do harm; two pictures are
    copies of training pictures."""
    plain = digits(256, 96)
    measured = plain.validation
    paths = (f"{HOSTILE}/0.png", *measured.paths[1:])
    return replace(
        plain,
        classes=CLASSES,
        validation=replace(measured, paths=paths),
        crossings=tuple(Crossing(paths[row], plain.train.paths[row]) for row in range(2)),
        skipped=(SkippedFile(f"{HOSTILE}.png", "<b>broken</b>"),),
    )


def story(dataset: Dataset | None = None, **parts: Any) -> Story:
    """What a run on such a dataset would tell."""
    dataset = dataset or hostile_dataset()
    phases = [
        {"name": "head", "epochs": 2, "freeze": {"all": True}},
        {"name": "tune", "epochs": EPOCHS - 2, "learningRate": 1e-4},
    ]
    job = parsed_run(training={"phases": phases, "classWeights": {"balanced": True}})
    built = network("MobileNet", {"layers": 40})
    final = dataset.final
    outputs = answers(final.labels, len(dataset.classes))
    return Story(
        **{
            "job": job,
            "network": built,
            "dataset": dataset,
            "phases": resolve_phases(job, [layer.name for layer in built.backbone.layers]),
            "history": history(),
            "best_epoch": 6,
            "plan": "feature cache: in memory, after 40 layers (conv_dw_6_relu), where the frozen part ends, 1 tensor",
            "evaluation": evaluation(outputs, final.labels, dataset.classes, "validation"),
            "mistakes": surest_mistakes(outputs, final, lambda _paths: {}),
            "formats": {"Keras": 13_000_000, "SavedModel": 14_000_000, "LiteRT": 12_000_000, "ONNX": 12_500_000},
            "differences": {"SavedModel": 1.2e-7, "LiteRT": 3.1e-6, "ONNX": 2.2e-6},
            "versions": {"keras": "3.15.1", "tensorflow": "2.21.0"},
            "seconds": 34.5,
            **parts,
        }
    )
