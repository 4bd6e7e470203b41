"""Makes the random schedules of one seed."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.schedules.life import Life
from tests.schedules.step import TALLY

STEPS = 25


def play(number: int, schedules: int, *phases: Phase) -> None:
    """Makes so many schedules of one seed, and counts what they do in TALLY. Raises what the schedules find."""
    TALLY.clear()
    run_state_machine_as_test(
        seed(number)(Life),
        settings=settings(
            max_examples=schedules,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=phases,
            verbosity=Verbosity.normal,  # a quiet one leaves the steps of what is found untold
            suppress_health_check=list(HealthCheck),
        ),
    )
