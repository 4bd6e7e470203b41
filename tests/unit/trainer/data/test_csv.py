"""A CSV and the pictures beside it are the same dataset as class folders; hostile ones end with one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import class_files, picture, write_tree
from transferjob_trainer.data.decode import decode
from transferjob_trainer.errors import DatasetInvalid, RunFailure, StorageDenied

FILES = class_files({"rose": 6, "daisy": 4})
PICTURES = {f"pictures/{path.replace('/', '-')}": content for path, content in FILES.items()}


def table(root: Path, text: str | bytes, name: str = "labels.csv", files: dict[str, bytes] = PICTURES) -> Path:
    write_tree(root, files)
    path = root / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows(header: str = "path,label") -> str:
    lines = [f"{path},{path.partition('/')[2].partition('-')[0]}" for path in PICTURES]
    return "\n".join([header, *lines]) + "\n"


def test_a_csv_is_the_same_as_class_folders(tmp_path: Path) -> None:
    folder = load(write_tree(tmp_path / "folder", FILES), tmp_path)
    made = load(table(tmp_path / "made", rows()), tmp_path)
    assert (made.classes, len(made.train), len(made.validation)) == (folder.classes, 8, 2)
    for image, label, path in zip(made.train.images, made.train.labels, made.train.paths, strict=True):
        assert np.array_equal(image, decode(PICTURES[path], 32, 32))
        assert made.classes[label] in path


@pytest.mark.parametrize(
    "text",
    [
        rows().replace(",", ";"),
        rows().replace(",", "\t"),
        "\ufeff" + rows().replace("\n", "\r\n"),
        rows().replace("pictures/", "./pictures//"),
        rows() + "\n\n" + rows().partition("\n")[2],
        "n,label,path\n" + "".join(f'1,"{line.split(",")[1]}","{line.split(",")[0]}"\n' for line in rows().split()[1:]),
    ],
    ids=["semicolons", "tabs", "mark-and-crlf", "loose-paths", "said-twice", "quoted"],
)
def test_ways_to_write_the_same(tmp_path: Path, text: str) -> None:
    plain = load(table(tmp_path / "plain", rows()), tmp_path)
    other = load(table(tmp_path / "other", text), tmp_path)
    assert (other.digest, other.train.paths, other.classes) == (plain.digest, plain.train.paths, plain.classes)


def test_the_table_in_a_folder_is_found_and_fields_name_columns(tmp_path: Path) -> None:
    table(tmp_path / "made", rows("where,what"), "flowers.csv")
    spec = {"fields": {"image": "where", "label": "what"}}
    assert load(tmp_path / "made", tmp_path, spec=spec).classes == ("daisy", "rose")
    with pytest.raises(DatasetInvalid, match=r"dataset.fields.image.*columns are 'what', 'where'"):
        load(tmp_path / "made", tmp_path)


def test_a_label_that_changes_changes_the_digest_and_nothing_else_does(tmp_path: Path) -> None:
    text = rows("path,label")
    first = load(table(tmp_path / "data", text), tmp_path).digest
    os.utime(tmp_path / "data" / "labels.csv", ns=(1, 1))
    assert load(tmp_path / "data", tmp_path).digest == first
    table(tmp_path / "data", text.replace("rose-000.png,rose", "rose-000.png,daisy"))
    assert load(tmp_path / "data", tmp_path).digest != first


def numbered(label: str = "1") -> str:
    lines = [f"{path},{10 if 'rose' in path else 9}" for path in PICTURES]
    return "path,label\n" + "\n".join([lines[0].rpartition(",")[0] + f",{label}", *lines[1:]])


def test_numbers_are_sorted_as_numbers_and_named_by_classes(tmp_path: Path) -> None:
    made = load(table(tmp_path / "made", numbered("10")), tmp_path)
    assert made.classes == ("9", "10")
    zero = numbered("10").replace(",9", ",0").replace(",10", ",1")
    named = load(table(tmp_path / "named", zero), tmp_path, spec={"classes": ["daisy", "rose"]})
    assert named.classes == ("daisy", "rose")
    assert all(named.classes[label] in path for label, path in zip(named.train.labels, named.train.paths, strict=True))


@pytest.mark.parametrize(
    ("text", "spec", "sentence"),
    [
        ("", {}, "name the column of the image"),
        ("path\nx.png\n", {}, "name the column of the label in dataset.fields.label: none is called label or class"),
        ("path,file,label\n", {}, r"several may be the image \(path, file\)"),
        (rows(), {"fields": {"label": "species"}}, "no column 'species', which dataset.fields.label names"),
        (rows("path,path,label"), {}, "2 columns 'path'"),
        (rows() + "pictures/none.png,rose\n", {}, r"1 of 11 pictures.*line 12 names 'pictures/none.png', which is not"),
        (
            rows() + "../x.png,rose\na/../../x,rose\n",
            {},
            r"2 of 12 rows.*line 12 has the path '../x.png', which climbs",
        ),
        (rows() + "/etc/passwd,rose\nfile:///etc/passwd,rose\nC:\\x,rose\n", {}, "3 of 13 rows.*absolute path '/etc/"),
        (rows() + '"pictures/a\nb.png",rose\n', {}, "control character in its path"),
        (rows() + "pictures/rose-000.png, \n", {}, "line 12 has no label"),
        (rows() + ",rose\n", {}, "line 12 has no path"),
        (rows() + "pictures/rose-000.png\n", {}, "line 12 has 1 cells, the header 2"),
        (rows() + "pictures/rose-000.png,daisy\n", {}, "says something else of 'pictures/rose-000.png' than line 2"),
        (rows() + f"x.png,{'y' * 256}\n", {}, "label of 256 characters, at most 255"),
        (rows() + "x\0.png,rose\n", {}, "line 12 holds a NUL character"),
        (rows().encode("utf-16"), {}, "line 1 is not UTF-8"),
        (rows() + '"open,rose\n', {}, "is no CSV: line 12: unexpected end of data"),
        (rows() + f'"{"x" * 200_000}",rose\n', {}, "field larger than field limit"),
        (rows() + '"x\n",' * 300_000, {}, "makes a row of more than 1,048,576 bytes"),
        (rows() + "z" * 2_000_000, {}, "makes a row of more than 1,048,576 bytes"),
        (
            numbered("2"),
            {"classes": ["daisy", "rose"]},
            r"10 of 10 labels.*has label 2, which dataset.classes limits to",
        ),
        (numbered("-1"), {}, r"1 of 10 labels.*rose-000.png has label -1, below 0"),
        (rows(), {"classes": ["rose", "tulip"]}, "lacks 1 of the 2 classes: 'tulip'"),
        (rows(), {"format": "NPZ"}, "is a CSV, but dataset.format is NPZ"),
    ],
)
def test_refused(tmp_path: Path, text: str | bytes, spec: dict[str, Any], sentence: str) -> None:
    path = table(tmp_path / "data", text)
    with pytest.raises(DatasetInvalid, match=sentence) as info:
        load(path, tmp_path, spec=spec)
    assert info.value.code == 65
    assert "\n" not in info.value.message
    assert len(info.value.message) < 1200


@pytest.mark.parametrize("to", ["/etc/hostname", "../outside.png"])
def test_links_that_lead_out_are_refused(tmp_path: Path, to: str) -> None:
    (tmp_path / "outside.png").write_bytes(picture(1))
    path = table(tmp_path / "data", rows() + "pictures/link.png,rose\n")
    (tmp_path / "data/pictures/link.png").symlink_to(to if to.startswith("/") else f"../{to}")
    with pytest.raises(RunFailure, match="leads out") as info:
        load(path, tmp_path)
    assert isinstance(info.value, StorageDenied)


def long_table(path: Path, lines: int) -> Path:
    with path.open("w") as file:
        file.write("path,label\n")
        file.writelines(f"pictures/{line}.png,{line % 7}\n" for line in range(lines))
    return path


PEAKS = """
import sys, tracemalloc
from pathlib import Path
from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.test_csv import long_table
from transferjob_trainer.errors import DatasetInvalid
for lines in (1_000, 10_000, 30_000):
    path = long_table(Path(sys.argv[1], f"{lines}.csv"), lines)
    tracemalloc.start()
    try:
        load(path, path.parent)
    except DatasetInvalid:
        print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


def test_memory_grows_slowly_with_the_lines(tmp_path: Path) -> None:
    # In a process of its own: tables that all share, of interned strings for one, grow by large steps in this one.
    done = subprocess.run([sys.executable, "-c", PEAKS, str(tmp_path)], capture_output=True, text=True, check=True)
    _, fewer, more = map(int, done.stdout.split())
    assert (more - fewer) / 20_000 < 400, (fewer, more)


@pytest.mark.slow
def test_a_million_lines_and_too_many(tmp_path: Path) -> None:
    for lines, sentence in ((1_000_000, "1,000,000 of 1,000,000 pictures"), (2_000_001, "more than 2,000,000 rows")):
        started = time.monotonic()
        with pytest.raises(DatasetInvalid, match=sentence):
            load(long_table(tmp_path / "labels.csv", lines), tmp_path)
        assert time.monotonic() - started < 120


def test_several_tables_are_refused_when_csv_is_asked_for(tmp_path: Path) -> None:
    table(tmp_path / "data", rows())
    table(tmp_path / "data", rows(), "other.csv")
    with pytest.raises(DatasetInvalid, match=r"holds 2 of them \(labels.csv, other.csv\)"):
        load(tmp_path / "data", tmp_path, spec={"format": "CSV"})
