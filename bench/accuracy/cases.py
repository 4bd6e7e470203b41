"""What is compared: pictures, labels a class, and the ways to begin."""

from __future__ import annotations

from dataclasses import dataclass

SEEDS = (0, 1, 2)
SEARCH_SEED = 3
"""The draw on which each way's rate is searched; it is none of those that count."""
RATES = (1e-3, 3e-3)
TRANSFER, RANDOM = "transfer", "random weights"
WAYS = (TRANSFER, RANDOM)
"""Ways to begin. Everything else is the same: nothing is frozen, BatchNorm's statistics are learned, one phase."""


@dataclass(frozen=True, slots=True)
class Case:
    """Few labels of one kind of pictures."""

    pictures: str
    labels: int
    """Pictures a class, a fifth of them kept back for validation, which has no say here."""
    test: int
    """Pictures a class that the accuracy is taken on."""
    epochs: int
    """Of every way, so that all make as many steps."""


@dataclass(frozen=True, slots=True)
class Backbone:
    """How the backbone of transfer is trained, on classes that are none of the case's."""

    pictures: int
    epochs: int


BATCH = 8
CHOICE = {"monitor": "Loss"}
"""No picture chooses the epoch: the best of 250 epochs on eight pictures was mostly luck, and once 27 points behind."""
CASES = (Case("clothes", 25, 200, 120), Case("clothes", 10, 200, 250), Case("digits", 10, 140, 250))
"""1,200 and 1,000 steps. After 400 a net that began at random has every training picture right and calls all others one
class: its BatchNorms' moving averages, which begin at 1 and move by a hundredth a step, are far from the truth."""
BACKBONES = {"clothes": Backbone(2000, 6), "digits": Backbone(200, 70)}
"""1,000 steps each, for the same reason."""
