"""`transferjob convert` as its users start it."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.unit.operator.cli.convert.snippets import LESSON, NET

_RUN = "from transferjob_operator.cli.main import main; main()"
_LOADED = """
import sys
from transferjob_operator.cli.main import main
try:
    main()
finally:
    print({"tensorflow", "keras", "kubernetes"} & set(sys.modules), file=sys.stderr)
"""


def command(*arguments: str, stdin: str = "", code: str = _RUN) -> "subprocess.CompletedProcess[str]":
    run = [sys.executable, "-c", code, "convert", *arguments]
    return subprocess.run(run, capture_output=True, text=True, input=stdin, timeout=60, check=False)


def test_standard_input_to_standard_output_without_tensorflow() -> None:
    done = command("-", "--name", "lesson", "--dataset", "s3://b/cifar10/", stdin=LESSON, code=_LOADED)
    assert done.returncode == 0
    assert done.stderr.endswith("set()\n")
    assert yaml.safe_load(done.stdout)["spec"]["dataset"] == {"uri": "s3://b/cifar10/"}
    assert "line 19" not in done.stderr
    assert "line 13: Dense(output_dim=...)" in done.stderr


def test_machines_get_the_values_alone() -> None:
    assert json.loads(command("-", "-o", "json", stdin=NET).stdout)["metadata"] == {"name": "converted"}
    assert command("-", "-o", "name", stdin=NET).stdout == "transferjob.transferjob.dev/converted\n"


def test_a_file_is_written_whole_and_never_replaced_unasked(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    assert command("-", "--write", str(file), stdin=NET).returncode == 0
    first = file.read_text()
    again = command("-", "--write", str(file), stdin=LESSON)
    assert (again.returncode, file.read_text()) == (2, first)
    assert "--overwrite" in again.stderr
    assert command("-", "--write", str(file), "--overwrite", stdin=LESSON).returncode == 0
    assert "ResNet50" in file.read_text()
    assert list(tmp_path.iterdir()) == [file]


def test_strict_writes_nothing_when_a_part_was_not_read(tmp_path: Path) -> None:
    code = NET + "base.trainable = FLAG\n"
    file = tmp_path / "job.yaml"
    done = command("-", "--strict", "--write", str(file), stdin=code)
    assert (done.returncode, done.stdout, file.exists()) == (4, "", False)
    assert "not read: line 4: what trainable is set to" in done.stderr
    assert "# Not read: line 4" in command("-", stdin=code).stdout


def test_a_name_or_uri_that_is_none_is_told_before_anything_is_written() -> None:
    named = command("-", "--name", "No Name", stdin=NET)
    assert (named.returncode, named.stdout) == (2, "")
    assert "--name must be lower case letters" in named.stderr
    done = command("-", "--dataset", "file:///x", stdin=NET)
    assert (done.returncode, done.stdout) == (4, "")
    assert "spec.dataset.uri: file:// means this machine" in done.stderr


def test_a_file_that_is_not_there() -> None:
    done = command("nothing.py")
    assert (done.returncode, done.stderr) == (2, "There is no file 'nothing.py'.\n")
