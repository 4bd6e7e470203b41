"""From a trained network to a folder in the output: a result, or, where an export differs, the model and no result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.events import scalars
from tests.unit.trainer.report.stories import history
from tests.unit.trainer.runs import digits, network, parsed_run
from transferjob_trainer.contract.report import EvaluationReport
from transferjob_trainer.errors import ExportFailed
from transferjob_trainer.evaluate import evaluation, probabilities
from transferjob_trainer.export import formats
from transferjob_trainer.log import RunLog
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.publication import Trained, published
from transferjob_trainer.report.mistakes import surest_mistakes
from transferjob_trainer.storage import Credentials, open_storage


def trained() -> Trained:
    built, dataset = network("MobileNet", {"layers": 40}), digits(64, 32)
    outputs = probabilities(built.model, dataset.final)
    return Trained(
        job=parsed_run(output={"uri": "file:///nowhere", "formats": ["Keras", "SavedModel"]}),
        network=built,
        dataset=dataset,
        samples=dataset.final.images[:4],
        plan="feature cache: none, because training.featureCache.mode is Off",
        history=history(3),
        best_epoch=2,
        evaluation=evaluation(outputs, dataset.final.labels, dataset.classes, "validation"),
        mistakes=surest_mistakes(outputs, dataset.final, lambda _paths: {}),
    )


def publish(folder: Path) -> Any:
    (folder / "output").mkdir()
    storage = open_storage(f"file://{folder}/output", Credentials())
    log = RunLog(lambda text: text)
    return published(trained(), folder / "made", storage, attempt="pod", board=ProgressBoard("pod"), log=log)


def test_figures_and_report_lie_beside_the_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = publish(tmp_path)
    folder = tmp_path / "output" / result.digest
    assert [each.format for each in result.artifacts] == [
        *("Keras", "BackboneWeights", "Labels", "SavedModel", "Metrics", "TensorBoard", "Report"),
    ]
    report = EvaluationReport.model_validate_json((folder / "metrics.json").read_text())
    assert report.metrics() == result.metrics
    assert [(epoch.epoch, epoch.loss) for epoch in report.history] == [(1, 2.0), (2, 1.0), (3, pytest.approx(2 / 3))]
    assert result.last_epoch == 3
    assert result.metrics["accuracyLow"] <= result.metrics["accuracy"] <= result.metrics["accuracyHigh"]
    assert "SavedModel differs from Keras by" in capsys.readouterr().out
    assert scalars(folder / "tensorboard/train")["epoch_loss"] == pytest.approx({1: 2.0, 2: 1.0, 3: 2 / 3})
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "selected on it" in page
    assert json.loads((tmp_path / "output/latest.json").read_text())["digest"] == result.digest


def test_an_export_that_differs_fails_with_both_figures_and_the_model_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limit and not the file is moved: a difference of nothing is larger than less than nothing.
    monkeypatch.setattr(formats, "SAVED_MODEL_TOLERANCE", -1.0)
    with pytest.raises(
        ExportFailed, match=r"SavedModel file differs from Keras by .*; at most -1 is allowed; the"
    ) as told:
        publish(tmp_path)
    kept = Path(told.value.message.rpartition("file://")[2])
    assert kept.name == "model.keras"
    assert kept.is_file()
    assert {path.name for path in kept.parent.iterdir()} >= {"labels.txt", "metrics.json", "report.html"}
    assert not (kept.parent / "savedmodel").exists()
    assert not (kept.parent / "result.json").exists()
    assert not (tmp_path / "output/latest.json").exists()
