"""freeze.auto and advise in a run: the choice is made once, told, kept across attempts, and trained with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.component.trainer.resuming import published_weights
from tests.component.trainer.test_end_to_end import published, started
from tests.unit.trainer.runs import write_digits, write_run
from transferjob_trainer.advise.keeping import KeptAdvice
from transferjob_trainer.checks import read_run_file
from transferjob_trainer.contract.advice import AdviceReport
from transferjob_trainer.log import RunLog
from transferjob_trainer.materials import listed_dataset
from transferjob_trainer.settings import read_settings
from transferjob_trainer.train.checkpoint.place import checkpoint_storage

TRAINING = {"epochs": 2, "batchSize": 4, "deterministic": True}


def written(folder: Path, data: Path, **parts: Any) -> Path:
    folder.mkdir()
    return write_run(folder, dataset={"uri": f"file://{data}"}, **{"training": TRAINING, **parts})


def finished(run: Path) -> str:
    with started(run) as trainer:
        code, printed, _message = trainer.end(280)
    assert code == 0, printed
    return printed


def test_auto_trains_with_the_choice_and_tells_it(tmp_path: Path) -> None:
    """With two pictures a class to learn from nothing is trained for the advice, so this takes seconds."""
    data = write_digits(tmp_path / "digits", classes=2, each=3)
    run = written(tmp_path / "run", data, freeze={"auto": {}}, training={"epochs": 1, "batchSize": 2})
    with started(run) as trainer:
        code, printed, message = trainer.end(280)
    assert code == 0, printed
    result = published(tmp_path / "run" / "output")
    advice = result.advice
    assert advice is not None
    assert (advice.applied, advice.confidence) == (True, "Low")
    assert advice.cuts
    assert result.model.frozen_layers == advice.recommended
    assert message is not None
    assert message.model == result.model
    assert not list((tmp_path / "run" / "output").rglob("advice-*.json"))
    page = next((tmp_path / "run" / "output").rglob("report.html")).read_text()
    assert "Advice on how much to freeze" in page
    assert "This job was trained with it." in page


@pytest.mark.slow
def test_a_choice_that_an_earlier_attempt_made_holds_and_trains_as_if_it_was_given(tmp_path: Path) -> None:
    data = write_digits(tmp_path / "digits", classes=2, each=6)
    run = written(tmp_path / "auto", data, freeze={"auto": {}})
    keep(run, tmp_path, 30)
    printed = finished(run)
    assert "advice: an earlier attempt has found out to freeze 30 layers" in printed
    assert "advice: probe" not in printed
    result = published(tmp_path / "auto" / "output")
    assert (result.model.frozen_layers, result.advice and result.advice.recommended) == (30, 30)
    finished(written(tmp_path / "given", data, freeze={"layers": 30}))
    chosen, given = (published_weights(tmp_path / name / "output") for name in ("auto", "given"))
    assert chosen.keys() == given.keys()
    assert all(np.array_equal(chosen[name], given[name]) for name in chosen)


def keep(run_file: Path, scratch: Path, count: int) -> None:
    """Leaves what an attempt leaves that was killed after its advice."""
    job, settings = read_run_file(run_file), read_settings(["--run", str(run_file)], {})
    with listed_dataset(job, settings, scratch, RunLog(str)) as opened:
        listing = opened.catalogue.listing
    report = AdviceReport(recommended=count, confidence="High", reason="Because.", applied=True, pictures=8,
                          labels_per_class=4, distance="Unknown", seconds=1)  # fmt: skip
    KeptAdvice(job, listing, checkpoint_storage(job, settings)).keep(report)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_advise_reports_and_leaves_the_freeze_as_given(tmp_path: Path) -> None:
    data = write_digits(tmp_path / "digits", classes=2, each=10)
    training = {"epochs": 1, "batchSize": 8}
    run = written(tmp_path / "run", data, freeze={"layers": 60}, advise=True, training=training)
    with started(run) as trainer:
        code, printed, message = trainer.end(560)
    assert code == 0, printed
    result = published(tmp_path / "run" / "output")
    assert result.model.frozen_layers == 60
    assert result.advice is not None
    assert not result.advice.applied
    assert result.advice.cut(60) is not None
    assert message is not None
    page = next((tmp_path / "run" / "output").rglob("report.html")).read_text()
    assert "Advice on how much to freeze" in page
    assert "freeze stayed as it was given" in page


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        ([{"name": "a", "epochs": 1, "freeze": {"all": True}}], "each of them has a freeze of its own"),
        ([{"name": "a", "epochs": 1, "freeze": {"none": True}}, {"name": "b", "epochs": 1}], "one of them freezes"),
        ([{"name": "a", "epochs": 1, "freeze": {"auto": {}}}], "auto is for spec.freeze alone"),
    ],
)
def test_phases_that_leave_nothing_to_choose_are_refused(tmp_path: Path, phases: Any, words: str) -> None:
    run = write_run(tmp_path, freeze={"auto": {}}, training={"phases": phases})
    with started(run) as trainer:
        code, printed, message = trainer.end()
    assert code == 64, printed
    assert message is not None
    assert words in message.message
