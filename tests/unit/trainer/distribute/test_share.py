"""Rows of a batch that are shared out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.runs import digits
from transferjob_trainer.distribute.peers import check_batch, read_peers
from transferjob_trainer.distribute.share import Share
from transferjob_trainer.errors import InvalidSpec
from transferjob_trainer.settings import RunSettings, read_settings
from transferjob_trainer.train.feed import ImageFeed, Order


def elements(share: Share, examples: int = 21) -> tuple[list[Any], list[Any]]:
    """An epoch of the share, and its examples to measure on."""
    data = digits(examples, 10)
    feed = ImageFeed(data.train, data.validation, Order(8, 3, share))
    epoch = list(feed.training(2, 0).take(feed.steps).as_numpy_iterator())
    return epoch, list(feed.validation().as_numpy_iterator())


@pytest.mark.parametrize("count", [2, 3, 6])
def test_the_shares_of_a_batch_are_the_batch(count: int) -> None:
    whole, measured = elements(Share())
    parts = [elements(Share(index, count)) for index in range(count)]
    for step, (inputs, labels, _) in enumerate(whole):
        own = [epoch[step] for epoch, _ in parts]
        counted = [part[3].astype(bool) for part in own]
        pictures = np.concatenate([part[0][0][real] for part, real in zip(own, counted, strict=True)])
        assert np.array_equal(pictures, inputs[0])
        assert np.array_equal(np.concatenate([part[1][real] for part, real in zip(own, counted, strict=True)]), labels)
        # A mean by share, added up, is the mean of the batch.
        figures = [np.mean(part[1] * part[2]) for part in own]
        assert sum(figures) == pytest.approx(labels.mean(), rel=1e-6)
        assert all(len(part[1]) > 0 for part in own)
    counts = sum(float(weights.sum()) for _, validation in parts for _, _, weights in validation)
    assert counts == sum(len(labels) for _, labels, _ in measured) == 10


def settings(**env: str) -> RunSettings:
    return read_settings([], env)


def test_peers_come_from_the_environment() -> None:
    assert read_peers(settings()) is None
    both = {"TRANSFERJOB_WORKERS": "2", "TRANSFERJOB_PEERS": "job-0.job,job-1.job:99", "JOB_COMPLETION_INDEX": "1"}
    peers = read_peers(settings(**both))
    assert peers is not None
    assert peers.places == (("job-0.job", 2222), ("job-1.job", 99))
    assert peers.share == Share(1, 2)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"TRANSFERJOB_PEERS": "one"}, "TRANSFERJOB_PEERS lists 1 workers and TRANSFERJOB_WORKERS says 2"),
        ({"TRANSFERJOB_PEERS": "one,two:99999"}, "with a port up to 65535, got 'two:99999'"),
        ({"JOB_COMPLETION_INDEX": "2"}, "JOB_COMPLETION_INDEX must be less than the number of workers, 2, got 2"),
        ({"JOB_COMPLETION_INDEX": ""}, "JOB_COMPLETION_INDEX must hold a number of at least 0, got ''"),
        ({"TRANSFERJOB_WORKERS": "two"}, "TRANSFERJOB_WORKERS must hold a number of at least 1, got 'two'"),
    ],
)
def test_an_environment_that_contradicts_itself_is_refused(changed: dict[str, str], sentence: str) -> None:
    env = {"TRANSFERJOB_WORKERS": "2", "TRANSFERJOB_PEERS": "one,two", "JOB_COMPLETION_INDEX": "0", **changed}
    with pytest.raises(InvalidSpec) as refused:
        read_peers(settings(**env))
    assert sentence in refused.value.message


def test_a_batch_must_have_a_row_for_every_gpu() -> None:
    check_batch(8, 4, 2)
    check_batch(1, 1, 0)
    with pytest.raises(InvalidSpec, match=r"must be at least 8, .* got 7"):
        check_batch(7, 4, 2)
