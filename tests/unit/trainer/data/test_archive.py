"""Archives hold the same as folders; hostile ones are refused with the member's name."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, write_tree
from transferjob_trainer.data import zipdirectory
from transferjob_trainer.data.member import MemberCheck
from transferjob_trainer.errors import DatasetInvalid

FILES = class_files({"a": 6, "b": 5})
Members = dict[str, bytes]


def make_zip(path: Path, files: Members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, files: Members, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


KINDS: dict[str, Callable[[Path, Members], Path]] = {
    "x.zip": make_zip,
    "x.tar": make_tar,
    "x.tar.gz": lambda path, files: make_tar(path, files, "w:gz"),
    "x.tgz": lambda path, files: make_tar(path, files, "w:gz"),
    "x.tar.bz2": lambda path, files: make_tar(path, files, "w:bz2"),
    "x.tar.xz": lambda path, files: make_tar(path, files, "w:xz"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_is_the_same_as_the_folder(tmp_path: Path, kind: str) -> None:
    folder = load(write_tree(tmp_path / "folder", FILES), tmp_path)
    archive = load(KINDS[kind](tmp_path / kind, FILES), tmp_path)
    assert archive.digest == folder.digest
    assert archive.validation.paths == folder.validation.paths
    assert np.array_equal(archive.train.images, folder.train.images)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["folder", kind]


@pytest.mark.parametrize("kind", ["x.zip", "x.tar"])
def test_a_single_top_folder_is_looked_through(tmp_path: Path, kind: str) -> None:
    files = {f"flowers/{name}": content for name, content in FILES.items()} | {"__MACOSX/flowers/a/._1.png": b""}
    dataset = load(KINDS[kind](tmp_path / kind, files), tmp_path)
    assert (dataset.classes, dataset.ignored) == (("a", "b"), 1)


HOSTILE = {
    "/etc/a.png": "absolute",
    "C:/a.png": "absolute",
    "../a/1.png": r"'\.\.'",
    "a/../../1.png": r"'\.\.'",
    "a/x\x07.png": "control",
    "A/000.png": "only by case",
    "a/000.PNG": "only by case",
    "a/" + "n" * 2000 + ".png": "2,006 characters",
}


@pytest.mark.parametrize("kind", ["x.zip", "x.tar", "x.tar.gz"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path: Path, kind: str, name: str) -> None:
    path = KINDS[kind](tmp_path / kind, {**FILES, name: b"x"})
    with pytest.raises(DatasetInvalid, match=HOSTILE[name]) as info:
        load(path, tmp_path)
    assert repr(name[:100])[1:-1] in info.value.message
    assert [item.name for item in tmp_path.iterdir()] == [kind]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar(tmp_path: Path, kind: bytes) -> None:
    path = make_tar(tmp_path / "x.tar", FILES)
    with tarfile.open(path, "a") as archive:
        info = tarfile.TarInfo("a/link.png")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(DatasetInvalid, match=r"'a/link.png' is a link or a device"):
        load(path, tmp_path)


def test_a_member_without_a_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        info = zipfile.ZipInfo("a")
        info.filename = ""
        archive.writestr(info, "x")
    with pytest.raises(DatasetInvalid, match="its member '' has no name"):
        load(tmp_path / "x.zip", tmp_path)


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("a/link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(DatasetInvalid, match=r"'a/link.png' is a link or a device"):
        load(path, tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_a_name_that_appears_twice(tmp_path: Path, make: Callable[[Path, Members], Path]) -> None:
    path = make(tmp_path / ("x.zip" if make is make_zip else "x.tar"), FILES)
    if make is make_zip:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("a/000.png", b"other")
    else:
        with tarfile.open(path, "a") as tar:
            tar.addfile(tarfile.TarInfo("a/000.png"))
    with pytest.raises(DatasetInvalid, match=r"'a/000.png' appears twice"):
        load(path, tmp_path)


@pytest.mark.parametrize("kind", ["x.zip", "x.tar.gz"])
def test_a_member_that_is_too_large(tmp_path: Path, kind: str) -> None:
    path = KINDS[kind](tmp_path / kind, {**FILES, "a/bomb.png": bytes((64 << 20) + 1)})
    with pytest.raises(DatasetInvalid, match=r"'a/bomb.png' unpacks to 67,108,865 bytes"):
        load(path, tmp_path)


def test_many_members_that_are_a_bomb_together(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "x.tar.xz", {f"a/{n}.png": bytes(60 << 20) for n in range(5)}, "w:xz")
    with pytest.raises(DatasetInvalid, match=r"'a/4.png' brings the unpacked size over"):
        load(path, tmp_path)


def test_bytes_that_no_header_declared_are_counted() -> None:
    check = MemberCheck("x.tar.gz", 1000)
    check.unpacked(256 << 20)
    with pytest.raises(DatasetInvalid, match="unpacks to more than"):
        check.unpacked(1)


def test_a_header_that_wants_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 200 << 20
    (tmp_path / "x.tar").write_bytes(info.tobuf() + bytes(4096))
    with pytest.raises(DatasetInvalid, match="a header of 209,715,200 bytes"):
        load(tmp_path / "x.tar", tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5])
def test_a_cut_archive_is_damaged(tmp_path: Path, kind: str, share: float) -> None:
    path = KINDS[kind](tmp_path / kind, FILES)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(DatasetInvalid, match=r"is damaged|is empty"):
        load(path, tmp_path)


def test_a_broken_header_inside_a_tar_is_not_taken_for_its_end(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "x.tar", FILES)
    data = bytearray(path.read_bytes())
    second = data.index(b"a/003.png")
    data[second + 100 : second + 160] = b"\xff" * 60
    path.write_bytes(data)
    with pytest.raises(DatasetInvalid, match="broken header"):
        load(path, tmp_path)


def test_a_lying_size_in_a_zip(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", FILES)
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (7).to_bytes(4, "little")
    path.write_bytes(data)
    dataset_error = pytest.raises(DatasetInvalid, match="damaged")
    with dataset_error:
        load(path, tmp_path)


@pytest.mark.parametrize("comment", [b"", b"a comment"])
def test_the_list_of_a_zip_is_bounded_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comment: bytes
) -> None:
    path = make_zip(tmp_path / "x.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = comment
    monkeypatch.setattr(zipdirectory, "MAX_MEMBERS", len(FILES))
    assert len(load(path, tmp_path).train) > 0
    monkeypatch.setattr(zipdirectory, "MAX_MEMBERS", len(FILES) - 1)
    with pytest.raises(DatasetInvalid, match=f"at most {len(FILES) - 1} members are accepted"):
        load(path, tmp_path)
    monkeypatch.setattr(zipdirectory, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(DatasetInvalid, match=r"its list of members has \d+ bytes; at most 100 are accepted"):
        load(path, tmp_path)


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", FILES)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(DatasetInvalid, match="is encrypted"):
        load(path, tmp_path)


def test_other_files_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "x.rar"
    path.write_bytes(b"Rar!")
    with pytest.raises(DatasetInvalid, match=r"is a file, neither .*\.zip"):
        load(path, tmp_path)
