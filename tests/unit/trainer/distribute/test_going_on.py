"""Workers that go on from a state end with the bits of workers that nothing has interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.distribute.pairs import STEPS, leaving, trained
from tests.unit.trainer.train.sessions import Trial, equal
from transferjob_trainer.distribute.group import Group
from transferjob_trainer.errors import PeerLost
from transferjob_trainer.signals import Notice, Terminated
from transferjob_trainer.train.session import Session
from transferjob_trainer.train.state import TrainingState


def to_the_end(trial: Trial, _group: Group) -> Any:
    """The weights after the last step; those of the best epoch, which remain, may be from before an interruption."""
    last: list[Any] = []
    trial.session.hooks.append(lambda session: last.extend(trial.weights if session.position.phase else []))
    trial.train()
    assert last
    return last


def until_lost(trial: Trial, _group: Group) -> TrainingState:
    with pytest.raises(PeerLost):
        trial.train()
    return trial.session.capture()


def until_worker_1_is_told(trial: Trial, group: Group) -> TrainingState:
    """Told when the second epoch's steps are done; all end while they measure."""
    notice = Notice()
    group.heed(notice)

    def told(session: Session) -> None:
        if not group.chief and (session.position.epoch, session.position.step) == (2, STEPS):
            notice.given = 1.0
        if group.told_to_end.given is not None:
            raise Terminated

    trial.session.hooks.append(told)
    with pytest.raises(Terminated):
        trial.train()
    return trial.session.capture()


@pytest.mark.slow
@pytest.mark.parametrize(("optimizer", "dropout"), [("SGD", False), ("SGD", True), ("Adam", False), ("Adam", True)])
def test_told_to_end_or_without_a_peer_they_end_with_the_same_bits(
    tmp_path: Path, optimizer: str, dropout: bool
) -> None:
    def pair(**how: Any) -> list[Any]:
        return trained(optimizer, dropout=dropout, scratch=tmp_path, **how)

    undisturbed = pair(train=to_the_end)
    assert equal(undisturbed[0], undisturbed[1])
    told = pair(train=until_worker_1_is_told)
    for state in told:
        assert (state.document.position.epoch, state.document.position.step) == (2, STEPS)
    went_on = pair(train=to_the_end, begin=told[0])
    assert equal(went_on[0], undisturbed[0])
    assert equal(went_on[1], undisturbed[1])

    # In the second epoch: an exchange or two a step, and two at the end of an epoch.
    lost = pair(train=until_lost, join=leaving(2 * STEPS + 5))
    position = lost[0].document.position
    assert (position.epoch, position.step) > (1, 2)
    went_on = pair(train=to_the_end, begin=lost[0])
    assert equal(went_on[0], undisturbed[0])


def test_each_worker_drops_out_what_it_likes(tmp_path: Path) -> None:
    def masks(trial: Trial, _group: Group) -> Any:
        (dropout,) = [layer for layer in trial.network.model.layers if "dropout" in layer.name]
        return [np.array(dropout(np.ones((8, 64), np.float32), training=True)) for _ in range(2)]

    first, other = trained("SGD", dropout=True, train=masks, scratch=tmp_path)
    assert not equal(first, other)
    again, _ = trained("SGD", dropout=True, train=masks, scratch=tmp_path)
    assert equal(first, again), "the chief's are those of one worker"
