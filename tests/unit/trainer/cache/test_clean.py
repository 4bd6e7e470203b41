"""The folder keeps within its size: what was not used for longest goes, what is in use and what is not ours stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cluster.api import poll
from tests.unit.trainer.cache.entries import filled, holds_known_rows, spec
from transferjob_trainer.cache.clean import folder_bytes, make_room, stored_entries
from transferjob_trainer.cache.entry import CacheUnavailable
from transferjob_trainer.cache.store import FeatureStore
from transferjob_trainer.cache.use import Use, file_system_time, in_use

KEYS = [letter * 64 for letter in "abc"]


def three_entries(root: Path) -> int:
    """Three closed entries, the first unused for longest; the bytes of one."""
    for age, key in zip((300, 200, 100), KEYS, strict=True):
        filled(root, key=key).close()
        used = root / key / "used"
        os.utime(used, (used.stat().st_mtime - age,) * 2)
    return folder_bytes(root / KEYS[0])


def names(root: Path) -> set[str]:
    return {entry.folder.name for entry in stored_entries(root)}


def test_the_longest_unused_goes_first_and_only_as_many_as_needed(tmp_path: Path) -> None:
    size = three_entries(tmp_path)
    lines: list[str] = []
    store = FeatureStore(tmp_path, lines.append, limit_bytes=3 * size + size // 2)
    entry = store.open(spec("d" * 64))
    assert names(tmp_path) == {*KEYS[1:], "d" * 64}
    assert "removed aaaaaaaaaaaa, not used for longest" in lines[0]
    entry.close()


def test_an_entry_that_is_opened_again_is_young_again(tmp_path: Path) -> None:
    size = three_entries(tmp_path)
    store = FeatureStore(tmp_path, print, limit_bytes=3 * size + size // 2)
    store.open(spec(KEYS[0])).close()
    store.open(spec("d" * 64)).close()
    assert names(tmp_path) == {KEYS[0], KEYS[2], "d" * 64}


def test_an_entry_in_use_stays_whatever_the_limit(tmp_path: Path) -> None:
    size = three_entries(tmp_path)
    store = FeatureStore(tmp_path, print, limit_bytes=2 * size)
    used = store.open(spec(KEYS[0]))
    assert store.room() == pytest.approx(size, rel=0.05)
    with pytest.raises(CacheUnavailable, match="do not fit the cache's 0 MiB beside the entries that other jobs use"):
        store.open(spec("d" * 64, rows=8_000))
    assert names(tmp_path) == {KEYS[0]}
    assert holds_known_rows(used)
    used.close()


def test_the_mark_of_a_dead_job_runs_out(tmp_path: Path) -> None:
    three_entries(tmp_path)
    mark = tmp_path / KEYS[0] / "use-of-a-dead-job"
    mark.touch()
    now = file_system_time(tmp_path)
    assert in_use(tmp_path / KEYS[0], now)
    os.utime(mark, (now - 400,) * 2)
    assert not in_use(tmp_path / KEYS[0], now)


def test_a_living_job_renews_its_mark(tmp_path: Path) -> None:

    use = Use(tmp_path, beat_seconds=0.02)
    (mark,) = tmp_path.glob("use-*")
    os.utime(mark, (0, 0))
    poll(lambda: mark.stat().st_mtime, lambda seconds: seconds > 0, 30, "a mark that is renewed")
    use.close()
    assert list(tmp_path.glob("use-*")) == []


def test_what_is_not_an_entry_is_never_touched(tmp_path: Path) -> None:
    three_entries(tmp_path)
    for name in ("pictures", "a" * 63):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.jpg").write_bytes(b"x" * 10_000)
    (tmp_path / ("f" * 64)).symlink_to(tmp_path / "pictures")
    fits, removed = make_room(tmp_path, 1, 1, "e" * 64)
    assert (fits, len(removed)) == (True, 3)
    assert names(tmp_path) == set()
    assert (tmp_path / "pictures" / "mine.jpg").exists()
    assert (tmp_path / ("a" * 63) / "mine.jpg").exists()
    with pytest.raises(CacheUnavailable, match="is a link"):
        FeatureStore(tmp_path, print, limit_bytes=1 << 30).open(spec("f" * 64))
