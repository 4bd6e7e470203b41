"""The layout that the import system and readers rely on."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
LONGEST_FILE = 500


def _tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


def test_operator_and_tests_are_no_packages() -> None:
    """operator/__init__.py would hide the standard library's module from everything started in the checkout."""
    assert not (ROOT / "operator/__init__.py").exists()
    assert [path for path in _tracked("tests/*.py") if path.name == "__init__.py"] == []


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in _tracked("*.py")
        if (n := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_module_is_without_a_docstring() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in _tracked("*/src/*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
