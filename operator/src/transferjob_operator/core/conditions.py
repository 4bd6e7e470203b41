"""The five conditions: what they should say, merged into what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..api.conditions import CONDITION_TYPES, MAX_MESSAGE, Condition, ConditionType
from .diagnosis.table import find_row
from .diagnosis.words import tells_more


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
    reason = _word(claim.reason)
    message = claim.message[:MAX_MESSAGE]
    return Condition(
        type=kind,
        status=claim.status,
        reason=reason,
        message=stored.message if stored and unmoved and _says_it_already(stored, reason, message) else message,
        observed_generation=generation,
        last_transition_time=stored.last_transition_time if stored and unmoved else now,
    )


def _says_it_already(stored: Condition, reason: str, message: str) -> bool:
    """The cluster's words about a trouble change with every count in them; a write for each would be a storm."""
    return stored.reason == reason and find_row(reason) is not None and not tells_more(stored.message, message)


def _word(reason: str) -> str:
    """A reason as conditions take it: others' reasons may hold dots or blanks."""
    word = "".join(letter for letter in reason if letter.isascii() and letter.isalnum())[:128]
    return word if word[:1].isalpha() else "Unknown"
