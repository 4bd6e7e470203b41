"""Advice on real pictures: its table, what it leaves alone, and that it is a function of job and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import parsed_run, write_digits
from transferjob_trainer.advise.advise import advise
from transferjob_trainer.advise.listener import Listener
from transferjob_trainer.advise.sample import draw_sample
from transferjob_trainer.contract.advice import AdviceReport
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.data import OpenDataset
from transferjob_trainer.log import RunLog
from transferjob_trainer.materials import built_backbone, listed_dataset
from transferjob_trainer.settings import read_settings

pytestmark = pytest.mark.usefixtures("tensorflow")


@contextmanager
def listed(run: RunFile, folder: Path) -> Iterator[OpenDataset]:
    settings = read_settings([], {"TRANSFERJOB_SCRATCH": str(folder)})
    with listed_dataset(run, settings, folder, RunLog(str)) as opened:
        yield opened


def job(folder: Path, **parts: Any) -> RunFile:
    return parsed_run(
        **{
            "dataset": {"uri": f"file://{folder / 'digits'}"},
            "freeze": {"auto": {}},
            "training": {"epochs": 2, "batchSize": 16},
            **parts,
        }
    )


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("advice")
    write_digits(folder / "digits", classes=3, each=15)
    return folder


@pytest.fixture(scope="module")
def tried(digits: Path) -> tuple[AdviceReport, Any, Any, list[str]]:
    """Advice with short trainings, the backbone's weights before and after, and what was said."""
    run, said = job(digits), list[str]()
    backbone = built_backbone(run)
    before = backbone.get_weights()
    with listed(run, digits) as opened:
        report = advise(run, backbone, opened, Listener(said.append))
    return report, before, backbone.get_weights(), said


def test_the_table_is_behind_the_choice(tried: tuple[AdviceReport, Any, Any, list[str]]) -> None:
    report, _before, _after, said = tried
    counts = [cut.frozen_layers for cut in report.cuts]
    assert (counts[0], counts[-1]) == (0, 86)
    assert counts == sorted(counts)
    trained = {cut.frozen_layers for cut in report.cuts if cut.score is not None}
    assert {0, 86} < trained
    assert report.recommended in trained
    assert report.second in trained - {report.recommended}
    assert all(cut.probe is not None for cut in report.cuts[1:])
    learning = [cut.trainable_parameters for cut in report.cuts]
    assert learning == sorted(learning, reverse=True)
    assert report.cuts[0].seconds > report.cuts[-1].seconds >= 0
    assert (report.trial_epochs, report.applied, report.pictures, report.labels_per_class) == (2, True, 36, 12)
    assert any("trainings of 2 epochs with 0 layers frozen" in line for line in said)
    assert said[-1] == f"advice: {report.reason}"


def test_random_weights_have_no_distance_and_no_worth(tried: tuple[AdviceReport, Any, Any, list[str]]) -> None:
    report = tried[0]
    assert (report.distance, report.shift) == ("Unknown", None)
    assert all(cut.random_probe is None for cut in report.cuts)
    assert "The weights are random" in report.reason


def test_trainings_leave_the_weights_as_they_were(tried: tuple[AdviceReport, Any, Any, list[str]]) -> None:
    _report, before, after, _said = tried
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_the_same_job_gets_the_same_advice(digits: Path, tried: tuple[AdviceReport, Any, Any, list[str]]) -> None:
    run = job(digits)
    with listed(run, digits) as opened:
        again = advise(run, built_backbone(run), opened, Listener(lambda _line: None), quick=True)
    found = {cut.frozen_layers: cut.probe for cut in again.cuts}
    assert found == {cut.frozen_layers: cut.probe for cut in tried[0].cuts}


def test_a_weights_file_has_a_distance_and_is_compared_with_random_ones(digits: Path, tmp_path: Path) -> None:
    plain = job(digits)
    path = tmp_path / "backbone.weights.h5"
    built_backbone(plain).save_weights(path)
    run = job(digits, backbone={"name": "MobileNet", "weights": f"file://{path}"}, freeze={"layers": 30})
    backbone = built_backbone(run)
    before = backbone.get_weights()
    with listed(run, digits) as opened:
        report = advise(run, backbone, opened, Listener(lambda _line: None), quick=True)
    assert all(np.array_equal(one, other) for one, other in zip(before, backbone.get_weights(), strict=True))
    assert report.shift is not None
    assert report.distance != "Unknown"
    assert all(cut.random_probe is not None for cut in report.cuts[1:])
    assert report.cut(30) is not None
    assert (report.confidence, report.trial_epochs, report.applied) == ("Low", None, False)


def test_pictures_to_measure_on_are_not_looked_at_and_copies_are_one_group(digits: Path, tmp_path: Path) -> None:
    folder = tmp_path / "digits"
    write_digits(folder, classes=2, each=10)
    first = next((folder / "0").iterdir())
    for number in range(4):
        (folder / "0" / f"copy-{number}.png").write_bytes(first.read_bytes())
    run = job(tmp_path)
    with listed(run, tmp_path) as opened:
        dataset = opened.catalogue.unread("", {}, ())
        sample = draw_sample(opened, 32 * 32 * 3, 0)
        few = draw_sample(opened, 32 * 32 * 3, 0, most=8)
    assert set(sample.paths) == set(dataset.train.paths)
    copies = [row for row, path in enumerate(sample.paths) if "copy" in path or path.endswith(first.name)]
    assert len({int(sample.groups[row]) for row in copies if sample.paths[row].startswith("0/")}) == 1
    assert np.bincount(few.labels).tolist() == [4, 4]


def test_without_batch_norm_there_is_no_distance(digits: Path, tmp_path: Path) -> None:
    plain = job(digits, backbone={"name": "VGG16", "weights": "none"})
    path = tmp_path / "backbone.weights.h5"
    built_backbone(plain).save_weights(path)
    run = job(digits, backbone={"name": "VGG16", "weights": f"file://{path}"})
    with listed(run, digits) as opened:
        report = advise(run, built_backbone(run), opened, Listener(lambda _line: None), quick=True)
    assert (report.distance, report.shift) == ("Unknown", None)
    assert [rule.rule for rule in report.rules] == ["Labels"]


def test_too_few_pictures_are_not_trained_on(tmp_path: Path) -> None:
    write_digits(tmp_path / "digits", classes=2, each=3)
    run = job(tmp_path)
    with listed(run, tmp_path) as opened:
        report = advise(run, built_backbone(run), opened, Listener(lambda _line: None))
    assert (report.confidence, report.trial_epochs) == ("Low", None)
    assert "because a class has 2 pictures to learn from and 3 are needed" in report.reason


def test_phases_that_freeze_by_themselves_bound_the_choice(digits: Path) -> None:
    phases = [{"name": "a", "epochs": 1, "freeze": {"layers": 30}}, {"name": "b", "epochs": 1}]
    run = job(digits, training={"phases": phases})
    with listed(run, digits) as opened:
        report = advise(run, built_backbone(run), opened, Listener(lambda _line: None), quick=True)
    assert max(cut.frozen_layers for cut in report.cuts) == 30
    assert report.recommended <= 30


@pytest.mark.slow
def test_augmentation_trains_on_pictures(digits: Path) -> None:
    run = job(digits, training={"epochs": 1, "batchSize": 16, "augmentation": {"flip": "Horizontal"}})
    with listed(run, digits) as opened:
        report = advise(run, built_backbone(run), opened, Listener(lambda _line: None))
    assert report.trial_epochs == 1
