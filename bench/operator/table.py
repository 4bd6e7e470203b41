"""The figures as a table, each beside its budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.operator.budgets import BUDGETS, ahead

_NOT_FIGURES = frozenset({"runs", "spread", "jobs", "rest_seconds"})


def show(document: Mapping[str, Any], console: Console) -> None:
    """Prints all figures."""
    table = Table("case", "figure", "median", "smallest - largest", "budget", title="Operator")
    for case, figures in document.items():
        if case != "machine":
            for row in _rows(case, figures):
                table.add_row(*row)
            table.add_section()
    console.print(table)
    leads = ahead(document)
    if leads is not None:
        console.print(f"children a second {'ahead of' if leads else '[red]behind[/]'} the peer at its best")


def _rows(case: str, figures: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, value in figures.items():
        if name not in _NOT_FIGURES:
            low, high = figures.get("spread", {}).get(name, (value, value))
            yield case, name, f"{value:g}", f"{low:g} - {high:g}" if low != high else "", _verdict(case, name, value)


def _verdict(case: str, name: str, value: float) -> str:
    budget = BUDGETS.get((case, name))
    if budget is None:
        return ""
    return f"{budget.text} [green]kept[/]" if budget.holds(value) else f"{budget.text} [red]missed[/]"
