"""Runs that cannot work end with their exit code and one sentence, the cheap ones before TensorFlow is imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.ports import LOOPBACK, free_ports
from tests.unit.trainer.runs import SIDE, write_digits, write_run
from transferjob_trainer.contract import Termination, decode_termination
from transferjob_trainer.contract.environment import CLAIMS_ROOT
from transferjob_trainer.contract.termination import MAX_TERMINATION_BYTES
from transferjob_trainer.main import main

WITHOUT_TENSORFLOW = """
import sys
from transferjob_trainer.main import main
code = main(sys.argv[1:], {})
assert "tensorflow" not in sys.modules
sys.exit(code)
"""


def arguments(run_file: Path, log: Path) -> list[str]:
    (port,) = free_ports(1)
    return ["--run", str(run_file), "--listen", f"{LOOPBACK}:{port}", "--termination-log", str(log)]


def ended(run_file: Path, **env: str) -> tuple[int, Termination]:
    """Exit code and termination message of a run in this process."""
    log = run_file.parent / "termination"
    code = main(arguments(run_file, log), env)
    return code, message_of(log)


def message_of(log: Path) -> Termination:
    data = log.read_bytes()
    assert len(data) <= MAX_TERMINATION_BYTES
    message = decode_termination(data.decode())
    assert message is not None
    assert "Traceback" not in (message.log_tail or "")
    return message


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"freeze": {"layers": 87}},
            "spec.freeze.layers must be at most 86, the number of layers of MobileNet, got 87",
        ),
        ({"freeze": {"blocks": 14}}, "freeze.blocks must be at most 13, the number of blocks of MobileNet, got 14"),
        (
            {"freeze": {"upTo": "conv_pw_99"}},
            "spec.freeze.upTo names no layer of the backbone: 'conv_pw_99'; near it are conv_pw_9, ",
        ),
        ({"freeze": {"layers": 1, "all": True}}, "exactly one of layers, upTo"),
        ({"dataset": {"uri": "ftp://bucket/x"}}, "spec.dataset.uri: must start with one of s3://, gs://, https://"),
        (
            {"output": {"uri": "s3://user:secret@bucket/x"}},
            "spec.output.uri: must not contain credentials; name a Secret in secretRef",
        ),
        ({"training": {"epochs": 0}}, "spec.training.epochs: Input should be greater than or equal to 1, got 0"),
        (
            {"backbone": {"name": "InceptionV3", "weights": "none"}, "freeze": {"none": True}},
            f"spec.input.height must be at least 75 for InceptionV3, got {SIDE}",
        ),
    ],
)
def test_a_wrong_run_file_is_refused_without_tensorflow(tmp_path: Path, parts: dict[str, Any], words: str) -> None:
    log = tmp_path / "termination"
    command = [sys.executable, "-c", WITHOUT_TENSORFLOW, *arguments(write_run(tmp_path, **parts), log)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 64, done.stderr
    assert words in message_of(log).message
    assert "Traceback" not in done.stdout + done.stderr
    assert "secret@" not in done.stdout + done.stderr + log.read_text()


def test_a_run_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for content, words in (
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (b"[]", "must be a JSON object"),
        (b" " * 300_000, "at most 262144"),
    ):
        (tmp_path / "run.json").write_bytes(content)
        code, message = ended(tmp_path / "run.json")
        assert (code, message.reason) == (64, "InvalidSpec")
        assert words in message.message


@pytest.mark.checklist(39)
def test_datasets_that_cannot_be_trained_on(tmp_path: Path) -> None:
    one = write_digits(tmp_path / "one", classes=1)
    many = write_digits(tmp_path / "many")
    for dataset, head, words in (
        (tmp_path / "absent", {}, "absent"),
        (one, {}, "has 1 class ('0'); at least 2 are needed"),
        (many, {"classes": 7}, "has 10 classes; head.classes asks for 7"),
    ):
        code, message = ended(write_run(tmp_path, dataset={"uri": f"file://{dataset}"}, head=head))
        assert (code, message.reason) == (65, "DatasetInvalid"), message.message
        assert words in message.message


def test_weights_that_are_not_there_or_are_others(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.weights.h5"
    backbone = {"name": "MobileNet", "weights": uri, "sha256": "0" * 64}
    code, message = ended(write_run(tmp_path, backbone=backbone))
    assert (code, message.reason) == (66, "WeightsUnavailable")
    (tmp_path / "a.weights.h5").write_bytes(b"not weights")
    code, message = ended(write_run(tmp_path, backbone=backbone))
    assert code == 66
    assert "has sha256" in message.message
    code, message = ended(write_run(tmp_path, backbone={"name": "MobileNet", "weights": uri}))
    assert code == 66
    assert f"{uri} does not fit MobileNet" in message.message


def test_imagenet_weights_that_cannot_be_had_end_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy that refuses at once stands for a cluster without the Internet.
    (port,) = free_ports(1)
    monkeypatch.setenv("https_proxy", f"http://{LOOPBACK}:{port}")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    code, message = ended(write_run(tmp_path, backbone={"name": "MobileNet"}))
    assert (code, message.reason) == (66, "WeightsUnavailable")
    assert "give spec.backbone.weights a URI" in message.message


def test_an_output_that_cannot_be_written_is_found_before_training(tmp_path: Path) -> None:
    run = write_run(tmp_path, output={"uri": "pvc://models/x"})
    code, message = ended(run, **{CLAIMS_ROOT: str(tmp_path / "claims")})
    assert (code, message.reason) == (77, "StorageDenied")


def test_a_gpu_that_is_not_seen_is_told_before_the_data_is_looked_at(tmp_path: Path) -> None:
    code, message = ended(write_run(tmp_path, gpus=1, dataset={"uri": f"file://{tmp_path}/absent"}))
    assert (code, message.reason) == (72, "GPUNotVisible")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:abc", "127.0.0.1:70000", ":80", ""])
def test_an_endpoint_that_is_none(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--listen", endpoint], {})
    assert end.value.code == 2
    assert "must be IP or IP:PORT with a port up to 65535" in capsys.readouterr().err


def test_a_termination_message_that_cannot_be_written_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(tmp_path / "absent.json", tmp_path / "no/folder"), {}) == 64
    printed = capsys.readouterr().out
    assert "the termination message cannot be written" in printed
    assert "Traceback" not in printed
