"""TFRecord files as TensorFlow writes them, read without it; damaged ones end with one sentence."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import picture
from transferjob_trainer.data.decode import decode
from transferjob_trainer.data.formats.example import feature_names, read_features
from transferjob_trainer.data.formats.records import MAX_RECORD_BYTES, masked_crc
from transferjob_trainer.errors import DatasetInvalid

PICTURES = [picture(seed, "JPEG") for seed in range(12)]


def feature(value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    if all(isinstance(item, bytes) for item in values):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if all(isinstance(item, int) for item in values):
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
    return tf.train.Feature(float_list=tf.train.FloatList(value=values))


def example(**features: Any) -> bytes:
    made = tf.train.Features(feature={name: feature(value) for name, value in features.items()})
    return bytes(tf.train.Example(features=made).SerializeToString())


def good(index: int, **changed: Any) -> bytes:
    return example(**{"image": PICTURES[index], "label": index % 3, "height": 40, "score": [0.5, 1.5], **changed})


def write(path: Path, records: list[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)
    return path


def shards(folder: Path) -> Path:
    for shard in range(3):
        write(folder / f"x.tfrecord-0000{shard}-of-00003", [good(shard * 4 + index) for index in range(4)])
    return folder


def test_shards_are_read_as_they_were_written(tmp_path: Path) -> None:
    dataset = load(shards(tmp_path / "shards"), tmp_path)
    assert (dataset.classes, len(dataset.train), len(dataset.validation)) == (("0", "1", "2"), 9, 3)
    for image, label, path in zip(dataset.train.images, dataset.train.labels, dataset.train.paths, strict=True):
        shard, number = path.partition("-of-")[0][-1], path.rpartition("#")[2]
        index = int(shard) * 4 + int(number)
        assert label == index % 3
        assert np.array_equal(image, decode(PICTURES[index], 32, 32))


def test_one_file_other_features_and_names(tmp_path: Path) -> None:
    names = [b"rose", "gänseblümchen".encode(), b"tulip"]
    records = [example(jpg=PICTURES[index], kind=names[index % 3]) for index in range(12)]
    path = write(tmp_path / "flowers.tfrecord", records)
    spec = {"fields": {"image": "jpg", "label": "kind"}}
    assert load(path, tmp_path, spec=spec).classes == ("gänseblümchen", "rose", "tulip")
    with pytest.raises(
        DatasetInvalid, match=r"feature of the image in dataset.fields.image.*features are 'jpg', 'kind'"
    ):
        load(path, tmp_path)


def test_every_feature_is_read_as_tensorflow_reads_it() -> None:
    values: dict[str, Any] = {"a": -1, "b": [1 << 62, -(1 << 63), 0, 300], "c": [b"", b"x" * 300], "d": b"\xff", "é": 7}
    record = example(**values, floats=[1.0, 2.0])
    assert sorted(feature_names(record)) == sorted([*values, "floats"])
    found = read_features(record, values)
    assert {name: item.values for name, item in found.items()} == {
        name: value if isinstance(value, list) else [value] for name, value in values.items()
    }
    assert read_features(record, ["floats"])["floats"].kind == "float"


UNUSABLE = [
    (example(label=1), "has no feature 'image'"),
    (good(0, label=[]), "has no feature 'label'"),
    (good(0, label=[1, 2]), "has 2 values in 'label', one is expected"),
    (good(0, label=0.5), "has floating-point numbers in 'label'"),
    (good(0, image=7), "has no encoded picture in 'image', but a number"),
    (good(0, label=b"\xff"), "has a label in 'label' that is not UTF-8"),
    (good(0, label=b" "), "has no label"),
    (b"no example", "is no tf.train.Example"),
    (good(0)[:-3], "is no tf.train.Example: a field ends behind its message"),
    (b"\x80" * 12, "is no tf.train.Example: a number is too long"),
]


@pytest.mark.parametrize(("bad", "sentence"), UNUSABLE, ids=[sentence for _, sentence in UNUSABLE])
def test_records_that_cannot_be_used_are_counted(tmp_path: Path, bad: bytes, sentence: str) -> None:
    path = write(tmp_path / "x.tfrecord", [*(good(index) for index in range(12)), bad])
    with pytest.raises(DatasetInvalid, match=rf"1 of 13 records.*x.tfrecord#00000012 {sentence}") as info:
        load(path, tmp_path)
    assert info.value.code == 65
    assert "\n" not in info.value.message


def test_labels_out_of_range(tmp_path: Path) -> None:
    path = write(tmp_path / "x.tfrecord", [good(index) for index in range(12)])
    with pytest.raises(DatasetInvalid, match=r"4 of 12 labels.*has label 2, which dataset.classes limits to 0 to 1"):
        load(path, tmp_path, spec={"classes": ["a", "b"]})


def second(data: bytearray) -> int:
    return 16 + int(struct.unpack_from("<Q", data)[0])


def flip(data: bytearray, position: int) -> bytes:
    data[position] ^= 1
    return bytes(data)


def huge(data: bytearray) -> bytes:
    length = struct.pack("<Q", MAX_RECORD_BYTES + 1)
    return bytes(data) + length + struct.pack("<I", masked_crc(length))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: bytes(data[:-1]), r"record 12, at byte \d+,?\d*, is truncated; the 11 before it are whole"),
        (lambda data: bytes(data) + b"x", "record 13.*is truncated"),
        (lambda data: flip(data, second(data)), "record 2, .*length with a wrong CRC; the 1 before"),
        (lambda data: flip(data, second(data) + 40), "record 2, .*data with a wrong CRC"),
        (lambda data: flip(data, len(data) - 1), "record 12, .*data with a wrong CRC"),
        (lambda data: b"hello, I am no TFRecord", "record 1, at byte 0, .*or this is none"),
        (huge, r"record 13, .*has 68,157,441 bytes, at most 68,157,440 are accepted"),
        (lambda data: b"", "is empty"),
    ],
)
def test_damaged_files(tmp_path: Path, change: Any, sentence: str) -> None:
    path = write(tmp_path / "x.tfrecord", [good(index) for index in range(12)])
    path.write_bytes(change(bytearray(path.read_bytes())))
    with pytest.raises(DatasetInvalid, match=sentence) as info:
        load(path, tmp_path)
    assert "\n" not in info.value.message


def test_a_file_of_another_name_is_read_when_the_spec_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "records.bin", [good(index) for index in range(12)])
    with pytest.raises(DatasetInvalid, match="is a file, neither a folder"):
        load(path, tmp_path)
    assert len(load(path, tmp_path, spec={"format": "TFRecord"}).train) == 9
