"""Local folders: whole files or none, nothing outside, and failures with their names."""

import os
from pathlib import Path

import pytest

from transferjob_trainer.errors import DatasetInvalid, InvalidSpec, StorageDenied
from transferjob_trainer.storage import Credentials, Storage, open_storage

CLAIM = "team-data"


def _claims(tmp_path: Path, path: str = "models") -> Storage:
    (tmp_path / "claims" / CLAIM).mkdir(parents=True, exist_ok=True)
    return open_storage(f"pvc://{CLAIM}/{path}", Credentials(), claims_root=tmp_path / "claims", absent=DatasetInvalid)


def _folder(path: Path) -> Storage:
    return open_storage(f"file://{path}", Credentials(), absent=DatasetInvalid)


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_goes_in_and_comes_out(tmp_path: Path) -> None:
    storage = _claims(tmp_path)
    storage.probe_write()
    assert storage.write_new("a/b.bin", b"first")
    assert not storage.write_new("a/b.bin", b"second")
    storage.write("a/c.json", b"old")
    storage.write("a/c.json", b"new")
    (tmp_path / "big").write_bytes(b"x" * 3_000_000)
    assert storage.write_new("big", tmp_path / "big")
    root = tmp_path / "claims" / CLAIM / "models"
    assert _names(root) == ["a/b.bin", "a/c.json", "big"]
    assert (storage.read("a/b.bin"), storage.read("a/c.json"), storage.read("big", 9)) == (b"first", b"new", b"x" * 10)
    sizes = {entry.path: entry.size for entry in storage.list()}
    assert sizes == {"a/b.bin": 5, "a/c.json": 3, "big": 3_000_000}
    assert {entry.path for entry in storage.list("a")} == {"a/b.bin", "a/c.json"}
    storage.download("big", tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_size == 3_000_000
    storage.delete("big")
    storage.delete("big")
    assert not storage.exists("big")
    assert storage.uri("a/b.bin") == f"pvc://{CLAIM}/models/a/b.bin"


def test_the_location_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "w.h5").write_bytes(b"weights")
    storage = _folder(tmp_path / "w.h5")
    assert storage.exists("")
    assert storage.read("") == b"weights"
    assert list(storage.list()) == []


def test_what_is_not_there(tmp_path: Path) -> None:
    storage = _folder(tmp_path)
    assert not storage.exists("nothing")
    assert list(storage.list("nothing")) == []
    with pytest.raises(DatasetInvalid, match="nothing: No such file"):
        storage.read("nothing")


def test_a_source_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    storage = _folder(tmp_path / "out")
    with pytest.raises(DatasetInvalid):
        storage.write_new("model", tmp_path / "missing")
    assert _names(tmp_path / "out") == []


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "a\0b"])
def test_paths_that_lead_out(tmp_path: Path, path: str) -> None:
    storage = _folder(tmp_path)
    for action in (storage.read, storage.exists, storage.delete):
        with pytest.raises(StorageDenied, match="leads out"):
            action(path)


def test_links_that_lead_out(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s")
    storage = _claims(tmp_path)
    storage.write("inside", b"i")
    root = tmp_path / "claims" / CLAIM / "models"
    (root / "good").symlink_to(root / "inside")
    assert storage.read("good") == b"i"
    (root / "bad").symlink_to(tmp_path / "secret")
    with pytest.raises(StorageDenied, match="link that leads out"):
        storage.read("bad")
    with pytest.raises(StorageDenied, match="link that leads out"):
        list(storage.list())
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(StorageDenied, match="link that leads out"):
        storage.write("out/x", b"x")


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "data" / "b").symlink_to("a")
    with pytest.raises(DatasetInvalid, match="b is a link to a folder"):
        list(_folder(tmp_path / "data").list())


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    storage = _folder(tmp_path)
    assert list(storage.list()) == []
    with pytest.raises(DatasetInvalid, match="not a file"):
        storage.read("pipe")


def test_a_claim_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    storage = open_storage("pvc://absent/x", Credentials(), claims_root=tmp_path, absent=StorageDenied)
    with pytest.raises(StorageDenied, match="'absent' of pvc://absent/x is not mounted"):
        storage.probe_write()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_cannot_be_written(tmp_path: Path) -> None:
    # The superuser may write anywhere but in the kernel's own file systems.
    with pytest.raises(StorageDenied, match="/sys/kernel"):
        _folder(Path("/sys/kernel")).probe_write()


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [("ftp://b/x", "must start with"), ("pvc://c/x", "no volume claims")],
)
def test_uris_that_cannot_be_opened(uri: str, sentence: str) -> None:
    with pytest.raises(InvalidSpec, match=sentence):
        open_storage(uri, Credentials())
