"""The reason of an advice as a paragraph for somebody who does this for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..contract.advice import AdviceCut, RuleOfThumb
from .choice import Choice

_SHOULD = {"Freeze": "freeze", "FineTune": "fine-tune", "Between": "choose something in between"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the words are made of."""

    depth: int
    choice: Choice
    cuts: tuple[AdviceCut, ...]
    pictures: int
    trial_epochs: int | None
    why_no_trials: str
    """Why nothing was trained; empty where it was."""
    rules: tuple[RuleOfThumb, ...]
    trained_weights: bool

    def cut(self, count: int) -> AdviceCut:
        """The row of a freeze count."""
        return next(row for row in self.cuts if row.frozen_layers == count)


def reason(found: Evidence) -> str:
    """The paragraph."""
    return " ".join(_sentences(found))


def freeze_phrase(count: int, depth: int, name: str) -> str:
    """What a freeze count means, after "to"."""
    if count == 0:
        return "freeze nothing, so that everything learns"
    if count == depth:
        return f"freeze the whole backbone ({depth} layers), so that only the new head learns"
    where = "" if name.startswith("layers[") else f", through {name}"
    return f"freeze the first {count} of {depth} layers{where}"


def _sentences(found: Evidence) -> Iterator[str]:
    choice = found.choice
    row = found.cut(choice.recommended)
    yield f"The advice is to {freeze_phrase(choice.recommended, found.depth, row.name)}."
    yield from _by_trials(found, row) if found.trial_epochs is not None else _by_probes(found, row)
    if not found.trained_weights:
        yield "The weights are random: there is nothing learned in them that freezing would keep."
    yield from _gain(row)
    for rule in found.rules:
        if not rule.agrees:
            yield f"The rule of thumb would {_SHOULD[rule.leaning]} here ({rule.seen}); your pictures say otherwise."


def _by_trials(found: Evidence, row: AdviceCut) -> Iterator[str]:
    choice, best = found.choice, found.cut(found.choice.best)
    error = row.standard_error or 0.0
    yield (
        f"In short trainings ({found.trial_epochs} {_epochs(found.trial_epochs or 0)}, three times with a third of"
        f" {found.pictures:,} pictures held out) it knew {_percent(row.score)} of the held-out pictures, give or take"
        f" {100 * error:.1f} points."
    )
    if choice.best != choice.recommended:
        yield (
            f"Freezing {_few(best.frozen_layers)} had {_percent(best.score)}, which is no more than chance explains; of"
            " equals the one that freezes more is advised, because less can overfit and each epoch is quicker."
        )
    elif choice.second is not None:
        yield f"The next best, with {_few(choice.second)} frozen, had {_percent(found.cut(choice.second).score)}."


def _by_probes(found: Evidence, row: AdviceCut) -> Iterator[str]:
    where = "has the best features" if found.choice.best == found.choice.recommended else (
        "has features as good as the best, as far as chance lets one see")  # fmt: skip
    yield (
        f"A linear classifier on what comes out of each block {where} there: it knew {_percent(row.probe)} of"
        f" {found.pictures:,} pictures, each left out in turn."
    )
    yield f"How much fine-tuning would gain was not tried{found.why_no_trials}, so take it as a first guess."


def _gain(row: AdviceCut) -> Iterator[str]:
    if row.probe is None or row.random_probe is None:
        return
    gain = 100 * (row.probe - row.random_probe)
    if gain >= 1:
        yield f"The trained weights are worth {gain:.0f} points there, against random ones."
    else:
        yield "The trained weights are worth nothing there, against random ones: they know other pictures than these."


def _few(count: int) -> str:
    return "no layer" if count == 0 else f"{count} layers"


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0.0):.1f} %"


def _epochs(count: int) -> str:
    return "epoch" if count == 1 else "epochs"
