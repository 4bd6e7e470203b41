"""Where near ends and far begins: the shift of each task beside what a person would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import mean

from .regret import Cells, freeze_all, loss
from .tasks import TASKS

_NEAR = {task.name: task.near for task in TASKS}


def shift_lines(sets: Mapping[str, Sequence[Cells]]) -> Iterator[str]:
    """A row a task: its shift, the border that the other tasks set, and what freezing everything costs there.

    Args:
        sets: by task: the draws of each number of labels.
    """
    shifts = {
        task: mean(cell["advice"]["shift"] for cells in groups for cell in cells) for task, groups in sets.items()
    }
    yield "| task | shift | a person says | border by the other tasks | so it is | freeze all loses |"
    yield "|---|---|---|---|---|---|"
    for task, shift in shifts.items():
        others = {name: other for name, other in shifts.items() if name != task}
        at = border(others, _NEAR)
        word = "" if at is None else "near" if shift < at else "far"
        cost = mean(loss(cells, freeze_all).mean for cells in sets[task])
        yield f"| {task} | {shift:.3f} | {_word(task)} | {'' if at is None else f'{at:.3f}'} | {word} | {cost:.1f} |"


def border(shifts: Mapping[str, float], near: Mapping[str, bool]) -> float | None:
    """The shift between near and far tasks that puts the fewest on the wrong side; None with fewer than two tasks.

    Args:
        shifts: by task.
        near: what a person says of each.
    """
    places = [mean(pair) for pair in pairwise(sorted(shifts.values()))]
    wrong = {at: sum((shift < at) != near[task] for task, shift in shifts.items()) for at in places}
    return min(wrong, key=lambda at: wrong[at], default=None)


def _word(task: str) -> str:
    return "near" if _NEAR[task] else "far"
