"""The kinds of steps: how often each is drawn, when it makes sense, and with what."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.schedules.live.faults import WEATHER, WRITE_FAULTS

POLICIES = ("Background", "Foreground", "Orphan")
ENDS = ((0, ""), (65, ""), (1, ""), (69, ""), (75, ""), (75, ""), (137, ""), (137, "OOMKilled"))
LIMITS = (("activeDeadlineSeconds", 4), ("ttlSecondsAfterFinished", 0), ("ttlSecondsAfterFinished", 3))
STICKING = ("ImagePullBackOff", "ImagePullBackOff", "InvalidImageName")
Arguments = dict[str, Any]


@dataclass
class Guess:
    """What the plan may suppose of the world; where it is wrong a step has nothing to do."""

    job: bool = True
    over: bool = False
    suspended: bool = False
    silent: set[int] = field(default_factory=set)
    paused: bool = False
    queued: bool = False


Drawn = Callable[[random.Random, Guess], Arguments]


@dataclass(frozen=True)
class Kind:
    """A kind of step: how often it is drawn, when it makes sense, and with what."""

    weight: int
    arguments: Drawn = lambda _random, _guess: {}
    when: Callable[[Guess], bool] = lambda _guess: True


def _switched(chance: random.Random, guess: Guess) -> Arguments:
    guess.suspended = not guess.suspended
    return {}


def _limit(chance: random.Random, guess: Guess) -> Arguments:
    name, seconds = chance.choice(LIMITS)
    return {"name": name, "seconds": seconds}


def _delete(chance: random.Random, guess: Guess) -> Arguments:
    guess.job = guess.suspended = guess.over = False
    return _policy(chance, guess)


def _create(chance: random.Random, guess: Guess) -> Arguments:
    guess.job, guess.queued = True, chance.random() < 0.25
    return {"queued": guess.queued}


def _policy(chance: random.Random, guess: Guess) -> Arguments:
    return {"policy": chance.choice(POLICIES)}


def _end(chance: random.Random, guess: Guess) -> Arguments:
    code, reason = chance.choice(ENDS)
    guess.over = code in (0, 65)
    return {"code": code, "reason": reason}


def _silent(chance: random.Random, guess: Guess) -> Arguments:
    number = chance.choice(sorted({0, 1} - guess.silent))
    guess.silent.add(number)
    return {"number": number}


def _heard(chance: random.Random, guess: Guess) -> Arguments:
    number = chance.choice(sorted(guess.silent))
    guess.silent.discard(number)
    return {"number": number}


def _paused(chance: random.Random, guess: Guess) -> Arguments:
    guess.paused = not guess.paused
    return {}


def _killed(chance: random.Random, guess: Guess) -> Arguments:
    guess.paused = False
    return {}


def _weather(chance: random.Random, guess: Guess) -> Arguments:
    return {"name": chance.choice(sorted(WEATHER))}


def _plan(chance: random.Random, guess: Guess) -> Arguments:
    return {"plan": tuple(chance.choice((None, *WRITE_FAULTS)) for _ in range(chance.randint(1, 3)))}


def _stuck(chance: random.Random, guess: Guess) -> Arguments:
    return {"reason": chance.choice(STICKING)}


def _there(guess: Guess) -> bool:
    return guess.job


def _may_run(guess: Guess) -> bool:
    return guess.job and not guess.over and not guess.suspended


KINDS = {
    "all_goes_well": Kind(6),
    "user_suspends": Kind(4, _switched, lambda guess: guess.job and not guess.suspended),
    "user_resumes": Kind(14, _switched, lambda guess: guess.job and guess.suspended),
    "user_sets_a_limit": Kind(3, _limit, _there),
    "user_deletes": Kind(5, _delete, _there),
    "user_creates_again": Kind(30, _create, lambda guess: not guess.job),
    "somebody_deletes_the_child": Kind(4, _policy, _there),
    "somebody_deletes_the_pods": Kind(4, when=_may_run),
    "a_stranger_takes_the_name": Kind(2),
    "kueue_admits": Kind(10, when=lambda guess: guess.queued and _may_run(guess)),
    "kueue_evicts": Kind(4, when=lambda guess: guess.queued and _may_run(guess)),
    "trainer_cannot_start": Kind(3, _stuck, _may_run),
    "trainer_ends": Kind(12, _end, _may_run),
    "pod_is_preempted": Kind(4, when=_may_run),
    "node_falls_silent": Kind(4, _silent, lambda guess: len(guess.silent) < 2),
    "node_is_heard_again": Kind(4, _heard, lambda guess: bool(guess.silent)),
    "operator_dies": Kind(5, _killed),
    "operator_pauses": Kind(3, _paused, lambda guess: not guess.paused),
    "operator_goes_on": Kind(10, _paused, lambda guess: guess.paused),
    "writes_go_wrong": Kind(8, _plan),
    "weather_changes": Kind(8, _weather),
}
"""Every kind of step, by the name of the method of `acts.Acts` that does it."""
