"""The freeze counts that are looked at, and those that are worth a training."""

from __future__ import annotations

import pytest

from transferjob_trainer.advise.candidates import MOST_ENDS, Candidate, candidates, shortlist
from transferjob_trainer.contract import BACKBONES
from transferjob_trainer.contract import block_table as tables


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_has_a_table_of_ends_of_blocks(name: str) -> None:
    facts, table = BACKBONES[name], tables.block_table(name)
    found = candidates(table, facts.plain_depth)
    counts = [cut.count for cut in found]
    assert counts == sorted(set(counts))
    assert (counts[0], counts[-1]) == (0, facts.plain_depth)
    assert len(found) <= MOST_ENDS + 2
    assert {cut.count for cut in found[1:-1]} <= set(table.blocks.values())


def test_what_is_given_is_compared_and_phases_bound_the_rest() -> None:
    table = tables.block_table("ResNet50")
    assert Candidate(100, "layers[:100]") in candidates(table, 175, given=100)
    bounded = candidates(table, 175, deepest=90)
    assert bounded[-1] == Candidate(90, "layers[:90]")


CUTS = tuple(Candidate(count, str(count)) for count in (0, 10, 20, 30, 40, 50))


def test_the_shortlist_has_both_ends_the_peak_and_one_halfway() -> None:
    scores = {10: 0.3, 20: 0.4, 30: 0.5, 40: 0.9, 50: 0.8}
    assert [cut.count for cut in shortlist(CUTS, scores)] == [0, 20, 40, 50]


def test_a_peak_at_the_end_leaves_one_halfway() -> None:
    scores = {10: 0.3, 20: 0.4, 30: 0.5, 40: 0.6, 50: 0.8}
    assert [cut.count for cut in shortlist(CUTS, scores)] == [0, 30, 50]


def test_of_equal_peaks_the_deepest() -> None:
    scores = {10: 0.9, 20: 0.9, 30: 0.5, 40: 0.4, 50: 0.4}
    assert [cut.count for cut in shortlist(CUTS, scores, given=30)] == [0, 10, 20, 30, 50]
