"""Two processes that fill one entry at once share the work; one that is killed in the midst blocks nobody."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.cluster.api import poll
from tests.unit.trainer.cache.entries import (
    FACTS,
    SAMPLES,
    holds_known_rows,
    known_rows,
    no_progress,
    open_entry,
)
from transferjob_trainer.cache.fill import fill

ROWS = 40 * 512
CHUNKS = 40
_SPAWN = multiprocessing.get_context("spawn")


def _fill(root: Path, pause: float, connection: Connection) -> None:
    entry = open_entry(root, [], rows=ROWS)

    def slowly(rows: range) -> tuple[Any, ...]:
        time.sleep(pause)  # stands for the prefix
        return known_rows(rows)

    connection.send("ready")
    connection.recv()
    count = fill(entry, slowly, no_progress)
    entry.finish(FACTS, SAMPLES, {})
    connection.send((count, holds_known_rows(entry)))


def _start(root: Path, pause: float) -> tuple[Any, Connection]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_fill, args=(root, pause, theirs), daemon=True)
    process.start()
    assert ours.recv() == "ready"
    return process, ours


def test_two_processes_share_one_filling(tmp_path: Path) -> None:
    fillers = [_start(tmp_path, 0.02) for _ in range(2)]
    for _, connection in fillers:
        connection.send("go")
    results = [connection.recv() for _, connection in fillers]
    for process, _ in fillers:
        process.join(30)
    counts = [count for count, _ in results]
    assert all(right for _, right in results)
    assert min(counts) >= CHUNKS // 4
    assert CHUNKS <= sum(counts) <= CHUNKS + 12
    assert open_entry(tmp_path, [], rows=ROWS).facts == FACTS


def test_a_filler_that_is_killed_leaves_whole_chunks_and_no_lock(tmp_path: Path) -> None:
    process, connection = _start(tmp_path, 0.02)
    connection.send("go")
    folder = tmp_path / ("a" * 64)
    poll(lambda: len(list(folder.glob("rows-*"))), lambda rows: rows >= 5, 30, "five chunks")
    os.kill(process.pid, signal.SIGKILL)
    process.join(30)
    lines: list[str] = []
    entry = open_entry(tmp_path, lines, rows=ROWS)
    assert lines == []
    left = len(entry.missing())
    assert left <= CHUNKS - 5
    assert fill(entry, known_rows, no_progress) == left
    entry.finish(FACTS, SAMPLES, {})
    assert holds_known_rows(entry)
