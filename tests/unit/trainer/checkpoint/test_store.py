"""The newest whole checkpoint of this very run is found, whatever else lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.trainer.checkpoint.states import JOB, ORIGIN, files_of, is_state_at, local_storage, state_at, store_in
from transferjob_trainer.storage import Storage
from transferjob_trainer.train.checkpoint.names import Name, parse_name
from transferjob_trainer.train.state import Position


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return local_storage(tmp_path)


def paths(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.safetensors"))


def test_the_newest_is_found_by_the_next_attempt_and_two_are_kept(tmp_path: Path, storage: Storage) -> None:
    first = store_in(storage, tmp_path, "pod-1")
    assert first.newest() is None
    for step in (3, 40, 500):
        report = first.save(state_at(2, step), 100.0 + step)
    assert (report.epoch, report.step, report.time) == (2, 500, 600.0)
    assert storage.uri() in report.uri
    found = store_in(storage, tmp_path, "pod-2").newest()
    assert found is not None
    assert is_state_at(found.state, 2, 500)
    assert (found.report, found.attempt) == (report, "pod-1")
    names = [parse_name(name) for name in files_of(storage)]
    assert [(name.epoch, name.step) for name in names if name] == [(2, 40), (2, 500)]
    assert list(tmp_path.glob("checkpoint-*")) == []


def test_order_is_by_place_in_training(tmp_path: Path, storage: Storage) -> None:
    store = store_in(storage, tmp_path)
    for phase, epoch, step in ((0, 9, 1), (0, 10, 0), (1, 10, 0)):
        store.save(state_at(epoch, step, phase=phase), 0.0)
        found = store.newest()
        assert found is not None
        assert found.state.document.position == Position(phase=phase, epoch=epoch, step=step)


@pytest.mark.checklist(29)
@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "swap"])
def test_a_broken_one_is_passed_over_named_and_removed(tmp_path: Path, storage: Storage, harm: str) -> None:
    store = store_in(storage, tmp_path)
    store.save(state_at(1, 1), 0.0)
    store.save(state_at(1, 2), 0.0)
    older, newer = paths(tmp_path / "checkpoints")
    data = bytearray(newer.read_bytes())
    data[-1] ^= 1
    harms = {"cut": bytes(data[:-9]), "flip": bytes(data), "empty": b"", "swap": older.read_bytes()}
    newer.write_bytes(harms[harm])
    lines: list[str] = []
    next_one = store_in(storage, tmp_path, "pod-2", lines=lines)
    found = next_one.newest()
    assert found is not None
    assert is_state_at(found.state, 1, 1)
    assert len(lines) == 1
    assert newer.name in lines[0]
    assert "passed over" in lines[0]
    next_one.save(state_at(1, 3), 0.0)
    assert newer not in paths(tmp_path / "checkpoints")
    assert older in paths(tmp_path / "checkpoints"), "a broken one does not count as one of two"


@pytest.mark.parametrize(
    "changed",
    [
        {"job": JOB.model_copy(update={"uid": "another"})},
        {"run_digest": "3" * 64},
        {"dataset_digest": "3" * 64},
        {"keras": "4.0.0"},
    ],
)
def test_a_strangers_checkpoint_is_never_gone_on_from(
    tmp_path: Path, storage: Storage, changed: dict[str, object]
) -> None:
    store_in(storage, tmp_path).save(state_at(1, 1), 0.0)
    other = ORIGIN.model_copy(update=changed)
    lines: list[str] = []
    store = store_in(storage, tmp_path, origin=other, lines=lines)
    assert store.newest() is None
    assert bool(lines) == ("job" not in changed)
    # Also when somebody carries the file over.
    (path,) = paths(tmp_path / "checkpoints")
    store.save(state_at(1, 0), 0.0)
    (own,) = (found for found in paths(tmp_path / "checkpoints") if found != path)
    own.with_name(path.name).write_bytes(path.read_bytes())
    found = store.newest()
    assert found is not None
    assert is_state_at(found.state, 1, 0)
    assert "another run" in lines[-1]


def test_the_job_is_cleared_with_what_was_never_finished(tmp_path: Path, storage: Storage) -> None:
    other = ORIGIN.model_copy(update={"job": JOB.model_copy(update={"uid": "another"})})
    store_in(storage, tmp_path, origin=other).save(state_at(1, 1), 0.0)
    store = store_in(storage, tmp_path)
    store.save(state_at(1, 1), 0.0)
    (folder,) = (tmp_path / "checkpoints" / JOB.uid).iterdir()
    (folder / ".transferjob-left.behind").write_bytes(b"half")
    store.clear()
    store.clear()
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["another"]


def test_names() -> None:
    name = Name.of(Position(phase=1, epoch=12, step=345), "pod/with:odd characters" + "x" * 90, "a" * 64)
    assert parse_name(str(name)) == name
    assert len(str(name)) < 200
    for other in ("", "latest", str(name) + "x", str(name).replace("e000012", "e000000"), "p001-e1-s1.a.b.safetensors"):
        assert parse_name(other) is None
