"""One damaged dataset, loaded: it becomes a dataset, or ends with one sentence, soon and in bounded memory."""

from __future__ import annotations

import random
import resource
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.fuzz.corpus import CASES, Case
from tests.fuzz.mutate import Mutator
from tests.unit.trainer.data.loading import load
from transferjob_trainer.errors import DatasetInvalid, RunFailure

MOST_SECONDS = 20
MOST_BYTES = 6 << 30
"""Of address space. Threads and libraries take one or two GiB of it."""
LONGEST_SENTENCE = 4_096


def play(name: str, seed: int, folder: Path) -> str:
    """What became of it: "loaded" or the failure's reason. Raises whatever else it raised, or AssertionError."""
    case = CASES[name]
    shutil.rmtree(folder, ignore_errors=True)
    _write(folder / "data", case.build(Mutator(random.Random(f"{name} {seed}"))))
    scratch = folder / "scratch"
    scratch.mkdir()
    outcome = _load(case, folder / "data", scratch)
    assert list(scratch.iterdir()) == [], "files were left in scratch"
    return outcome


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Asking for more than MOST_BYTES raises MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _load(case: Case, data: Path, scratch: Path) -> str:
    named = "://" in case.uri
    spec: dict[str, Any] = {"validation": {"groupBy": case.group_by}} if case.group_by else {}
    try:
        with _deadline():
            load(case.uri if named else data / case.uri, scratch, spec=spec, keras_home=data if named else None)
    except RunFailure as failure:
        return _judged(failure)
    return "loaded"


def _judged(failure: RunFailure) -> str:
    assert isinstance(failure, DatasetInvalid), repr(failure)
    assert "\n" not in failure.message, failure.message
    assert len(failure.message) <= LONGEST_SENTENCE, failure.message
    return failure.reason


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@contextmanager
def _deadline() -> Iterator[None]:
    def late(_signal: int, _frame: object) -> None:
        raise AssertionError(f"not done after {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
