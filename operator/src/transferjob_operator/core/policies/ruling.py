"""What a policy says about a job that is not over yet."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnosis.diagnosis import found
from ..outcome import Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """An end, or when to ask again."""

    outcome: Outcome | None = None
    """The job is over, by this policy."""
    recheck_seconds: float | None = None
    """Seconds until the clock alone could change the answer."""


NO_RULING = Ruling()


def ended(reason: str, what: str, words: str = "") -> Outcome:
    """The failure of a job by a policy, with the table's advice for this reason.

    Args:
        reason: Of a row of the table of reasons.
        what: What happened, with the figures.
        words: What the cluster says about it.
    """
    told = found(reason, words, what=what)
    return Outcome(False, told.reason, told.sentence)


def first_ruling(*rulings: Ruling) -> Ruling:
    """The first ruling with an outcome; else one that asks again at the earliest time that any of them names."""
    ended = next((ruling for ruling in rulings if ruling.outcome is not None), None)
    if ended is not None:
        return ended
    times = [ruling.recheck_seconds for ruling in rulings if ruling.recheck_seconds is not None]
    return Ruling(recheck_seconds=min(times, default=None))
