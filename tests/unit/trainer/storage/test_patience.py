"""A storage that does not answer is asked again for a while."""

import time

import pytest

from transferjob_trainer.errors import StorageUnavailable
from transferjob_trainer.storage.patience import NoAnswer, Patience


def test_asked_again_until_it_answers() -> None:
    answers = iter([NoAnswer("busy"), NoAnswer("busy"), "here"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, NoAnswer):
            raise answer
        return str(answer)

    assert Patience(10).retry("s3://b", ask) == "here"


def test_patience_ends() -> None:
    def ask() -> None:
        raise NoAnswer("503 SlowDown")

    start = time.monotonic()
    with pytest.raises(StorageUnavailable, match=r"s3://b: no answer for 1 s \(503 SlowDown\)"):
        Patience(0.6).retry("s3://b", ask)
    assert 0.5 < time.monotonic() - start < 3
