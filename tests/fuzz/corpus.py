"""Real small datasets in every format, each built through a mutator."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.fuzz.mutate import Mutator
from tests.unit.trainer.data.pictures import picture, pixels
from transferjob_trainer.data.formats.records import masked_crc

Files = dict[str, bytes]

KINDS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
PICTURES = [picture(seed, KINDS[seed % len(KINDS)], 12, 10) for seed in range(12)]
PATHS = [f"{'ab'[index % 2]}/{index:02d}.{KINDS[index % len(KINDS)].lower()}" for index in range(12)]
PIXELS = np.stack([pixels(seed, 12, 10) for seed in range(12)])


@dataclass(frozen=True, slots=True)
class Case:
    """A dataset: files below a folder, and what a spec says of it."""

    build: Callable[[Mutator], Files]
    uri: str
    """Path below the folder, or a named dataset."""
    group_by: str | None = None


def folder(mutate: Mutator) -> Files:
    return {path: mutate.inner(mutate.outer(data)) for path, data in zip(PATHS, PICTURES, strict=True)}


def table(mutate: Mutator) -> Files:
    lines = [f"{path},{path[0]},g{index % 4}" for index, path in enumerate(PATHS)]
    text = "\r\n".join(["path,label,patient", *lines]).encode()
    return {**dict(zip(PATHS, PICTURES, strict=True)), "t.csv": mutate.outer(mutate.inner(text))}


def zipped(mutate: Mutator) -> Files:
    return {"x.zip": mutate.outer(_zip({path: mutate.inner(data) for path, data in _members(mutate)}))}


def tarred(mutate: Mutator) -> Files:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, data in _members(mutate):
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return {"x.tar.gz": mutate.outer(gzip.compress(mutate.inner(packed.getvalue()), 1))}


def arrays(mutate: Mutator) -> Files:
    parts = {"images": PIXELS, "labels": np.arange(12) % 2, "patient": np.array([f"p{row % 4}" for row in range(12)])}
    members: Files = {}
    for name, array in parts.items():
        file = io.BytesIO()
        np.save(file, array)
        members[f"{name}.npy"] = mutate.inner(file.getvalue())
    return {"x.npz": mutate.outer(_zip(members))}


def records(mutate: Mutator) -> Files:
    framed = b""
    for index, data in enumerate(PICTURES):
        values = {b"image": data, b"label": b"ab"[index % 2 : index % 2 + 1], b"patient": b"%d" % (index % 4)}
        record = mutate.inner(_example(values))
        length = struct.pack("<Q", len(record))
        framed += length + struct.pack("<I", masked_crc(length)) + record + struct.pack("<I", masked_crc(record))
    return {"x.tfrecord": mutate.outer(framed)}


def fashion(mutate: Mutator) -> Files:
    grey, labels = PIXELS[..., 0], (np.arange(12) % 2).astype(np.uint8)
    return {
        f"datasets/fashion-mnist/train-{name}-ubyte.gz": mutate.outer(gzip.compress(mutate.inner(_idx(array)), 1))
        for name, array in (("images-idx3", grey), ("labels-idx1", labels))
    }


def cifar(mutate: Mutator) -> Files:
    rows = np.random.default_rng(0).integers(0, 256, (12, 3072), np.uint8)
    batch = {b"data": rows, b"fine_labels": [row % 2 for row in range(12)]}
    meta = {b"fine_label_names": [b"apple", b"bear"]}
    return {
        f"datasets/cifar-100-python/{name}": mutate.outer(mutate.inner(pickle.dumps(content, protocol=2)))
        for name, content in (("train", batch), ("meta", meta))
    }


CASES = {
    "folder": Case(folder, ""),
    "csv": Case(table, "t.csv", "patient"),
    "zip": Case(zipped, "x.zip"),
    "tar": Case(tarred, "x.tar.gz"),
    "npz": Case(arrays, "x.npz", "patient"),
    "tfrecord": Case(records, "x.tfrecord", "patient"),
    "fashion": Case(fashion, "keras://fashion_mnist"),
    "cifar": Case(cifar, "keras://cifar100"),
}


def _members(mutate: Mutator) -> list[tuple[str, bytes]]:
    return [(mutate.inner(path.encode()).decode("latin-1"), data) for path, data in zip(PATHS, PICTURES, strict=True)]


def _zip(members: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo()
            info.filename = name
            archive.writestr(info, data)
    return packed.getvalue()


def _idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{array.ndim + 1}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def _example(values: dict[bytes, bytes]) -> bytes:
    entries = (_field(1, name) + _field(2, _field(1, _field(1, value))) for name, value in values.items())
    return _field(1, b"".join(_field(1, entry) for entry in entries))


def _field(number: int, value: bytes) -> bytes:
    """A field of protobuf's wire format that holds bytes."""
    length, size = b"", len(value)
    while size >= 0x80:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + value
