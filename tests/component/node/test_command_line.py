"""Wrong use of `python -m tests.cluster.node` ends with one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.node.container import REPOSITORY


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "local node: kubeconfig {file} is not a mapping"),
        (["--cpu=four"], "local node: 'four' is not a quantity"),
        (["--gpus=-1"], "local node: -1 is below 0, the least that a node can offer"),
        (["--scripted-default=[{}]"], "local node: step 0 must have exactly one of: running"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: list[str], sentence: str) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text("nothing\n")
    command = [sys.executable, "-m", "tests.cluster.node", "--name=x", f"--kubeconfig={file}", *options]

    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence.format(file=file))
    assert ended.stderr.count("\n") == 1


def test_a_kernel_that_forbids_namespaces_is_named(tmp_path: Path) -> None:
    probe = [sys.executable, "-m", "tests.cluster.node.sandbox", "--probe", str(tmp_path)]
    powerless = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", *probe]

    ended = subprocess.run(powerless, cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 1
    assert "forbids new mount namespaces" in ended.stdout
