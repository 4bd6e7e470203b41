"""The file of a checkpoint: what goes in comes out, and what does not add up is refused without harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transferjob_trainer.train.checkpoint.format import BrokenCheckpoint, read_file, write_file

ARRAYS: dict[str, Any] = {
    "model/00000": np.arange(24, dtype=np.float32).reshape(2, 3, 4)[:, ::2],
    "model/00001": np.array(7, np.int64),
    "model/00002": np.zeros((0, 5), np.float64),
    "model/00003": np.array([1.5, -2.0], ml_dtypes.bfloat16),
    "model/00004": np.array([True, False]),
    "optimizer/00000": np.array([0xFFFFFFFF], np.uint32),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("format") / "whole"
    with path.open("wb") as file:
        write_file(file, '{"a": 1}', ARRAYS)
    return path


def test_what_goes_in_comes_out(whole: Path) -> None:
    document, arrays = read_file(whole)
    assert document == '{"a": 1}'
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert (arrays[name].dtype, arrays[name].shape) == (array.dtype, array.shape)
        assert arrays[name].tobytes() == array.tobytes()
        arrays[name].reshape(-1)[:1] = 0  # ours to write on


def test_the_header_is_aligned(whole: Path) -> None:
    assert int.from_bytes(whole.read_bytes()[:8], "little") % 8 == 0


ENTRY = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}
META = {"__metadata__": {"transferjob": "{}"}}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({**META, "a": {**ENTRY, "dtype": "O"}}, "no plain type"),
        ({**META, "a": {**ENTRY, "shape": [-4]}}, "no plain type"),
        ({**META, "a": {**ENTRY, "shape": [True, 4]}}, "no plain type"),
        ({**META, "a": {**ENTRY, "shape": [1 << 61, 1 << 61]}}, "another size"),
        ({**META, "a": {**ENTRY, "shape": [1] * 17 + [4]}}, "no plain type"),
        ({**META, "a": {**ENTRY, "data_offsets": [0, 5]}}, "another size"),
        ({**META, "a": {**ENTRY, "data_offsets": [4, 0]}}, "another size"),
        ({**META, "a": {**ENTRY, "data_offsets": [4]}}, "no plain type"),
        ({**META, "a": ENTRY, "b": ENTRY}, "overlap"),
        ({**META, "a": {**ENTRY, "data_offsets": [1, 5]}}, "gaps"),
        ({**META, "a": {**ENTRY, "shape": [3], "data_offsets": [0, 3]}}, "the file holds 4"),
        ({**META, "a": 4}, "not described"),
        ({"a": ENTRY}, "no document"),
        ({"__metadata__": {"transferjob": 1}, "a": ENTRY}, "no document"),
        ([], "must be an object"),
    ],
)
def test_a_header_that_does_not_add_up(tmp_path: Path, header: object, words: str) -> None:
    text = json.dumps(header).encode()
    (tmp_path / "file").write_bytes(len(text).to_bytes(8, "little") + text + b"1234")
    with pytest.raises(BrokenCheckpoint, match=words):
        read_file(tmp_path / "file")


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 8, b"\xff" * 64, (1 << 40).to_bytes(8, "little") + b"{}", (2000).to_bytes(8, "little") + b"[" * 2000],
)
def test_a_file_that_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(BrokenCheckpoint):
        read_file(tmp_path / "file")


@given(cut=st.integers(0, 1000), flip=st.integers(0, 8 * 1000))
def test_a_file_that_was_cut_or_changed_does_no_harm(whole: Path, cut: int, flip: int) -> None:
    data = bytearray(whole.read_bytes())
    data[flip // 8 % len(data)] ^= 1 << flip % 8
    changed = whole.with_name("changed")
    changed.write_bytes(data[: len(data) - cut % len(data)])
    try:
        _, arrays = read_file(changed)
    except BrokenCheckpoint:
        return
    assert sum(array.nbytes for array in arrays.values()) <= len(data)
