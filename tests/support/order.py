"""The order of the files for two workers: those that compute alternate with those that wait for a cluster."""

from collections.abc import Iterable
from itertools import groupby

import pytest

_COMPUTE = ("tests/unit/trainer/", "tests/component/trainer", "tests/exact/", "tests/unit/operator/cli/")
_BESIDE_THE_DEMO = 16
"""Waiting files that come first: the demo, which is the very first and takes minutes, trains two networks at once."""


def alternating(files: Iterable[str]) -> list[str]:
    """Each of the two kinds is spread evenly over what follows the demo; within a kind the order stays.

    Computing files together would wait for the cores, waiting ones together would leave them idle.
    """
    files = list(files)
    computing, waiting = ([file for file in files if file.startswith(_COMPUTE) is kind] for kind in (True, False))
    first, rest = waiting[:_BESIDE_THE_DEMO], waiting[_BESIDE_THE_DEMO:]
    placed = [((number + 0.5) / len(kind), file) for kind in (computing, rest) for number, file in enumerate(kind)]
    return [*first, *(file for _, file in sorted(placed, key=lambda pair: pair[0]))]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file stay together."""
    by_file = {file: list(tests) for file, tests in groupby(items, key=lambda item: item.nodeid.split("::")[0])}
    items[:] = [item for file in alternating(by_file) for item in by_file[file]]
