"""The control plane is a real one, and nothing of it is left when its owner is gone."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cluster import toolchain
from tests.cluster.api import condition, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs, pods

ROOT = Path(__file__).parents[3]
JOB: dict[str, Any] = {
    "metadata": {"name": "real"},
    "spec": {
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a", "command": ["a"]}]}}
    },
}


def _unschedulable(pod: dict[str, Any]) -> bool:
    return condition(pod, "PodScheduled") == "False"


def test_the_job_controller_makes_a_pod_and_the_scheduler_finds_no_node(cluster: ControlPlane, namespace: str) -> None:
    mark = cluster.audit.mark()
    cluster.api.create(jobs(namespace), JOB)
    found = cluster.api.wait_for(pods(namespace), lambda listed: any(map(_unschedulable, listed["items"])))
    (pod,) = found["items"]
    assert pod["metadata"]["ownerReferences"][0]["name"] == "real"
    assert "no nodes available" in pod["status"]["conditions"][0]["message"]
    created = cluster.audit.writes(since=mark, verb="create", resource="jobs", namespace=namespace)
    assert [write.user for write in created] == ["kubernetes-admin"]


def test_reads_are_not_in_the_audit_log(cluster: ControlPlane, namespace: str) -> None:
    mark = cluster.audit.mark()
    cluster.api.get(pods(namespace))
    assert cluster.audit.writes(since=mark, namespace=namespace, user="kubernetes-admin") == []


def test_nothing_is_left_when_the_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.controlplane"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline().startswith("export KUBECONFIG=")
        children = psutil.Process(owner.pid).children(recursive=True)
        assert len(children) == 4
    finally:
        os.kill(owner.pid, signal.SIGKILL)
        owner.communicate()
    poll(lambda: [child for child in children if child.is_running()], lambda left: not left, 10, "all parts are gone")


def test_envtests_folder_is_honoured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="holds no executable etcd"):
        toolchain.component("etcd")
    (tmp_path / "etcd").touch(mode=0o755)
    assert toolchain.component("etcd") == [tmp_path / "etcd"]
    assert toolchain.component("kube-scheduler")[-1] == "kube-scheduler"
