"""Reads TensorBoard's event files with TensorFlow alone."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

Scalars = dict[str, dict[int, float]]


def events(run: Path) -> list[Any]:
    """All events of one run's only file."""
    from tensorflow.compat.v1.train import summary_iterator

    (path,) = run.glob("events.out.tfevents.*")
    return list(summary_iterator(str(path)))


def scalars(run: Path) -> Scalars:
    """Values by tag and step; fails where a step is there twice."""
    found: Scalars = defaultdict(dict)
    for event in events(run):
        for value in event.summary.value:
            assert event.step not in found[value.tag]
            found[value.tag][event.step] = value.simple_value
    return dict(found)
