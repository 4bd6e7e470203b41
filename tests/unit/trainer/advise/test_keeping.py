"""A choice that was made is found again by the same job on the same dataset, and by no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.trainer.runs import parsed_run
from transferjob_trainer.advise.keeping import KeptAdvice
from transferjob_trainer.advise.of_run import resolved, wants_advice
from transferjob_trainer.contract.advice import AdviceReport
from transferjob_trainer.storage import Credentials, open_storage

LISTING, OTHER = "a" * 64, "b" * 64


def report(recommended: int) -> AdviceReport:
    return AdviceReport(recommended=recommended, confidence="Low", reason="Because.", applied=True, pictures=9,
                        labels_per_class=3, distance="Unknown", seconds=1)  # fmt: skip


def kept(folder: Path, listing: str = LISTING, **parts: Any) -> KeptAdvice:
    storage = open_storage(f"file://{folder}", Credentials.from_environment("NONE_", {}))
    return KeptAdvice(parsed_run(**{"freeze": {"auto": {}}, **parts}), listing, storage)


def test_the_next_attempt_finds_it(tmp_path: Path) -> None:
    assert kept(tmp_path).read() is None
    assert kept(tmp_path).keep(report(30)) == report(30)
    assert kept(tmp_path).read() == report(30)


def test_another_job_or_dataset_does_not(tmp_path: Path) -> None:
    kept(tmp_path).keep(report(30))
    assert kept(tmp_path, OTHER).read() is None
    assert kept(tmp_path, training={"epochs": 2}).read() is None


def test_of_two_attempts_the_first_one_holds(tmp_path: Path) -> None:
    kept(tmp_path).keep(report(30))
    assert kept(tmp_path).keep(report(50)) == report(30)


def test_what_cannot_be_read_is_found_out_anew(tmp_path: Path) -> None:
    kept(tmp_path).keep(report(30))
    (path,) = tmp_path.rglob("advice-*.json")
    path.write_text("{")
    assert kept(tmp_path).read() is None


def test_the_choice_takes_the_place_of_auto_alone() -> None:
    auto, given = parsed_run(freeze={"auto": {}}), parsed_run(freeze={"layers": 20}, advise=True)
    assert (wants_advice(auto), wants_advice(given), wants_advice(parsed_run())) == (True, True, False)
    assert resolved(auto, report(30)).freeze.layers == 30
    assert resolved(given, report(30)).freeze.layers == 20
