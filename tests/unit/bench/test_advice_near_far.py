"""The border of near and far is where the fewest tasks are on the wrong side."""

from __future__ import annotations

import pytest

from bench.advice.near_far import border


def test_the_border_lies_between_what_is_near_and_what_is_far() -> None:
    near = {"a": True, "b": True, "c": False, "d": False}
    assert border({"a": 0.1, "b": 0.2, "c": 0.6, "d": 0.9}, near) == pytest.approx(0.4)
    assert border({"a": 0.1, "b": 0.7, "c": 0.6, "d": 0.9}, near) in (pytest.approx(0.35), pytest.approx(0.8))
    assert border({"a": 0.1}, near) is None
