"""`transferjob advise`: what it asks of its options, what it prints, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.operator.cli.running import HEEDING, run_cli
from tests.unit.trainer.runs import write_digits
from transferjob_operator.cli.views.advice import advice_line, advice_text

CUTS = [
    {"frozenLayers": 0, "name": "none", "score": 0.801, "standardError": 0.021, "trainableParameters": 3_200_000,
     "seconds": 200},
    {"frozenLayers": 42, "name": "block_6", "probe": 0.82, "randomProbe": 0.4, "score": 0.853, "standardError": 0.02,
     "trainableParameters": 2_100_000, "seconds": 80},
    {"frozenLayers": 86, "name": "all", "probe": 0.71, "randomProbe": 0.2, "trainableParameters": 10_000, "seconds": 5},
]  # fmt: skip
ADVICE: dict[str, Any] = {
    "recommended": 42,
    "second": 0,
    "confidence": "Medium",
    "reason": "The advice is to freeze the first 42 of 86 layers, through block block_6.",
    "applied": False,
    "pictures": 120,
    "seconds": 31.4,
    "rules": [{"rule": "Labels", "seen": "12 pictures", "leaning": "Freeze", "agrees": False}],
    "cuts": CUTS,
}


def test_the_page_says_what_to_do_why_and_how_sure() -> None:
    page = advice_text(ADVICE, 86, None)
    assert page.startswith("Freeze 42 of 86 layers.\n")
    assert "second choice: freeze nothing" in page
    assert "how sure: fairly" in page
    assert "rule of thumb: freeze (12 pictures); it disagrees" in page
    assert "found out in 31 s from 120 pictures" in page
    rows = page.partition("from 120 pictures")[2].splitlines()[2:]
    assert rows[0].split() == ["FROZEN", "THROUGH", "PROBE", "RANDOM", "SCORE", "+-", "LEARN", "TIME"]
    assert rows[1].split() == ["+", "0", "none", "80.1", "2.1", "3.20M", "3", "min"]
    assert rows[2].split() == ["*", "42", "block_6", "82.0", "40.0", "85.3", "2.0", "2.10M", "80", "s"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_it_fits_narrow_terminals(width: int) -> None:
    page = advice_text(ADVICE, 86, width)
    assert max(map(len, page.splitlines())) <= width
    assert "FROZEN" in page
    assert "SCORE" in page


def test_words_below_the_table_are_of_columns_that_it_has() -> None:
    assert "SCORE: short trainings" in advice_text(ADVICE, 86, None)
    cuts = [{name: value for name, value in cut.items() if name != "score"} for cut in ADVICE["cuts"]]
    quick = advice_text({**ADVICE, "cuts": cuts}, 86, None)
    assert "SCORE" not in quick
    assert "RANDOM: the same on random weights; percent" in " ".join(quick.split())
    assert "RANDOM" not in advice_text(ADVICE, 86, 40)


def test_a_job_shows_it_in_a_line() -> None:
    line = advice_line(ADVICE, 86)
    assert line.startswith(
        "freeze 42 of 86 layers, medium confidence; second choice 0; this job's freeze stays as given. "
    )
    assert advice_line({}, 86) == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--backbone and --dataset are needed, or -f with a manifest"),
        (("--backbone", "ResNet5", "--dataset", "sklearn://digits"), 2, "Did you mean 'ResNet50'?"),
        (("--backbone", "ResNet50", "--dataset", "no/such/folder"), 2, "There is no folder 'no/such/folder'"),
        (("--backbone", "ResNet50", "--dataset", "ftp://x/y"), 2, "--dataset: "),
        (("--backbone", "ResNet50", "--dataset", "sklearn://digits", "--size", "16"), 2, "--size: "),
        (("--backbone", "ResNet50", "--dataset", "sklearn://digits", "--weights", "x"), 2, "--weights: "),
        (("--backbone", "ResNet50", "--dataset", "pvc://data/x"), 2, "give the folder where claims are mounted"),
        (("-f", "job.yaml", "--backbone", "ResNet50"), 2, "Give -f, or --backbone and --dataset, not both"),
        (("-f", "no.yaml"), 2, "no.yaml"),
    ],
)
def test_a_wrong_question_is_a_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = run_cli("advise", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ((), 2, "has 2 jobs (first-digits, lesson); name the one that the advice is for with --job"),
        (("--job", "digits"), 2, "has no job 'digits'; it has first-digits, lesson"),
        (("--job", "lesson"), 4, "lesson: backbone.weightsFrom names TransferJob 'first-digits'"),
    ],
)
def test_of_several_jobs_one_is_named_and_its_weights_are_there(
    tmp_path: Path, more: tuple[str, ...], code: int, words: str
) -> None:
    manifest = Path("docs/tutorial/digits.yaml").resolve()
    for claim in ("", "claims/models", "claims/models/first-digits"):
        (tmp_path / claim).mkdir(parents=True, exist_ok=True)
        done = run_cli("advise", "-f", str(manifest), *more, folder=tmp_path)
        assert (done.returncode, done.stdout) == (code, ""), claim
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def asked(folder: Path, *more: str) -> tuple[str, ...]:
    data = write_digits(folder / "digits", classes=3, each=15)
    return ("advise", "--backbone", "MobileNet", "--weights", "none", "--dataset", str(data), "--size", "32", *more)


@pytest.mark.slow
def test_it_answers_for_people_and_machines(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = run_cli(*asked(tmp_path, "--epochs", "2", "-o", "json"), seconds=280, TMPDIR=str(scratch))
    assert done.returncode == 0, done.stderr
    advice = json.loads(done.stdout)
    assert advice["recommended"] in [cut["frozenLayers"] for cut in advice["cuts"]]
    assert advice["trialEpochs"] == 2
    assert "advice: probe behind" in done.stderr
    assert list(scratch.iterdir()) == []


def test_it_takes_a_manifest_and_a_quick_look_trains_nothing(tmp_path: Path) -> None:
    data = write_digits(tmp_path / "digits", classes=2, each=8)
    (tmp_path / "job.yaml").write_text(
        "apiVersion: transferjob.dev/v1alpha1\nkind: TransferJob\nmetadata: {name: digits}\n"
        "spec:\n  backbone: {name: MobileNet, weights: none}\n  input: {height: 32, width: 32}\n  freeze: {auto: {}}\n"
        f"  dataset: {{uri: 'file://{data}'}}\n  output: {{uri: 'file://{tmp_path}/models'}}\n"
    )
    done = run_cli("advise", "-f", str(tmp_path / "job.yaml"), "--quick", "-o", "name", seconds=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().isdigit()
    assert "trainings of" not in done.stderr
    assert not (tmp_path / "models").exists()


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    env = {**os.environ, "TMPDIR": str(scratch), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", HEEDING, *asked(tmp_path)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not any(scratch.iterdir()):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        printed, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert printed == ""
    assert "Traceback" not in told
    assert list(scratch.iterdir()) == []
