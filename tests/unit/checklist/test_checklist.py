"""make checklist tells gaps from proofs, from pytest's own collection."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from tests.checklist.collect import Proof
from tests.checklist.lines import LINES, Line
from tests.checklist.report import problems, show, show_verdict
from tests.checklist.targets import targets_of

ROOT = Path(__file__).parents[3]
TWO = (Line(1, "First group", "Words [of] one"), Line(2, "Second group", "Words of two", "make soak"))
KILLS = Proof("tests/faults/test_kills.py::test_kill", {1}, Counter({"make test": 1, "make test-slow": 11}))
MARKED = """
import pytest
@pytest.mark.checklist(1, 3)
@pytest.mark.parametrize("case", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_two_cases(case): ...
@pytest.mark.checklist(99)
def test_of_no_line(): ...
def test_of_nothing(): ...
"""


def printed(proofs: list[Proof], *, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, highlight=False, width=40)
    show(console, TWO, proofs)
    show_verdict(console, TWO, proofs, problems(TWO, proofs))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_the_lines_are_numbered_without_a_gap_and_say_different_things() -> None:
    assert [line.number for line in LINES] == list(range(1, 46))
    assert len({line.words for line in LINES}) == len(LINES)


def test_each_line_is_shown_with_its_tests_and_where_they_run() -> None:
    text = printed([KILLS])
    expected = [
        "First group",
        "  1  Words [of] one",
        "       tests/faults/test_kills.py::test_kill  make test, make test-slow (11 cases)",
        "Second group",
        "  2  Words of two",
        "       at full size: make soak",
        "       no test",
        "line 2 has no test: Words of two",
        "1 of 2 lines have a test, by 1 tests",
    ]
    assert [row for row in text.splitlines() if row] == expected


def test_colours_are_for_terminals() -> None:
    assert "\x1b[" not in printed([KILLS])
    assert "\x1b[" in printed([KILLS], terminal=True)


@pytest.mark.parametrize("number", [3, 0, "1", None])
def test_a_marker_that_names_no_line_is_a_problem(number: object) -> None:
    strange = Proof("tests/a.py::test_a", {1, 2, number}, Counter({"make test": 1}))
    (problem,) = problems(TWO, [strange])
    assert problem.startswith("tests/a.py::test_a: checklist(")
    assert problem.endswith(") names no line, they are 1 to 2")


def test_a_proof_that_never_runs_is_a_problem() -> None:
    assert problems(TWO, [Proof("tests/a.py::test_a", {1, 2})]) == [
        "tests/a.py::test_a proves a line and runs in no target"
    ]


def test_a_test_runs_where_its_folder_and_its_markers_say() -> None:
    assert targets_of("tests/faults/test_a.py", {"slow"}) == ["make test-slow", "make test-faults"]
    assert targets_of("tests/unit/test_a.py", set()) == ["make test"]
    assert targets_of("tests/exact/test_a.py", {"exact"}) == ["make test-exact"]
    assert targets_of("tests/elsewhere/test_a.py", set()) == []


@pytest.mark.parametrize(("marks", "code"), [(MARKED, 1), ("import nothing_of_this_name", 2)])
def test_the_command_reads_the_markers_and_tells_gaps_by_its_exit_code(tmp_path: Path, marks: str, code: int) -> None:
    (tmp_path / "test_marked.py").write_text(marks)
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command = [sys.executable, "-m", "tests.checklist", *config, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == code
    if code == 2:
        assert "nothing_of_this_name" in ran.stderr
        return
    assert ran.stdout.count("test_two_cases") == 2  # once a line
    assert "checklist(99) names no line, they are 1 to 45" in ran.stdout
    assert "test_of_nothing" not in ran.stdout
    assert "2 of 45 lines have a test, by 2 tests" in ran.stdout
