"""Which tests prove which lines: asked of pytest's own collection, so that there is no second list of tests."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.checklist.targets import targets_of

MARKER = "checklist"


@dataclass
class Proof:
    """One test function, all its cases together."""

    test: str
    """Path and name, without the parameters of a case."""
    numbers: set[object] = field(default_factory=set)
    """What its markers say, right or wrong."""
    targets: Counter[str] = field(default_factory=Counter)
    """Number of its cases by the command that runs them."""


class CollectionFailed(Exception):
    """pytest could not collect; the text is what it said."""


class Collector:
    """A plugin that keeps what was collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Called by pytest once, with everything."""
        self.items = session.items


def collect(arguments: Sequence[str]) -> list[Proof]:
    """The tests under these paths that have the marker, in the order of pytest.

    Raises:
        CollectionFailed: a file could not be collected.
    """
    collector, said = Collector(), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["--collect-only", "--quiet", *arguments], plugins=[collector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CollectionFailed(said.getvalue().strip())
    return proofs(collector.items)


def proofs(items: Iterable[pytest.Item]) -> list[Proof]:
    """The marked ones, cases of one function put together."""
    found: dict[str, Proof] = {}
    for item in items:
        marks = list(item.iter_markers(MARKER))
        if marks:
            test = item.nodeid.partition("[")[0]
            proof = found.setdefault(test, Proof(test))
            proof.numbers.update(*(_numbers(mark) for mark in marks))
            path, names = item.nodeid.partition("::")[0], {mark.name for mark in item.iter_markers()}
            proof.targets.update(targets_of(path, names))
    return list(found.values())


def _numbers(mark: pytest.Mark) -> tuple[Any, ...]:
    """A marker without a number is as wrong as one with the number of no line."""
    return mark.args or (None,)
