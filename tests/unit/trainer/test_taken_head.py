"""weightsFrom with include Model: the head is taken for the same classes in the same order, else refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import network, parsed_run
from transferjob_trainer.contract.run_file import HeadFrom
from transferjob_trainer.errors import DatasetInvalid, InvalidSpec, WeightsUnavailable
from transferjob_trainer.storage import Credentials
from transferjob_trainer.taken_head import check_classes, take_head
from transferjob_trainer.train.phases import resolve_phases

pytestmark = pytest.mark.usefixtures("tensorflow")
HEAD: dict[str, Any] = {"layers": [{"dense": {"units": 8}}, {"dropout": {"rate": 0.1}}]}


def written(path: Path, text: str = "daisy\nrose\n") -> HeadFrom:
    path.write_text(text)
    return HeadFrom(job="flowers", labels=f"file://{path}", sha256=hashlib.sha256(text.encode()).hexdigest())


def check(taken: HeadFrom, *classes: str) -> None:
    check_classes(taken, classes, Credentials.from_environment("X_", {}), None)


def test_the_classes_must_be_the_same_in_the_same_order(tmp_path: Path) -> None:
    taken = written(tmp_path / "labels.txt")
    check(taken, "daisy", "rose")
    with pytest.raises(
        DatasetInvalid, match=r"knows 2 classes \(daisy, rose\), .*another order, which dataset.classes"
    ):
        check(taken, "rose", "daisy")
    for classes in (("daisy", "rose", "tulip"), ("daisy", "tulip"), ("Daisy", "rose")):
        with pytest.raises(
            DatasetInvalid, match=r"flowers knows 2 classes .*: others; weightsFrom.include Model needs"
        ):
            check(taken, *classes)
    (tmp_path / "labels.txt").write_text("rose\n")
    with pytest.raises(WeightsUnavailable, match="TransferJob flowers wrote"):
        check(taken, "daisy", "rose")
    (tmp_path / "labels.txt").unlink()
    with pytest.raises(WeightsUnavailable):
        check(taken, "daisy", "rose")


def test_the_head_is_taken_to_the_bit_and_dropout_may_differ(tmp_path: Path) -> None:
    taken = written(tmp_path / "labels.txt")
    source = network("MobileNet", {"all": True}, head=HEAD).model
    other = {"layers": [{"dropout": {"rate": 0.5}}, {"dense": {"units": 8}}]}
    model = network("MobileNet", {"all": True}, head=other).model
    take_head(model, source, taken)
    for ours, theirs in (("head_dense_2", "head_dense_1"), ("probabilities", "probabilities")):
        pairs = zip(model.get_layer(ours).get_weights(), source.get_layer(theirs).get_weights(), strict=True)
        assert all(np.array_equal(one, another) for one, another in pairs)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ({}, "there it is pooling Average, dense 8 relu, here pooling Average"),
        ({"layers": [{"dense": {"units": 9}}]}, "here pooling Average, dense 9 relu"),
        ({"layers": [{"dense": {"units": 8, "activation": "gelu"}}]}, "here pooling Average, dense 8 gelu"),
        ({**HEAD, "pooling": "Max"}, "here pooling Max, dense 8 relu"),
    ],
)
def test_another_head_is_refused_by_name(tmp_path: Path, head: dict[str, Any], words: str) -> None:
    source = network("MobileNet", {"all": True}, head=HEAD).model
    with pytest.raises(InvalidSpec, match=r"^spec\.head must be that of TransferJob flowers") as caught:
        take_head(network("MobileNet", {"all": True}, head=head).model, source, written(tmp_path / "labels.txt"))
    assert words in caught.value.message


def test_a_flat_head_of_another_size_is_refused(tmp_path: Path) -> None:
    flat = {"pooling": "Flatten"}
    source = network("MobileNet", {"all": True}, head=flat).model
    larger = network("MobileNet", {"all": True}, side=64, head=flat).model
    with pytest.raises(InvalidSpec, match="takes 1024 values where this one takes 4096: with pooling Flatten"):
        take_head(larger, source, written(tmp_path / "labels.txt"))


def test_a_head_that_has_learned_needs_no_phase_of_its_own() -> None:
    names = [f"layer{number}" for number in range(86)]
    backbone = {"name": "MobileNet", "weights": "file:///models/model.keras"}
    taken = {"job": "flowers", "labels": "file:///models/labels.txt", "sha256": "0" * 64}
    training = {"epochs": 8}
    assert [phase.name for phase in resolve_phases(parsed_run(backbone=backbone, training=training), names)] == [
        "head",
        "tune",
    ]
    (phase,) = resolve_phases(parsed_run(backbone=backbone, training=training, headFrom=taken), names)
    assert (phase.name, phase.epochs, phase.frozen) == ("tune", 8, 40)
