"""Whether the pictures that choose the best epoch are so few that chance chooses."""

from __future__ import annotations

from .best import DEFAULT_MONITOR, Monitor

_FEW = 50
"""Each is two points of accuracy. Of 250 epochs the best on 8 pictures was, on others, 27 points behind the one with
the smallest loss (28 px clothes, 10 labels a class; docs/how-it-works/accuracy.md)."""


def too_few_to_choose(pictures: int, monitor: Monitor | None) -> str | None:
    """A sentence where the best epoch is mostly a matter of chance; None where it is not.

    Args:
        pictures: of the validation split.
        monitor: training.monitor.
    """
    chosen_by = monitor or DEFAULT_MONITOR
    if pictures >= _FEW or not chosen_by.startswith("Val"):
        return None
    named = "1 picture chooses" if pictures == 1 else f"{pictures} pictures choose"
    return (
        f"{chosen_by}: {named} the best epoch, and one more or less right is {100 / pictures:.1f} points, so chance"
        " has a large say: raise dataset.validation.fraction, or set training.monitor to Loss, by which none chooses"
    )
