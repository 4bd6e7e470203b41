"""Publishing that ends at any moment leaves a whole result or none, and goes on at the next attempt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.trainer.test_publish import JOB, result
from transferjob_trainer.publish import publish, published_result
from transferjob_trainer.storage import Credentials, Storage, open_storage

FILES = ("labels.txt", "model.keras", "savedmodel/1/saved_model.pb", "savedmodel/1/variables/variables.index")
WRITES = len(FILES) + 2


class _Killed(BaseException):
    """Ends the attempt where it stands, as SIGKILL does: nothing of ours catches it."""


class _UntilKilled:
    """A real storage whose user dies before its n-th write."""

    def __init__(self, storage: Storage, writes: int) -> None:
        self._storage, self._left = storage, writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def _count(self) -> None:
        if not self._left:
            raise _Killed
        self._left -= 1

    def write_new(self, path: str, source: Path | bytes) -> bool:
        self._count()
        return self._storage.write_new(path, source)

    def write(self, path: str, data: bytes) -> None:
        self._count()
        self._storage.write(path, data)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    for path in FILES:
        (tmp_path / "made" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "made" / path).write_text(path * 1000)
    return tmp_path / "made"


@pytest.mark.parametrize("writes", range(WRITES))
def test_killed_before_any_write(writes: int, tmp_path: Path, made: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    storage = open_storage(f"file://{output}", Credentials())
    with pytest.raises(_Killed):
        publish(result(), made, _UntilKilled(storage, writes))
    folder = output / result().digest
    assert published_result(JOB, storage) is None
    if (folder / "result.json").exists():
        assert all((folder / path).read_text() == path * 1000 for path in FILES)
    publish(result(), made, storage)
    assert published_result(JOB, storage) == result()
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        *FILES,
        "result.json",
    }
