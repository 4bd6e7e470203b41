"""`transferjob explain`: what a manifest would do, with nothing run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

_RUN = "from transferjob_operator.cli.main import main; main()"
MANIFEST = """\
apiVersion: transferjob.dev/v1alpha1
kind: TransferJob
metadata: {name: flowers}
spec:
  backbone: {name: ResNet50}
  freeze: {layers: 100}
  input: {height: 32, width: 32}
  dataset: {uri: "s3://bucket/flowers/"}
  output: {uri: "s3://bucket/models/"}
"""


def command(*arguments: str, stdin: str = MANIFEST, columns: int = 80) -> "subprocess.CompletedProcess[str]":
    run = [sys.executable, "-c", _RUN, "explain", "-f", "-", *arguments]
    env = {"PATH": "/usr/bin:/bin", "COLUMNS": str(columns), "HOME": "/nonexistent"}
    return subprocess.run(run, capture_output=True, text=True, input=stdin, timeout=60, env=env, check=False)


@pytest.mark.parametrize("columns", [40, 80])
def test_the_page_fits_and_says_what_freezes(columns: int) -> None:
    done = command("--images", "5000", "--classes", "5", columns=columns)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= columns
    words = " ".join(done.stdout.split())
    for said in (
        "100 of 175 layers, through conv4_block2_3_conv",
        "2 tensors cross it",
        "head: 2 epochs",
        "█░",
        "|head",
    ):
        assert said in words


def test_a_choice_that_is_still_to_come_is_told_with_its_bounds() -> None:
    auto = MANIFEST.replace("{layers: 100}", "{auto: {}}")
    words = " ".join(command("--images", "5000", "--classes", "5", stdin=auto).stdout.split())
    assert "auto: chosen from the pictures before training" in words
    assert "for 175 layers, the most that it may choose" in words
    document = json.loads(command("--images", "5000", "--classes", "5", "-o", "json", stdin=auto).stdout)
    assert document["auto"]["secondsWithNothingFrozen"] > document["plan"]["seconds"]


def test_machines_get_figures() -> None:
    document = json.loads(command("--images", "5000", "--classes", "5", "-o", "json").stdout)
    assert document["model"]["frozenLayers"] == 100
    assert document["assumed"] == {"pictures": 5000, "classes": 5}
    assert yaml.safe_load(command("-o", "yaml").stdout)["picturesAre"] == "assumed"
    assert command("-o", "name").stdout == "transferjob.transferjob.dev/flowers\n"


def test_pictures_on_this_machine_are_counted(tmp_path: Path) -> None:
    for name in ("daisy", "rose"):
        (tmp_path / name).mkdir()
        for number in range(4):
            (tmp_path / name / f"{number}.png").write_bytes(b"listed, not read")
    manifest = MANIFEST.replace("s3://bucket/flowers/", f"file://{tmp_path}")
    document = json.loads(command("-o", "json", stdin=manifest).stdout)
    assert (document["assumed"], document["picturesAre"]) == ({"pictures": 8, "classes": 2}, "counted")


def test_several_faults_are_told_at_once_with_their_lines() -> None:
    wrong = (
        MANIFEST.replace("ResNet50", "ResNet5").replace("height: 32", "height: 8").replace("s3://bucket/models/", "x")
    )
    done = command(stdin=wrong)
    assert (done.returncode, done.stdout) == (4, "")
    for words in ("3 problems:", "line 5: spec.backbone.name", "line 7: spec.input.height", "line 9: spec.output.uri"):
        assert words in done.stderr


def test_what_only_the_tables_know_is_a_sentence_too() -> None:
    done = command(stdin=MANIFEST.replace("layers: 100", "upTo: conv4_block2_ou"))
    assert done.returncode == 4
    assert "near it are conv4_block2_out" in done.stderr
    assert "Traceback" not in done.stderr
