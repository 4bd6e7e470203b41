"""What is kept: as deep as all phases allow, as little as need be, where it fits; never what a phase may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.plan.tables import DEPTH, NAMES, PLENTY, costs, demand, planned
from transferjob_trainer.plan.explain import explain
from transferjob_trainer.plan.planner import Budgets

BACKBONE = costs(3_000, 1_000, 1_000, 1_000, pooled=10)
MIB = 1 << 20


def test_everything_frozen_is_kept_behind_the_pooling() -> None:
    plan = planned(BACKBONE, demand((20, DEPTH)))
    assert plan.choice.cut is not None
    assert plan.choice.cut.pooled
    assert plan.choice.keep == "Memory"
    text = explain(plan, BACKBONE, NAMES)
    assert "in memory, after pooling, because the whole backbone is frozen in every phase" in text
    assert "20 epochs take about" in text


def test_a_part_that_is_frozen_is_kept_at_the_cut() -> None:
    plan = planned(BACKBONE, demand((20, 3)))
    assert plan.choice.cut is not None
    assert (plan.choice.cut.count, plan.choice.cut.pooled) == (3, False)
    assert "after 3 layers (block1), where the frozen part ends, 1 tensor" in explain(plan, BACKBONE, NAMES)


def test_nearer_to_the_input_where_the_cut_itself_does_not_fit() -> None:
    table = costs(3_000, 500, 100_000, 100_000)
    plan = planned(table, demand((20, 3)), Budgets(memory=4 * MIB, disk=0, shared=False))
    assert plan.choice.cut is not None
    assert plan.choice.cut.count == 2
    text = explain(plan, table, NAMES)
    assert "the layers from there to 3 stay frozen and run every epoch (33.3% of the work)" in text
    assert "after block1 needs 381 MiB, of memory 4 MiB may be used, and would be faster" in text


def test_of_places_with_the_same_work_the_smallest_is_kept() -> None:
    table = costs(3_000, 5_000, 700, 100_000, works=(0, 1_000_000, 0, 1_000_000))
    assert (planned(table, demand((20, 3))).choice.cut or table.cuts[0]).count == 3
    wider = costs(3_000, 700, 5_000, 100_000, works=(0, 1_000_000, 0, 1_000_000))
    plan = planned(wider, demand((20, 3)))
    assert plan.choice.cut is not None
    assert plan.choice.cut.count == 2
    assert "less to store than at the freeze count 3 and no work more" in explain(plan, wider, NAMES)


@pytest.mark.parametrize(
    ("wanted", "budgets", "mode", "why"),
    [
        (demand((20, 3)), PLENTY, "Off", "training.featureCache.mode is Off"),
        (demand((20, 0)), PLENTY, "Auto", "no layer is frozen in all phases"),
        (demand((3, 4), (17, 0)), PLENTY, "Auto", "no layer is frozen in all phases"),
        (demand((20, 3), augmented=True), PLENTY, "Auto", "to keep 10 views of each would not save enough of 92.6 s"),
        (demand((20, 3), augmented=True), PLENTY, "Auto", "so every epoch runs the whole network, on new views"),
        (demand((99, DEPTH), augmented=True, mixed=True), PLENTY, "Auto", "mixes each picture with another one"),
        (demand((99, DEPTH), augmented=True), Budgets(0, 0, shared=False), "Auto", "it does not fit"),
        (demand((20, 3)), Budgets(0, 0, shared=False), "Auto", "the smallest worthwhile one needs 3 MiB of memory"),
        (demand((1, 3)), PLENTY, "Auto", "it would save too little"),
    ],
)
def test_nothing_is_kept_for_a_reason_that_is_told(wanted, budgets, mode, why) -> None:  # type: ignore[no-untyped-def]
    plan = planned(BACKBONE, wanted, budgets, mode)
    assert plan.choice.keep == "Off"
    assert why in explain(plan, BACKBONE, NAMES)


def test_views_of_changed_pictures_are_kept_where_that_halves_the_time() -> None:
    plan = planned(BACKBONE, demand((60, DEPTH), augmented=True))
    assert (plan.choice.keep, plan.choice.views) == ("Memory", 10)
    assert plan.choice.bytes == (200 + 10 * 800) * 10 * 4
    text = explain(plan, BACKBONE, NAMES)
    assert "10 views of 800 pictures to train on, and 200 to measure on" in text
    assert "the epochs show the 10 views in turn, and new ones with training.featureCache.mode Off" in text


def test_no_more_views_are_kept_than_there_are_epochs() -> None:
    plan = planned(BACKBONE, demand((4, DEPTH), augmented=True), mode="Memory")
    assert plan.choice.views == 4
    assert "every epoch has a view of its own" in explain(plan, BACKBONE, NAMES)


@pytest.mark.parametrize(("mode", "keep"), [("Auto", "Memory"), ("Disk", "Disk"), ("Off", "Off")])
def test_views_that_are_asked_for_hold_whether_they_are_kept_or_not(mode: str, keep: str) -> None:
    plan = planned(BACKBONE, demand((20, DEPTH), augmented=True, views=3), mode=mode)
    assert (plan.choice.keep, plan.choice.views) == (keep, 3)


def test_auto_keeps_on_disk_only_what_a_shared_place_can_hold() -> None:
    small = 1 * MIB
    assert planned(BACKBONE, demand((20, 3)), Budgets(small, 1 << 40, shared=False)).choice.keep == "Off"
    assert planned(BACKBONE, demand((20, 3)), Budgets(small, 1 << 40, shared=True)).choice.keep == "Disk"
    assert planned(BACKBONE, demand((20, 3)), Budgets(1 << 40, small, shared=True)).choice.keep == "Memory"


def test_a_cache_that_is_asked_for_is_kept_even_where_it_saves_little() -> None:
    assert planned(BACKBONE, demand((1, 3)), PLENTY, "Disk").choice.keep == "Disk"


@given(
    phases=st.lists(st.tuples(st.integers(1, 30), st.integers(0, DEPTH)), min_size=1, max_size=5),
    memory=st.integers(0, 50 * MIB),
    mode=st.sampled_from(["Auto", "Memory", "Disk"]),
)
def test_no_phase_can_meet_a_stale_feature_and_no_budget_is_passed(
    phases: list[tuple[int, int]], memory: int, mode: str
) -> None:
    plan = planned(BACKBONE, demand(*phases), Budgets(memory, memory, shared=True), mode)
    if plan.choice.cut is not None:
        assert plan.choice.cut.count <= min(frozen for _, frozen in phases)
        assert not plan.choice.cut.pooled or all(frozen == DEPTH for _, frozen in phases)
        assert plan.choice.bytes <= memory
