"""Figures of each epoch, as the trainer's log tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EPOCH = re.compile(r"epoch (\d+)/\d+  loss (\S+)  accuracy (\S+)  val\. loss (\S+)  val\. accuracy (\S+)")


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
            found[int(match[1])] = Epoch(int(match[1]), *(float(text) for text in match.groups()[1:]))
        except ValueError:
            continue
    return [found[epoch] for epoch in sorted(found)]
