"""Figures of each epoch, as the trainer's log tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass

_EPOCH = re.compile(r"epoch (\d+)/\d+  loss (\S+)  accuracy (\S+)  val\. loss (\S+)  val\. accuracy (\S+)")
_LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class Epoch:
    """Figures of one epoch."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


def epochs_in(log: str) -> list[Epoch]:
    """The epochs of a trainer's log; one that was done twice counts as it was done last."""
    found = {}
    for match in _EPOCH.finditer(log):
        try:
            epoch = Epoch(int(match[1]), *(float(text) for text in match.groups()[1:]))
        except ValueError:
            continue
        found[epoch.epoch] = epoch
    return drawable(found.values())


def drawable(epochs: Iterable[Epoch]) -> list[Epoch]:
    """In order, without those whose figures no scale has room for: what a pod says may be anything."""
    shown = (epoch for epoch in epochs if all(abs(figure) < _LARGEST for figure in astuple(epoch)))
    return sorted(shown, key=lambda epoch: epoch.epoch)
