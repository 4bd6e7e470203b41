"""The snippet as text: a Python file or a notebook, bounded, with words for where a line stands."""

from __future__ import annotations

import ast
import json
import warnings
from dataclasses import dataclass

from ..errors import CliError, refused
from ..reading import STDIN, read_text

MAX_BYTES = 1 << 20
STDIN_NAME = "standard input"
_SHOWN = 90
_IPYTHON = ("%", "!")


@dataclass(frozen=True, slots=True)
class Source:
    """Python text; `places` says for each of its lines, from 1, where it stands."""

    name: str
    text: str
    places: tuple[str, ...]

    def place(self, line: int) -> str:
        """Such as `line 12`, or `cell 3, line 2` of a notebook."""
        return self.places[line - 1] if 0 < line <= len(self.places) else f"line {line}"

    def code(self, line: int) -> str:
        """What stands in the line, cut where it is long."""
        code = self.text.splitlines()[line - 1].strip() if line else ""
        return code if len(code) <= _SHOWN else f"{code[:_SHOWN]}..."

    def tree(self) -> ast.Module:
        """The syntax tree. Raises CliError with the line where the text is no Python 3."""
        try:
            with warnings.catch_warnings(action="ignore"):  # of the snippet's own escapes and comparisons
                return ast.parse(self.text)
        except SyntaxError as error:
            raise self._no_python(error) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise refused(
                f"{self.name} cannot be read as Python: it is nested too deep or holds null bytes."
            ) from error

    def _no_python(self, error: SyntaxError) -> CliError:
        old = " It looks like Python 2; put brackets around what it prints." if "print" in str(error.msg) else ""
        return refused(f"{self.name}, {self.place(error.lineno or 1)}: this is not Python 3: {error.msg}.{old}")


def read_source(file: str) -> Source:
    """The text of a .py or .ipynb file, or of standard input for `-`. Raises CliError."""
    name = STDIN_NAME if file == STDIN else file
    text = read_text(file, name=name, kind="snippet", limit=MAX_BYTES, encoding="utf-8-sig")
    return _notebook(name, text) if name.endswith(".ipynb") else _script(name, text)


def _script(name: str, text: str) -> Source:
    lines = text.splitlines()
    return Source(name, _python(lines), tuple(f"line {number}" for number in range(1, len(lines) + 1)))


def _notebook(name: str, text: str) -> Source:
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refused(f"{name} is not a Jupyter notebook.") from error
    lines, places = [], []
    for number, source in enumerate(sources, 1):
        for line, code in enumerate(source.splitlines(), 1):
            lines.append(code)
            places.append(f"code cell {number}, line {line}")
    return Source(name, _python(lines), tuple(places))


def _python(lines: list[str]) -> str:
    """Without the commands of IPython, each line in its place."""
    return "\n".join("" if line.lstrip().startswith(_IPYTHON) else line for line in lines) + "\n"
