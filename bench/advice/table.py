"""The table of what the advice and the rules lose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .regret import WAYS, advised, best_cut, errors_by_others, loss, worst_cut
from .results import read, whole
from .tasks import DRAWS, FEW, MANY, MORE, TASKS, cells


def report(folder: Path) -> None:
    """Prints the table of all cells that are whole."""
    groups: dict[str, dict[int, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells([task.name for task in TASKS], [FEW, MORE, MANY], DRAWS):
        if whole(folder / cell.file_name):
            groups[cell.task][cell.labels].append(read(folder / cell.file_name))
    if not groups:
        print("no cell is whole yet")
        return
    sets = {task: list(by_labels.values()) for task, by_labels in groups.items()}
    print("\npoints lost against the best cut (95 % interval), and the cuts\n")
    print(" | ".join(["task", "labels", "draws", *WAYS, "advice, errors by others", "worst", "best cut", "advised"]))
    means: dict[str, list[float]] = defaultdict(list)
    for task, by_labels in groups.items():
        for labels, found in by_labels.items():
            print(" | ".join([task, str(labels), str(len(found)), *_row(task, found, sets, means)]))
    print("\nmean: " + ", ".join(f"{name} {sum(lost) / len(lost):.2f}" for name, lost in means.items()))
    print(_seconds([cell for by_labels in groups.values() for found in by_labels.values() for cell in found]))


def _row(
    task: str,
    found: Sequence[Mapping[str, Any]],
    sets: Mapping[str, Sequence[Sequence[Mapping[str, Any]]]],
    means: dict[str, list[float]],
) -> list[str]:
    worst = worst_cut(found)
    ways = {**WAYS, "advice, errors by others": advised(errors_by_others(sets, task)), "worst": lambda _cell: worst}
    losses = {name: loss(found, way) for name, way in ways.items()}
    for name, lost in losses.items():
        means[name].append(lost.mean)
    return [*map(str, losses.values()), str(best_cut(found)), ", ".join(str(advised()(cell)) for cell in found)]


def _seconds(found: Sequence[Mapping[str, Any]]) -> str:
    advice = sum(cell["advice"]["seconds"] for cell in found) / len(found)
    search = sum(row["seconds"] for cell in found for row in cell["trained"].values()) / len(found)
    return f"seconds a cell: advice {advice:.0f}, search over all cuts {search:.0f}"
