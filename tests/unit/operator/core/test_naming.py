from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transferjob_operator.core.naming import MAX_CHILD_NAME, child_labels, child_name, owner_reference

LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
SUBDOMAIN = st.from_regex(r"\A[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?){0,3}\Z")


def test_a_short_plain_name_is_kept() -> None:
    assert child_name("flowers") == "flowers"


@pytest.mark.checklist(37)
def test_names_with_one_beginning_or_with_dots_stay_apart() -> None:
    names = ["a" * 60, "a" * 61, "a" * 253, "a.b", "a-b", "a.b.c"]
    assert len({child_name(name) for name in names}) == len(names)


@pytest.mark.checklist(37)
@given(SUBDOMAIN)
def test_every_name_gives_a_label_that_leaves_room_for_the_pods_suffix(name: str) -> None:
    child = child_name(name)
    assert LABEL.match(child)
    assert len(child) <= MAX_CHILD_NAME
    assert child == child_name(name)


@given(SUBDOMAIN)
def test_labels_hold_any_name(name: str) -> None:
    assert all(len(value) <= 63 for value in child_labels(name, "4f6b2f0e-7e57-4a0c-9a50-0f4d6a5f3a11").values())


def test_the_child_belongs_to_its_job_by_uid() -> None:
    reference = owner_reference("flowers", "uid-1")
    assert reference["controller"]
    assert reference["blockOwnerDeletion"]
    assert reference["uid"] == "uid-1"
