"""However the control plane ends, or fails to start, nothing runs on and the reason is named."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.cluster import toolchain
from tests.cluster.api import poll
from tests.cluster.controlplane import APISERVER, ClusterError, ControlPlane
from tests.cluster.processes import ChildProcess
from tests.cluster.statedir import StateDir

ROOT = Path(__file__).parents[3]
_PARTS = 4
_ABANDON = "import os, signal; from tests.cluster.statedir import StateDir; "
_ABANDON += "print(StateDir('swept').path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"


def test_ready_in_seconds_and_nothing_left_after_stop() -> None:
    with ControlPlane() as own:
        folder, parts = own.folder, [psutil.Process(pid) for pid in own.pids.values()]
        assert len(parts) == _PARTS
        assert own.api.text("/readyz") == "ok"
    assert not any(part.is_running() for part in parts)
    assert not folder.exists()


def test_the_folder_of_a_killed_owner_is_swept_by_the_next_of_its_kind() -> None:
    owner = subprocess.run([sys.executable, "-c", _ABANDON], cwd=ROOT, capture_output=True, text=True, check=False)
    abandoned = Path(owner.stdout.strip())
    assert (owner.returncode, abandoned.is_dir()) == (-signal.SIGKILL, True)
    living = StateDir("swept")
    try:
        assert not abandoned.exists()
        StateDir("swept").remove()
        assert living.path.is_dir()
    finally:
        living.remove()


def test_a_part_that_dies_is_named_with_its_last_words() -> None:
    own = ControlPlane(extra_flags={APISERVER: ["--no-such-flag"]})
    with pytest.raises(ClusterError, match=r"(?s)kube-apiserver ended with exit code 1.*unknown flag: --no-such-flag"):
        own.start()
    assert own.pids == {}


def test_stop_takes_the_whole_process_group(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = ChildProcess("shell", ["sh", "-c", "sleep 600 & echo $!; wait"], log)
    try:
        text = poll(log.read_text, lambda written: written.endswith("\n"), 10, "the grandchild's id")
        grandchild = psutil.Process(int(text))
    finally:
        child.stop()
    assert child.exit_code == -signal.SIGKILL
    poll(lambda: _runs(grandchild), lambda runs: not runs, 10, "the grandchild's end")


def test_the_parts_in_envtests_folder_are_the_ones_that_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = toolchain.binary(toolchain.CONTROLPLANE)
    for name in ("etcd", "kube-apiserver"):
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\ntouch "{script}.used"\nexec "{built}" {name} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with ControlPlane(controllers=False, scheduler=False) as own:
        assert own.api.text("/readyz") == "ok"
    assert sorted(path.name for path in tmp_path.glob("*.used")) == ["etcd.used", "kube-apiserver.used"]


def test_kubectl_is_there_on_a_machine_that_has_none(cluster: ControlPlane, tmp_path: Path) -> None:
    built = toolchain.binary(toolchain.CONTROLPLANE).with_name("kubectl")
    command = [str(built), "get", "namespaces", "--output=name"]
    environment = {"KUBECONFIG": str(cluster.kubeconfig), "HOME": str(tmp_path)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "namespace/default" in answer.stdout.split()


def _runs(process: psutil.Process) -> bool:
    # Whoever adopts orphans may be slow to collect them: a zombie runs no more.
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
