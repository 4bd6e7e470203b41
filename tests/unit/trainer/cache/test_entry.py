"""An entry is found whole or not at all: cut short, changed, of another version or place is noticed and made again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.cache.entries import (
    CHUNKS,
    FACTS,
    KEY,
    SAMPLES,
    filled,
    holds_known_rows,
    known_rows,
    no_progress,
    open_entry,
)
from transferjob_trainer.cache.chunk import HEADER_BYTES, Arrays
from transferjob_trainer.cache.fill import MemoryEntry, fill

SECOND = "rows-000001.bin"


def test_what_was_filled_is_found_by_the_next_job(tmp_path: Path) -> None:
    filled(tmp_path).close()
    lines: list[str] = []
    entry = open_entry(tmp_path, lines)
    assert entry.facts == FACTS
    assert entry.missing() == []
    assert lines == []
    assert np.array_equal(entry.samples(), SAMPLES)
    assert holds_known_rows(entry)


def test_another_key_is_another_entry(tmp_path: Path) -> None:
    filled(tmp_path).close()
    entry = open_entry(tmp_path, [], key="b" * 64)
    assert entry.facts is None
    assert len(entry.missing()) == CHUNKS


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[HEADER_BYTES + 1000] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other_version(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2', 1))


def other_place(path: Path) -> None:
    path.write_bytes(path.with_name("rows-000000.bin").read_bytes())


def no_json(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(b"TJFEATURES\n" + b"[" * (HEADER_BYTES - 11) + data[HEADER_BYTES:])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (flip, "its sha256 is not the one in its header"),
        (cut, "are due"),
        (empty, "has 0 bytes"),
        (other_version, "is of format 2, this version writes 1"),
        (other_place, "belongs to another entry or place"),
        (no_json, "its header is no JSON"),
    ],
)
def test_damage_is_told_and_the_rows_are_made_again(tmp_path: Path, damage: Callable[[Path], None], told: str) -> None:
    filled(tmp_path).close()
    damage(tmp_path / KEY / SECOND)
    lines: list[str] = []
    entry = open_entry(tmp_path, lines)
    assert entry.facts is None
    assert entry.missing() == [1]
    assert told in "".join(lines)
    assert "rows 512 to 1023" in "".join(lines)
    asked: list[range] = []

    def compute(rows: range) -> Arrays:
        asked.append(rows)
        return known_rows(rows)

    fill(entry, compute, no_progress)
    entry.finish(FACTS, SAMPLES, {})
    assert asked == [range(512, 1024)]
    assert holds_known_rows(entry)


def test_without_its_manifest_an_entry_is_not_finished(tmp_path: Path) -> None:
    filled(tmp_path).close()
    manifest = tmp_path / KEY / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:-10])
    entry = open_entry(tmp_path, [])
    assert entry.facts is None
    assert entry.missing() == []


def test_a_manifest_of_other_rows_is_not_believed(tmp_path: Path) -> None:
    filled(tmp_path).close()
    manifest = tmp_path / KEY / "manifest.json"
    document = json.loads(manifest.read_text())
    document["chunks"][0] = "0" * 64
    manifest.write_text(json.dumps(document))
    lines: list[str] = []
    assert open_entry(tmp_path, lines).facts is None
    assert "lists other content" in lines[0]


def test_of_two_that_write_a_chunk_the_first_one_stays(tmp_path: Path) -> None:
    first, late = open_entry(tmp_path, []), open_entry(tmp_path, [])
    fill(first, known_rows, no_progress)
    late.put(0, tuple(array + 1 for array in known_rows(range(512))))
    first.finish(FACTS, SAMPLES, {})
    assert holds_known_rows(first)


def test_memory_holds_the_same_rows() -> None:
    from tests.unit.trainer.cache.entries import spec

    entry = MemoryEntry(spec())
    assert fill(entry, known_rows, no_progress) == CHUNKS
    numbers = np.array([1_999, 0, 512, 511])
    for got, due in zip(entry.features.rows(numbers), known_rows(range(2_000)), strict=True):
        assert np.array_equal(got, due[numbers])
