"""Changed views of pictures: kept or made again they are the same, and nothing else is shown."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.cache.data import job_of, lively_network, prepared
from tests.unit.trainer.cache.trainings import trained, written_order
from tests.unit.trainer.runs import write_digits
from transferjob_trainer.contract.run_file import RunFile

AUGMENTATION = {"flip": "Horizontal", "rotation": 0.05, "zoom": 0.1, "contrast": 0.2}
FOUND = "feature cache: found whole; neither the prefix nor a picture is needed"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_digits(tmp_path / "pictures", classes=3, each=10)


def job(pictures: Path, mode: str, **training: Any) -> RunFile:
    cache = {"mode": mode, "views": 2, **training.pop("cache", {})}
    given = {"augmentation": AUGMENTATION, "featureCache": cache, "epochs": 3, "optimizer": {"name": "SGD"}}
    return job_of(pictures, "MobileNet", {"layers": 40}, **{**given, **training})


def epochs(job: RunFile, scratch: Path, count: int = 4) -> tuple[list[list[Any]], list[str]]:
    """What training is fed by epoch, and the lines of the log."""
    lines: list[str] = []
    with prepared(job, lively_network(job), scratch, lines) as data:
        feed, _ = data.source(None)  # type: ignore[arg-type]
        batches = islice(iter(feed.training(1, 0)), feed.steps * count)
        seen = [(inputs[0].numpy(), labels.numpy()) for inputs, labels, _ in batches]
    return [seen[first : first + feed.steps] for first in range(0, len(seen), feed.steps)], lines


def by_content(epoch: list[Any]) -> Any:
    """The examples of an epoch in an order of their own."""
    examples = np.concatenate([inputs.reshape(len(inputs), -1) for inputs, _ in epoch])
    return examples[np.lexsort(examples.T[:64])]


@pytest.mark.parametrize("mode", [pytest.param("Memory", marks=pytest.mark.slow), "Disk"])
def test_training_on_kept_views_is_training_on_views_that_are_made_again(
    mode: str, pictures: Path, tmp_path: Path
) -> None:
    # A small rate: how pictures are turned may round otherwise in another graph, and steep steps make much of it.
    rate = {"optimizer": {"name": "SGD", "learningRate": 1e-5}}
    with written_order():
        again = trained(job(pictures, "Off", **rate), tmp_path)
        kept = trained(job(pictures, mode, **rate), tmp_path)
    other = trained(job(pictures, "Off", seed=1, **rate), tmp_path)
    assert "2 views of 24 pictures to train on, and 6 to measure on" in kept.lines[0]
    assert "training.featureCache.views is 2, shown in turn by the epochs" in kept.lines[0]
    assert kept.losses == pytest.approx(again.losses, rel=1e-5)
    assert other.losses != pytest.approx(again.losses, rel=1e-3)
    assert all(np.allclose(kept.end[name], array, rtol=1e-4, atol=1e-5) for name, array in again.end.items())
    assert np.allclose(kept.probabilities, again.probabilities, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mode", ["Off", "Memory"])
def test_the_epochs_show_the_views_in_turn(mode: str, pictures: Path, tmp_path: Path) -> None:
    shown, _ = epochs(job(pictures, mode), tmp_path)
    first, second, third, fourth = (by_content(epoch) for epoch in shown)
    assert np.allclose(first, third, atol=1e-5)
    assert np.allclose(second, fourth, atol=1e-5)
    assert not np.allclose(first, second, atol=1e-2)


def test_without_a_number_of_views_and_a_cache_every_epoch_is_new(pictures: Path, tmp_path: Path) -> None:
    shown, _ = epochs(job(pictures, "Off", cache={"views": None}), tmp_path)
    seen = [by_content(epoch) for epoch in shown]
    assert all(not np.allclose(seen[0], other, atol=1e-2) for other in seen[1:])


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"optimizer": {"learningRate": 0.1}}, True),
        ({"cache": {"views": 3}}, False),
        ({"seed": 7}, False),
        ({"augmentation": {**AUGMENTATION, "zoom": 0.2}}, False),
        ({"augmentation": None, "cache": {"views": None}}, False),
    ],
)
def test_views_are_found_by_what_made_them(
    changed: dict[str, Any], found: bool, pictures: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").mkdir()
    place = {"uri": f"file://{tmp_path}/cache"}
    _, lines = epochs(job(pictures, "Disk", cache=place), tmp_path, 1)
    assert FOUND not in lines
    other = {**changed, "cache": {**place, **changed.get("cache", {})}}
    _, lines = epochs(job(pictures, "Disk", **other), tmp_path, 1)
    assert (FOUND in lines) == found


def test_a_broken_picture_that_moves_the_split_leaves_the_views_uncached(tmp_path: Path) -> None:
    pictures = write_digits(tmp_path / "few", classes=3, each=8)
    whole = job(pictures, "Off")
    with prepared(whole, lively_network(whole), tmp_path, []) as data:
        measured = set(data.dataset.validation.paths)
    # Of eight pictures two are measured on, of seven one: the other one moves.
    next(path for path in sorted(pictures.glob("1/*.png")) if f"1/{path.name}" not in measured).write_bytes(b"none")
    (kept, lines), (again, _) = (epochs(job(pictures, mode), tmp_path, 1) for mode in ("Memory", "Off"))
    assert any("broken pictures (1) move others over the border" in line for line in lines)
    assert all(np.array_equal(one[0], other[0]) for one, other in zip(kept[0], again[0], strict=True))
