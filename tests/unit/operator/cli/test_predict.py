"""`transferjob predict`: a published model on pictures, decoded as in training."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.operator.cli.running import run_cli
from tests.unit.operator.cli.test_run import job, run
from tests.unit.trainer.runs import write_digits


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder that the claims are in, and how the run ended."""
    folder = tmp_path_factory.mktemp("published")
    write_digits(folder / "claims/data/digits", classes=3, each=8)
    output = {"uri": "pvc://models/digits", "formats": ["Keras", "SavedModel"]}
    done = run(folder, job("digits", output=output))
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.mark.slow
def test_keras_and_saved_model_say_the_same_and_a_broken_file_spoils_no_other(
    published: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, ended = published
    pictures = folder / "claims/data/digits/1"
    (tmp_path / "broken.png").write_bytes(b"no picture")
    claims = ("--claims", str(folder / "claims"))
    uri = ended["result"]["modelURI"].rstrip("/")
    done = run_cli("predict", uri, str(pictures), str(tmp_path / "broken.png"), *claims, "-o", "json")
    assert done.returncode == 4
    assert "broken.png is no picture that can be decoded" in done.stderr
    assert "1 of 9 pictures could not be read" in done.stderr
    answers = json.loads(done.stdout)
    assert [Path(answer["image"]).name for answer in answers[:8]] == sorted(path.name for path in pictures.iterdir())
    for answer in answers[:8]:
        assert {entry["label"] for entry in answer["top"]} == {"0", "1", "2"}
        assert sum(entry["probability"] for entry in answer["top"]) == pytest.approx(1, abs=1e-4)
    saved = run_cli("predict", f"{uri}/savedmodel/1", str(pictures), *claims, "-o", "json")
    assert saved.returncode == 0, saved.stderr
    for one, other in zip(answers[:8], json.loads(saved.stdout), strict=True):
        assert [entry["label"] for entry in one["top"]] == [entry["label"] for entry in other["top"]]
        pairs = zip(one["top"], other["top"], strict=True)
        assert all(abs(a["probability"] - b["probability"]) < 1e-4 for a, b in pairs)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("file:///nowhere/x", "a.png"), 4, "file:///nowhere/x"),
        (("pvc://models/x", "a.png"), 2, "give the folder where claims are mounted here with --claims"),
        (("ftp://x/y", "a.png"), 4, "The URI of the model must start with one of"),
        (("no/such/folder", "a.png"), 2, "There is no model 'no/such/folder'"),
    ],
)
def test_a_model_that_is_gone_is_a_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_cli("predict", *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
