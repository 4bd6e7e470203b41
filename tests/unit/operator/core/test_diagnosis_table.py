from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import transferjob_operator
from tests.unit.operator.core.diagnosis_cases import CASES, ENDS
from transferjob_operator.core.diagnosis import ROWS
from transferjob_operator.core.diagnosis.ordinary import ORDINARY
from transferjob_operator.core.diagnosis.row import Row
from transferjob_trainer.contract import ENDINGS

SOURCES = Path(transferjob_operator.__file__).parent
REASON_AT = {"Outcome": 1, "Situation": 1, "Claim": 1, "found": 0, "Exit": 0}
"""Calls that take a reason, and at which position."""
TABLES = ("row.py", "table.py", "rows_of_ends.py", "rows_with_gpu.py", "rows_without_gpu.py", "ordinary.py")


def used() -> Iterator[tuple[str, str]]:
    """Reason and place of every reason that is written down in a call of the operator's code."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REASON_AT:
                yield from (
                    (reason, f"{path.name}:{node.lineno}") for reason in _reasons(node, REASON_AT[node.func.id])
                )


def _reasons(call: ast.Call, position: int) -> Iterator[str]:
    for value in (*call.args[position : position + 1], *(word.value for word in call.keywords if word.arg == "reason")):
        yield from _strings(value)


def _strings(value: ast.expr) -> Iterator[str]:
    """What the expression can be, as far as that is written there."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    for part in [value.body, value.orelse] if isinstance(value, ast.IfExp) else getattr(value, "values", ()):
        yield from _strings(part)


def literals() -> set[str]:
    """Every string in the operator's code outside the tables."""
    files = [path for path in SOURCES.rglob("*.py") if path.name not in TABLES]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text())))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_reason_is_one_row() -> None:
    reasons = [row.reason for row in ROWS]
    assert len(reasons) == len(set(reasons))
    assert not set(reasons) & (set(ORDINARY) - {"Succeeded"})


def test_every_reason_that_is_used_is_in_the_table() -> None:
    known = {row.reason for row in ROWS} | set(ORDINARY)
    assert [place for place in used() if place[0] not in known] == []


def test_every_reason_that_the_trainer_chooses_is_a_row_as_the_contract_says() -> None:
    rows = {row.reason: row.retried for row in ROWS}
    assert {ending.reason: ending.retry for ending in ENDINGS if ending.code} == {
        ending.reason: rows[ending.reason] for ending in ENDINGS if ending.code
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_every_row_is_reached(row: Row) -> None:
    """By a case of the readers, by a policy that names it, or by an exit code of the contract."""
    reached = {case.reason for case in CASES} | {reason for reason, _pod, _part in ENDS}
    assert row.reason in reached | literals() | {ending.reason for ending in ENDINGS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
def test_a_row_is_whole_and_does_not_contradict_itself(row: Row) -> None:
    assert row.what
    assert row.advice
    assert row.reads
    assert row.retried != "never" or row.hold in ("none", "start timeout")
    assert not row.hopeless or row.retried == "never"
