"""Datasets that cannot be trained on, as people and attackers have them: each a name, files, and what must be said."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.unit.trainer.data.pictures import class_files, picture, write_tree

GOOD = class_files({"a": 6, "b": 6})


@dataclass(frozen=True, slots=True)
class Bad:
    """One of them."""

    what: str
    make: Callable[[Path], Path]
    """Writes it into an empty folder; returns what dataset.uri names."""
    words: str
    """Part of the sentence."""
    reason: str = "DatasetInvalid"
    spec: dict[str, Any] = field(default_factory=dict)
    """Of spec.dataset, beside the URI."""


def folder(files: dict[str, bytes]) -> Callable[[Path], Path]:
    return lambda place: write_tree(place / "x", files)


def zipped(members: dict[str, bytes], links: tuple[str, ...] = ()) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        with zipfile.ZipFile(place / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                info = zipfile.ZipInfo(name)
                if name in links:
                    info.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(info, content, zipfile.ZIP_DEFLATED)
        return place / "x.zip"

    return make


def many_members(count: int) -> Callable[[Path], Path]:
    """A tar of empty files, compressed as well as it goes."""

    def make(place: Path) -> Path:
        header = bytearray(tarfile.TarInfo("a/0000000.png").tobuf(tarfile.USTAR_FORMAT))
        rest = int(header[148:154], 8) - sum(header[2:9])
        with gzip.open(place / "x.tar.gz", "wb", compresslevel=1) as archive:
            for index in range(count):
                # Seven digits and the checksum are all that differs: tarfile itself would take minutes.
                header[2:9] = b"%07d" % index
                header[148:154] = b"%06o" % (rest + sum(header[2:9]))
                archive.write(header)
            archive.write(bytes(1024))
        return place / "x.tar.gz"

    return make


def many_in_a_zip(count: int) -> Callable[[Path], Path]:
    """A .zip that lists one empty file so often, with as many names."""

    def make(place: Path) -> Path:
        start = 30 + 13
        member = (20, 0, 0, 0, 33, 0, 0, 0, 13, 0)
        local = struct.pack("<4s5H3L2H", b"PK\3\4", *member) + b"a/0000000.png"
        entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *member, 0, 0, 0, 0, 0)
        with (place / "x.zip").open("wb") as archive:
            archive.write(local)
            for index in range(count):
                archive.write(b"%sa/%07d.png" % (entry, index))
            size = count * (len(entry) + 13)
            end = start + size
            archive.write(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start))
            archive.write(struct.pack("<4sLQL", b"PK\6\7", 0, end, 1))
            archive.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size, 0xFFFFFFFF, 0))
        return place / "x.zip"

    return make


def table(text: str, pictures: dict[str, bytes] = GOOD) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        write_tree(place / "x", pictures)
        (place / "x/labels.csv").write_text(text)
        return place / "x/labels.csv"

    return make


def arrays(**named: Any) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        np.savez(place / "x.npz", **named)
        return place / "x.npz"

    return make


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size, with next to nothing inside."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def spoiled(content: bytes) -> Callable[[Path], Path]:
    """The good folder with three files of class a replaced: more than may be left out."""
    return folder({**GOOD, **dict.fromkeys(list(GOOD)[:3], content)})


def pickled(place: Path) -> Path:
    np.savez(place / "x.npz", images=np.array([{"a": 1}] * 12, dtype=object), labels=np.arange(12) % 2)
    return place / "x.npz"


def cut_tar(place: Path) -> Path:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in GOOD.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    (place / "x.tar.gz").write_bytes(packed.getvalue()[: len(packed.getvalue()) * 2 // 3])
    return place / "x.tar.gz"


ROWS = "".join(f"{name},{name[0]}\n" for name in GOOD)
PIXELS = np.zeros((12, 8, 8, 3), np.uint8)
TWELVE = np.arange(12) % 2
BAD: tuple[Bad, ...] = (
    Bad("nothing there", lambda place: place / "x", "there is no"),
    Bad("an empty folder", folder({"readme.txt": b"x"}), "no pictures"),
    Bad("one class", folder(class_files({"a": 6})), "has 1 class ('a'); at least 2 are needed"),
    Bad("an archive with an absolute path", zipped({**GOOD, "/etc/a.png": b"x"}), "'/etc/a.png'"),
    Bad("an archive that climbs", zipped({**GOOD, "../a.png": b"x"}), "'../a.png'"),
    Bad("an archive with a link", zipped({**GOOD, "a/l.png": b"/etc/passwd"}, ("a/l.png",)), "is a link or a device"),
    Bad("a bomb", zipped({**GOOD, "a/bomb.png": bytes(200 << 20)}), "unpacks to"),
    Bad("more than two million members", many_members(2_000_001), "2,000,000"),
    Bad("more than two million members in a .zip", many_in_a_zip(2_000_001), "2,000,000"),
    Bad("an archive that is cut", cut_tar, "is damaged"),
    Bad("files that lie about their type", spoiled(b"GIF89a not"), "pictures are broken"),
    Bad("text named .png", spoiled(b"<html>404</html>"), "not a JPEG, PNG, GIF, BMP, WebP or TIFF"),
    Bad("pictures of 100,000 pixels a side", spoiled(png(100_000, 100_000)), "more than 80,000,000 pixels"),
    Bad("pictures of no pixels", spoiled(png(0, 8)), "pictures are broken"),
    Bad("pictures that are cut", spoiled(picture(1)[:60]), "pictures are broken"),
    Bad("empty pictures", spoiled(b""), "an empty file"),
    Bad("a table without the column", table("file,kind\n" + ROWS), "label"),
    Bad("a table with files that are not there", table("path,label\n" + ROWS + "a/none.png,a\n"), "'a/none.png'"),
    Bad("a table that climbs", table("path,label\n" + ROWS + "../../x.png,a\n"), "x.png"),
    Bad("an .npz with pickles", pickled, "object"),
    Bad("an .npz of a wrong shape", arrays(images=PIXELS[..., 0, 0], labels=TWELVE), "shape"),
    Bad("an .npz with fewer labels", arrays(images=PIXELS, labels=TWELVE[:5]), "5"),
    Bad(
        "labels out of range",
        arrays(images=PIXELS, labels=TWELVE + 3),
        "which dataset.classes limits to 0 to 1",
        spec={"classes": ["x", "y"]},
    ),
)
