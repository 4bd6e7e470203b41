"""Rows of a table that cannot be used: all are counted, a few are shown."""

from __future__ import annotations

from ...errors import DatasetInvalid

_SHOWN = 5
_LONGEST = 120


class Problems:
    """Collects what is wrong with the rows of one file."""

    def __init__(self, uri: str, kind: str) -> None:
        self._uri, self._kind = uri, kind
        self._count = 0
        self._shown: list[str] = []

    def add(self, where: str, why: str) -> None:
        """Takes note of a row that cannot be used."""
        self._count += 1
        if len(self._shown) < _SHOWN:
            self._shown.append(f"{where} {why}")

    def require_none(self, rows: int) -> None:
        """Raises DatasetInvalid when there was a problem; `rows` is how many rows there are in all."""
        if self._count:
            raise DatasetInvalid(
                f"{self._uri}: {self._count:,} of {rows:,} {self._kind} cannot be used: {'; '.join(self._shown)}."
            )


def quoted(text: str) -> str:
    """A text from a file as a sentence shows it: on one line, not too long."""
    return repr(text[:_LONGEST]) + ("..." if len(text) > _LONGEST else "")
