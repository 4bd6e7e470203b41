"""The lesson's rules of thumb: few labels or near pictures, freeze; plenty or far, fine-tune."""

from __future__ import annotations

from ..contract.advice import Distance, Leaning, RuleOfThumb

FEW_LABELS, PLENTY_LABELS = 50, 500
"""Pictures a class up to which labels count as few, and from which as plenty."""
_BY_DISTANCE: dict[Distance, Leaning] = {"Near": "Freeze", "Between": "Between", "Far": "FineTune"}


def rules_of_thumb(
    labels: int, distance: Distance, shift: float | None, recommended: Leaning
) -> tuple[RuleOfThumb, ...]:
    """What the rules say, and whether the advice says the same.

    Args:
        labels: pictures to train on in the smallest class.
        distance: of the pictures from those that the backbone has seen; Unknown says nothing.
        shift: what it goes by.
        recommended: what the advice leans to.
    """
    by_labels = labels_leaning(labels)
    pictures = "picture" if labels == 1 else "pictures"
    rules = [_rule("Labels", f"{labels:,} {pictures} to learn from in the smallest class", by_labels, recommended)]
    if distance in _BY_DISTANCE and shift is not None:
        seen = f"channel means lie {shift:.2f} standard deviations from those that the backbone has stored"
        rules.append(_rule("Distance", seen, _BY_DISTANCE[distance], recommended))
    return tuple(rules)


def labels_leaning(labels: int) -> Leaning:
    """What the number of labels a class says."""
    return "Freeze" if labels < FEW_LABELS else "FineTune" if labels >= PLENTY_LABELS else "Between"


def leaning_of(frozen_work: float) -> Leaning:
    """What a freeze leans to, by the share of the forward work that is frozen."""
    return "Freeze" if frozen_work >= 2 / 3 else "FineTune" if frozen_work <= 1 / 3 else "Between"


def _rule(rule: str, seen: str, leaning: Leaning, recommended: Leaning) -> RuleOfThumb:
    agrees = "Between" in (leaning, recommended) or leaning == recommended
    return RuleOfThumb.model_validate({"rule": rule, "seen": seen, "leaning": leaning, "agrees": agrees})
