"""`transferjob init`: a manifest that works, from a look at the pictures."""

import json
from pathlib import Path

import pytest
import yaml

from tests.unit.operator.cli.running import run_cli
from tests.unit.trainer.runs import write_digits


def test_a_folder_becomes_a_manifest_with_reasons_that_explain_takes(tmp_path: Path) -> None:
    write_digits(tmp_path / "My_Digits", classes=3, each=6)
    file = tmp_path / "job.yaml"
    done = run_cli("init", "--data", "My_Digits", "--write", str(file), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    text = file.read_text()
    assert "about 6 pictures a class are few: only the head learns" in text
    assert "18 pictures in 3 classes" in text
    manifest = yaml.safe_load(text)
    assert manifest["metadata"]["name"] == "my-digits"
    assert manifest["spec"]["freeze"] == {"all": True}
    assert manifest["spec"]["head"]["classes"] == 3


def test_a_path_with_blanks_is_told_with_what_to_do(tmp_path: Path) -> None:
    write_digits(tmp_path / "two words", classes=2, each=4)
    done = run_cli("init", "--data", str(tmp_path / "two words"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "rename it, or link to it" in done.stderr


def test_a_uri_that_cannot_be_read_from_here_is_for_a_cluster() -> None:
    done = run_cli("init", "--data", "pvc://pictures/flowers/", "--backbone", "resnet50", "--freeze", "100")
    assert done.returncode == 0, done.stderr
    spec = yaml.safe_load(done.stdout)["spec"]
    assert spec["backbone"]["name"] == "ResNet50"
    assert spec["freeze"] == {"layers": 100}
    assert spec["resources"]["gpus"] == 1
    assert spec["training"]["epochs"] == 10
    assert spec["output"]["uri"] == "pvc://models/flowers/"


def test_the_choice_can_be_left_to_the_trainer() -> None:
    done = run_cli("init", "--data", "pvc://pictures/flowers/", "--freeze", "auto")
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout)["spec"]["freeze"] == {"auto": {}}
    assert "short trainings on a sample of the pictures choose" in done.stdout


def test_what_is_wrong_is_a_sentence() -> None:
    uri = ("--data", "pvc://pictures/flowers/")
    for arguments, words in (
        ((), "--data is needed"),
        (("--data", "/nowhere"), "There is no folder '/nowhere'"),
        ((*uri, "--backbone", "resnet51"), "Did you mean 'ResNet50'?"),
        ((*uri, "--freeze", "999"), "a number up to 154, the layers of MobileNetV2, got '999'"),
        ((*uri, "--name", "A"), "--name must be lower case letters"),
    ):
        done = run_cli("init", *arguments)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("each", "epochs"), [(5, 100), (40, 63), (170, 56)])
def test_few_pictures_are_seen_more_often(each: int, epochs: int, tmp_path: Path) -> None:
    write_digits(tmp_path / "few", classes=2, each=each)
    done = run_cli("init", "--data", str(tmp_path / "few"), "-o", "json")
    assert json.loads(done.stdout)["spec"]["training"]["epochs"] == epochs
