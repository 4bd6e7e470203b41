"""Every bad input ends with its exit code and one sentence, and leaves nothing behind; the table goes to build/data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.component.trainer.test_end_to_end import started
from tests.component.trainer_s3.places import BUCKET, PLACES
from tests.data.bad_inputs import BAD, GOOD, Bad
from tests.data.sentences import Sentences
from tests.unit.trainer.data.pictures import write_tree
from tests.unit.trainer.runs import write_digits, write_run
from tests.unit.trainer.test_refusals import arguments, ended, message_of
from transferjob_trainer.contract.environment import DATASET_PREFIX, SCRATCH

UNSHARED = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")


@pytest.fixture(scope="module")
def sentences() -> Iterator[Sentences]:
    with Sentences(Path("build/data/bad-inputs.md")) as kept:
        yield kept


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.what)
def test_a_dataset(bad: Bad, tmp_path: Path, sentences: Sentences) -> None:
    (tmp_path / "data").mkdir()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run = write_run(tmp_path, dataset={"uri": f"file://{bad.make(tmp_path / 'data')}", **bad.spec})
    code, message = ended(run, **{SCRATCH: str(scratch)})
    sentences.add(bad.what, code, message, tmp_path)
    assert (code, message.reason) == (65, bad.reason), message.message
    assert bad.words in message.message
    assert not list(scratch.iterdir())
    assert not (tmp_path / "output/latest.json").exists()


@pytest.mark.parametrize("name", ["new\nline", "x" * 255, "tab\there", "\u202egnp", "ros\u00e9"])
def test_odd_names_of_classes_are_names(name: str, tmp_path: Path) -> None:
    """A name that a file system takes is a class, whatever it looks like; so are two that differ by case alone."""
    from tests.unit.trainer.data.loading import load

    files = {path.replace("a/", f"{name}/", 1): content for path, content in GOOD.items()}
    files |= {path.replace("b/", "B/", 1): content for path, content in GOOD.items() if path[0] == "b"}
    dataset = load(write_tree(tmp_path / "x", files), tmp_path)
    assert set(dataset.classes) == {name, "b", "B"}


@pytest.mark.parametrize("scheme", sorted(PLACES))
def test_wrong_keys_and_a_bucket_that_vanishes(scheme: str, tmp_path: Path, sentences: Sentences) -> None:
    with PLACES[scheme]() as place:
        for file in write_digits(tmp_path / "digits", each=150).rglob("*.png"):
            place.server.put(BUCKET, file.relative_to(tmp_path / "digits").as_posix(), file.read_bytes())
        run = write_run(tmp_path, dataset={"uri": place.uri})
        code, message = ended(run, **place.environment(DATASET_PREFIX, **place.wrong[-1]))
        sentences.add(f"a wrong credential ({scheme})", code, message, tmp_path)
        assert (code, message.reason) == (77, "StorageDenied")

        with started(run, **place.environment(DATASET_PREFIX)) as trainer:
            # As soon as the classes are told, all pictures have been listed and few have been read.
            for line in iter(trainer.process.stdout.readline, ""):  # type: ignore[union-attr]
                if "class folders" in line or "ImageFolder" in line:
                    place.server.delete_bucket(BUCKET)
                    break
            code, printed, message = trainer.end(240)
        sentences.add(f"a bucket that vanishes while it is read ({scheme})", code, message, tmp_path)
        assert (code, message.reason) in ((65, "DatasetInvalid"), (69, "StorageUnavailable")), printed
        assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("what", "mount", "reason"),
    [
        ("an output that is read-only", "mount --bind {out} {out}; mount -o remount,ro,bind {out}", "StorageDenied"),
        ("an output disk that is full", "mount -t tmpfs -o size=128k none {out}", "StorageUnavailable"),
        ("a scratch disk that is full", "mount -t tmpfs -o size=16k none {scratch}", "StorageUnavailable"),
    ],
)
def test_disks(what: str, mount: str, reason: str, tmp_path: Path, sentences: Sentences) -> None:
    """In a mount namespace of its own, which goes with the process."""
    probe = subprocess.run([*UNSHARED, "mount -t tmpfs none /mnt"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this machine lets nobody make a mount namespace")
    out, scratch, log = tmp_path / "output", tmp_path / "scratch", tmp_path / "termination"
    out.mkdir()
    scratch.mkdir()
    log.touch()
    run = write_run(tmp_path, dataset={"uri": "sklearn://digits"})
    command = [sys.executable, "-m", "transferjob_trainer", *arguments(run, log)]
    script = f'{mount.format(out=out, scratch=scratch)}; exec env {SCRATCH}={scratch} "$@"'
    done = subprocess.run([*UNSHARED, script, "sh", *command], capture_output=True, text=True, check=False, timeout=240)
    message = message_of(log)
    sentences.add(what, done.returncode, message, tmp_path)
    assert message.reason == reason, message.message
    assert "Traceback" not in done.stdout + done.stderr
    assert not (out / "latest.json").exists()


def test_a_wrong_sha256(tmp_path: Path, sentences: Sentences) -> None:
    (tmp_path / "a.weights.h5").write_bytes(b"not weights")
    backbone = {"name": "MobileNet", "weights": f"file://{tmp_path}/a.weights.h5", "sha256": "0" * 64}
    code, message = ended(write_run(tmp_path, backbone=backbone))
    sentences.add("weights with another sha256", code, message, tmp_path)
    assert (code, message.reason) == (66, "WeightsUnavailable")
    assert "has sha256" in message.message
