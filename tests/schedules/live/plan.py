"""A schedule is drawn whole from its seed before it begins, so that the same seed is the same schedule."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.schedules.live.kinds import KINDS, Arguments, Guess

FEWEST, MOST = 8, 12
"""Steps of a schedule."""
PAUSES = (0.0, 0.0, 0.2, 0.7, 1.5, 3.0)


@dataclass(frozen=True)
class Step:
    """What is done, and the time that passes then."""

    name: str
    arguments: Arguments
    seconds: float
    kubelets: bool
    """Whether the kubelets work in that time."""

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({said}), then {self.seconds:g} s {'with' if self.kubelets else 'without'} kubelets"


@dataclass(frozen=True)
class Schedule:
    """One life of one job, and of what is around it."""

    seed: int
    queued: bool
    suspend: bool
    """The job is created suspended."""
    head_start: bool
    """The job runs before the first step."""
    toleration_seconds: int
    """For which a pod stays on a silent node: less or more than the operator waits."""
    steps: tuple[Step, ...]


def draw(seed: int) -> Schedule:
    """The schedule of a seed."""
    chance = random.Random(seed)
    queued, suspend = chance.random() < 0.25, chance.random() < 0.1
    guess = Guess(suspended=suspend, queued=queued)
    head_start, toleration = chance.random() < 0.75, chance.choice((2, 3600))
    length = chance.randint(FEWEST, MOST)
    drawn = tuple(_step(chance, guess) for _ in range(length))
    return Schedule(seed, queued, suspend, head_start, toleration, drawn)


def _step(chance: random.Random, guess: Guess) -> Step:
    kinds = {name: kind for name, kind in KINDS.items() if kind.when(guess)}
    (name,) = chance.choices(list(kinds), [kind.weight for kind in kinds.values()])
    arguments = kinds[name].arguments(chance, guess)
    return Step(name, arguments, chance.choice(PAUSES), chance.random() < 0.75)
