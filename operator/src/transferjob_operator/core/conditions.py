"""The five conditions: what they should say, merged into what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..api.conditions import CONDITION_TYPES, MAX_MESSAGE, Condition, ConditionType


@dataclass(frozen=True, slots=True)
class Claim:
    """What a condition should say now."""

    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str = ""


Claims = Mapping[ConditionType, Claim]


def merge_conditions(
    stored: tuple[Condition, ...], claims: Claims, generation: int, now: datetime
) -> tuple[Condition, ...]:
    """All five conditions in their order. The transition time moves only with the status."""
    known = {condition.type: condition for condition in stored}
    return tuple(_merged(known.get(kind), kind, claims[kind], generation, now) for kind in CONDITION_TYPES)


def _merged(stored: Condition | None, kind: ConditionType, claim: Claim, generation: int, now: datetime) -> Condition:
    unmoved = stored is not None and stored.status == claim.status
    return Condition(
        type=kind,
        status=claim.status,
        reason=_word(claim.reason),
        message=claim.message[:MAX_MESSAGE],
        observed_generation=generation,
        last_transition_time=stored.last_transition_time if stored and unmoved else now,
    )


def _word(reason: str) -> str:
    """A reason as conditions take it: others' reasons may hold dots or blanks."""
    word = "".join(letter for letter in reason if letter.isascii() and letter.isalnum())[:128]
    return word if word[:1].isalpha() else "Unknown"
