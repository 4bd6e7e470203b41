"""From a listed dataset to a source of batches: what is found, what is made again, and what a warm job reads."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.cache.data import job_of, lively_network, prepared
from tests.unit.trainer.runs import write_digits
from transferjob_trainer.contract.run_file import RunFile
from transferjob_trainer.errors import InvalidSpec

FOUND = "feature cache: found whole; neither the prefix nor a picture is needed"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return write_digits(tmp_path / "pictures", classes=3, each=16)


def job(pictures: Path, cache: Path, **training: Any) -> RunFile:
    feature_cache = {"mode": "Disk", "uri": f"file://{cache}"}
    return job_of(pictures, "MobileNet", {"all": True}, **{"featureCache": feature_cache, "epochs": 2, **training})


def run(job: RunFile, scratch: Path, seed: int = 0) -> tuple[Any, Any, list[str]]:
    """The dataset, what training is fed in its first epoch, and the lines of the log."""
    lines: list[str] = []
    with prepared(job, lively_network(job, seed=seed), scratch, lines) as data:
        feed, _ = data.source(None)  # type: ignore[arg-type]
        batches = islice(iter(feed.training(1, 0)), feed.steps)
        return data, [(inputs[0].numpy(), labels.numpy()) for inputs, labels, _ in batches], lines


def same(one: Any, other: Any) -> bool:
    return all(
        np.array_equal(a, b) for left, right in zip(one, other, strict=True) for a, b in zip(left, right, strict=True)
    )


def spoil(picture: Path) -> None:
    """Other bytes, of which size and time tell nothing."""
    facts = picture.stat()
    picture.write_bytes(bytes(facts.st_size))
    os.utime(picture, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_a_warm_job_reads_no_picture_and_sees_the_same(pictures: Path, tmp_path: Path) -> None:
    broken = next(pictures.glob("2/*.png"))
    broken.write_bytes(b"no picture")
    first, *others = sorted(pictures.glob("0/*.png"))
    for other in others:
        other.write_bytes(first.read_bytes())
    cold, seen, lines = run(job(pictures, tmp_path / "cache"), tmp_path)
    assert FOUND not in lines
    for picture in pictures.rglob("*.png"):
        spoil(picture)
    warm, seen_again, lines = run(job(pictures, tmp_path / "cache"), tmp_path)
    assert FOUND in lines
    assert warm.dataset.crossings == cold.dataset.crossings != ()
    assert same(seen, seen_again)
    assert warm.dataset.digest == cold.dataset.digest
    assert [file.path for file in warm.dataset.skipped] == [f"2/{broken.name}"]
    assert np.array_equal(warm.samples, cold.samples)
    assert warm.samples.any()


def test_another_split_seed_and_head_share_the_entry(pictures: Path, tmp_path: Path) -> None:
    run(job(pictures, tmp_path / "cache"), tmp_path)
    other = job(pictures, tmp_path / "cache", seed=7, optimizer={"learningRate": 0.1}, epochs=5)
    assert FOUND in run(other, tmp_path)[2]


@pytest.mark.parametrize(
    "what", ["weights", "picture", *(pytest.param(name, marks=pytest.mark.slow) for name in ("pooling", "resize"))]
)
def test_whatever_changes_a_feature_is_another_entry(what: str, pictures: Path, tmp_path: Path) -> None:
    plain = job(pictures, tmp_path / "cache")
    run(plain, tmp_path)
    changed = plain
    if what == "picture":
        next(pictures.glob("1/*.png")).touch()
    if what == "pooling":
        changed = plain.model_copy(update={"head": plain.head.model_copy(update={"pooling": "Max"})})
    if what == "resize":
        resize = plain.input.resize.model_copy(update={"antialias": not plain.input.resize.antialias})
        changed = plain.model_copy(update={"input": plain.input.model_copy(update={"resize": resize})})
    lines = run(changed, tmp_path, seed=1 if what == "weights" else 0)[2]
    assert FOUND not in lines
    assert FOUND in run(plain, tmp_path)[2] or what == "picture"


def test_a_damaged_entry_is_mended(pictures: Path, tmp_path: Path) -> None:
    _, seen, _ = run(job(pictures, tmp_path / "cache"), tmp_path)
    (rows,) = (tmp_path / "cache").rglob("rows-*.bin")
    data = bytearray(rows.read_bytes())
    data[-1] ^= 1
    rows.write_bytes(data)
    _, seen_again, lines = run(job(pictures, tmp_path / "cache"), tmp_path)
    assert any("its sha256 is not the one in its header; it is computed again" in line for line in lines)
    assert same(seen, seen_again)
    assert FOUND in run(job(pictures, tmp_path / "cache"), tmp_path)[2]


def test_a_place_that_cannot_be_used_costs_the_cache_and_not_the_run(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    _, seen, lines = run(job(pictures, tmp_path / "cache"), tmp_path)
    assert any(line.startswith("feature cache: none, because file:///") for line in lines)
    assert seen[0][0].shape[1:] == (32, 32, 3)


def test_a_place_that_leads_elsewhere_is_refused() -> None:
    from transferjob_trainer.cache.place import cache_folder

    with pytest.raises(InvalidSpec, match=r"featureCache\.uri must start with one of pvc://, file://"):
        cache_folder("s3://bucket/features", None)


def test_a_claims_link_out_of_the_claim_is_refused(tmp_path: Path) -> None:
    from transferjob_trainer.cache.place import cache_folder

    (tmp_path / "claim").mkdir()
    (tmp_path / "claim" / "features").symlink_to(tmp_path)
    with pytest.raises(InvalidSpec, match="is a link that leads out of the claim"):
        cache_folder("pvc://claim/features", tmp_path)
    assert cache_folder("pvc://claim/other", tmp_path) == tmp_path / "claim" / "other"


def test_features_of_pictures_that_changed_while_they_were_read_serve_no_other_job(
    pictures: Path, tmp_path: Path
) -> None:
    picture, cached = next(pictures.glob("1/*.png")), job(pictures, tmp_path / "cache")
    before, facts = picture.read_bytes(), picture.stat()
    lines: list[str] = []

    def change() -> None:
        picture.write_bytes(next(pictures.glob("2/*.png")).read_bytes())

    with prepared(cached, lively_network(cached), tmp_path, lines, listed=change) as data:
        assert any("the dataset changed while it was read; its features serve this job alone" in line for line in lines)
        feed, _ = data.source(None)  # type: ignore[arg-type]
        assert sum(len(labels) for _, labels, _ in islice(iter(feed.training(1, 0)), feed.steps)) == feed.examples
    picture.write_bytes(before)
    os.utime(picture, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert FOUND not in run(cached, tmp_path)[2]
    assert FOUND in run(cached, tmp_path)[2]
