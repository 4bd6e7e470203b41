"""The table of bad inputs: what it was, exit code, reason, sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from transferjob_trainer.contract import Termination

HEAD = "| input | code | reason | sentence |\n|---|---|---|---|\n"
LONGEST = 300


class Sentences:
    """Gathers rows and writes them when it is left."""

    def __init__(self, path: Path) -> None:
        self._path, self._rows = path, [HEAD]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("".join(self._rows), encoding="utf-8")

    def add(self, what: str, code: int, message: Termination, place: Path) -> None:
        """One row; the test's own folder is not shown. Asserts that it is one sentence of bounded length."""
        text = message.message
        assert "\n" not in text, text
        assert "Traceback" not in text, text
        shown = text.replace(str(place), "").replace("|", "\\|")
        self._rows.append(f"| {what} | {code} | {message.reason} | {shown[:LONGEST]} |\n")
