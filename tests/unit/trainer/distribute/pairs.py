"""Two workers as threads of one process, with networks of their own and real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.unit.trainer.distribute.test_ring import together
from tests.unit.trainer.train.sessions import Trial
from transferjob_trainer.distribute.devices import Spread
from transferjob_trainer.distribute.group import Group
from transferjob_trainer.distribute.ring import Ring
from transferjob_trainer.distribute.share import Share
from transferjob_trainer.distribute.state import chiefs_state
from transferjob_trainer.errors import PeerLost
from transferjob_trainer.train.state import TrainingState

EPOCHS, STEPS = 3, 4
_BUILDING = threading.Lock()
"""Weights are drawn from generators of the whole process."""
Join = Callable[[Ring, int], Group]


def joined(ring: Ring, index: int) -> Group:
    """A worker that stays."""
    return Group(ring, Share(index, 2), "a")


class Leaving(Group):
    """A worker that dies at one of its exchanges, whatever it does then."""

    def __init__(self, ring: Ring, share: Share, exchanges: int) -> None:
        super().__init__(ring, share, "a")
        self._left = exchanges

    def total(self, values: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            self.close()
            raise PeerLost("left")
        return super().total(values)


def leaving(exchanges: int) -> Join:
    """Worker 1 dies at this exchange, from 0 on; worker 0 stays."""
    return lambda ring, index: Leaving(ring, Share(1, 2), exchanges) if index else joined(ring, index)


Train = Callable[[Trial, Group], Any]


def trained(
    optimizer: str,
    *,
    dropout: bool,
    train: Train,
    scratch: Path,
    begin: TrainingState | None = None,
    join: Join = joined,
) -> list[Any]:
    """What `train` returned or raised for each worker, once both have the state to begin with.

    Args:
        optimizer: its name.
        dropout: whether the head has random layers.
        train: of a worker with its group.
        scratch: folder for a state on its way.
        begin: the chief's. Default: as it was built.
        join: makes the groups.
    """
    layers = [{"dense": {"units": 16}}, *([{"dropout": {"rate": 0.3}}] if dropout else [])]

    def one(ring: Ring, index: int) -> Any:
        group = join(ring, index)
        with _BUILDING:
            trial = Trial(
                {"epochs": EPOCHS, "optimizer": {"name": optimizer, "learningRate": 0.01}},
                freeze={"layers": 80},
                head={"layers": layers},
                spread=Spread(group),
            )
        if begin is not None and group.chief:
            trial.session.restore(begin)
        state = chiefs_state(group, trial.session.capture() if group.chief else None, scratch)
        if not group.chief:
            trial.session.restore(state)
        return train(trial, group)

    return together(2, one, within=150.0)
