"""Tab: the scripts of the shells, and what they are told."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.operator.cli.running import run_cli


def completed(words: str, **env: Any) -> list[str]:
    count = str(len(words.split(" ")) - 1)
    told = run_cli(_TRANSFERJOB_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=count, **env)
    assert told.stderr == ""
    return told.stdout.split()


def test_commands_options_and_backbones_are_completed() -> None:
    assert set(completed("transferjob su")) == {"submit", "suspend"}
    assert set(completed("transferjob serve --p")) == {"--port"}
    assert completed("transferjob backbones EfficientNetV2B") == [f"EfficientNetV2B{number}" for number in range(4)]


def test_without_a_cluster_no_job_is_offered_and_nothing_is_said(tmp_path: Path) -> None:
    assert completed("transferjob status ", KUBECONFIG=str(tmp_path / "none"), HOME=str(tmp_path)) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_names_the_program(shell: str) -> None:
    script = run_cli("completion", shell).stdout
    assert "_TRANSFERJOB_COMPLETE" in script
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_an_unknown_shell_is_a_sentence() -> None:
    done = run_cli("completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


def test_a_plugin_of_kubectl_is_called_as_one() -> None:
    plugin = Path(sys.executable).with_name("kubectl-transferjob")
    done = subprocess.run([plugin, "wait", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: kubectl transferjob wait ")
