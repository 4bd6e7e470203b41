"""Random schedules notice an operator that does one thing wrong."""

from __future__ import annotations

import pytest

from tests.schedules.mutations import MUTATIONS, Mutation, notice

SCHEDULES = 300


@pytest.mark.slow
@pytest.mark.checklist(45)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.fault.replace(" ", "-"))
def test_fault_is_noticed(mutation: Mutation) -> None:
    noticed = notice(mutation, SCHEDULES)
    assert noticed is not None, f"{SCHEDULES} schedules saw nothing: {mutation.fault}"
    print(f"{mutation.fault}: after {noticed.schedules} schedules: {noticed.words}")
