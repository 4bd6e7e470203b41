"""Memory that features may take: what is left beside process, pictures, weights and step."""

from __future__ import annotations

import pytest

from transferjob_trainer.cache.budget import PROCESS_BYTES, SURE_SHARE, memory_budget

GIB = 1 << 30


def test_everything_else_comes_first() -> None:
    free = memory_budget(PROCESS_BYTES + 8 * GIB, pictures=0, weights=0, step=0)
    assert free == SURE_SHARE * 8 * GIB
    taken = memory_budget(PROCESS_BYTES + 8 * GIB, pictures=1 * GIB, weights=2 * GIB, step=3 * GIB)
    assert taken == SURE_SHARE * 2 * GIB


@pytest.mark.parametrize("what", ["pictures", "weights", "step"])
def test_nothing_is_left_where_one_need_takes_it_all(what: str) -> None:
    needs = {"pictures": 0, "weights": 0, "step": 0, what: 5 * GIB}
    assert memory_budget(4 * GIB, **needs) == 0
