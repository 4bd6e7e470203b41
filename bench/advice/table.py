"""The table of what the advice and the rules lose, as Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from .near_far import shift_lines
from .regret import WAYS, Cells, Loss, advised, behind_rules, best_cut, errors_by_others, loss, worst_cut
from .results import read, whole
from .tasks import DRAWS, FEW, MANY, MORE, TASKS, cells

TABLE = "table.md"
BY_OTHERS, WORST = "advice, errors by others", "worst"


def report(folder: Path) -> None:
    """Prints the table of all cells that are whole, and writes it beside them."""
    groups: dict[str, dict[int, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells([task.name for task in TASKS], [FEW, MORE, MANY], DRAWS):
        if whole(folder / cell.file_name):
            groups[cell.task][cell.labels].append(read(folder / cell.file_name))
    if not groups:
        print("no cell is whole yet")
        return
    text = "\n".join(_lines(groups))
    print(f"\n{text}")
    (folder / TABLE).write_text(f"{text}\n")


def _lines(groups: Mapping[str, Mapping[int, Cells]]) -> Iterator[str]:
    sets = {task: list(by_labels.values()) for task, by_labels in groups.items()}
    rows = [
        (task, labels, found, _losses(task, found, sets))
        for task, by_labels in groups.items()
        for labels, found in by_labels.items()
    ]
    names = list(rows[0][3])
    yield "Points lost against the best cut (95 % interval), and the cuts."
    yield ""
    yield _row("task", "labels a class", "draws", *names, "best cut", "advised")
    yield _row(*["---"] * (len(names) + 5))
    for task, labels, found, losses in rows:
        cuts = ", ".join(str(advised()(cell)) for cell in found)
        yield _row(task, labels, len(found), *losses.values(), best_cut(found), cuts)
    yield _row("mean", "", "", *(f"{mean(losses[name].mean for *_, losses in rows):.2f}" for name in names), "", "")
    yield ""
    yield from _missed(rows)
    yield ""
    yield from shift_lines(sets)
    yield _seconds([cell for _, _, found, _ in rows for cell in found])


def _losses(task: str, found: Cells, sets: Mapping[str, Sequence[Cells]]) -> dict[str, Loss]:
    worst = worst_cut(found)
    ways = {**WAYS, BY_OTHERS: advised(errors_by_others(sets, task)), WORST: lambda _cell: worst}
    return {name: loss(found, way) for name, way in ways.items()}


def _missed(rows: Sequence[tuple[str, int, Cells, Mapping[str, Loss]]]) -> Iterator[str]:
    """Where the advice is worse than the better of the two rules by more than its interval."""
    for task, labels, found, _ in rows:
        behind = behind_rules(found, advised())
        verdict = "MISSED" if behind.low > 0 else "met"
        yield f"- {task}, {labels} labels: against the better of freeze all and freeze none {behind}: {verdict}"


def _seconds(found: Cells) -> str:
    advice = mean(cell["advice"]["seconds"] for cell in found)
    search = mean(sum(row["seconds"] for row in cell["trained"].values()) for cell in found)
    return f"\nSeconds a cell: advice {advice:.0f}, search over all cuts {search:.0f}."


def _row(*parts: object) -> str:
    return f"| {' | '.join(str(part).strip() for part in parts)} |"
