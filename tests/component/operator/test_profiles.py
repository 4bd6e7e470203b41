"""Profiles and the pod's defaults on the real control plane."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource, pods
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import GPU, Jobs, PodPlayer, ProgressEndpoint
from tests.component.operator.troubles import wait_reason
from tests.support.operator_process import OperatorProcess
from transferjob_trainer.contract import CheckpointReport, Termination

A100 = {"resources": {"gpuResource": GPU, "cpu": "200m", "memory": "64Mi"}, "pod": {"labels": {"team": "vision"}}}


def write(file: Path, **profiles: object) -> None:
    """Exchanges the file at once, as a mounted ConfigMap is exchanged."""
    made = file.with_suffix(".new")
    made.write_text(yaml.safe_dump(profiles))
    made.replace(file)


def test_a_profile_is_taken_up_once_and_an_unknown_one_is_waited_for(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer, tmp_path: Path
) -> None:
    file, life = tmp_path / "profiles.yaml", Lifecycle(cluster, jobs)
    write(file, a100=A100)
    first = start_operator("first", profiles=file)
    jobs.create("early", profile="a100", resources={"cpu": "100m"})
    jobs.create("late", profile="h100", resources={"cpu": "100m"})
    pod = cluster.api.get(pods(jobs.namespace, player.run("early")))
    limits = pod["spec"]["containers"][0]["resources"]["limits"]
    assert (limits, pod["metadata"]["labels"]["team"]) == ({"cpu": "100m", "memory": "64Mi", GPU: "1"}, "vision")
    assert jobs.wait_phase("early", "Running")["profile"] == {"name": "a100", "defaults": A100}
    assert "cpu" in jobs.get("early")["spec"]["resources"]
    assert "memory" not in jobs.get("early")["spec"]["resources"]
    wait_reason(jobs, "late", "UnknownProfile", "a100")
    first.kill()
    write(file, a100={"resources": {"cpu": "900m"}}, h100=A100)
    mark = life.mark()
    start_operator("second", profiles=file)
    cluster.api.wait_for(batch_jobs(jobs.namespace, "late"), lambda _job: True, 40)
    player.run("late")
    jobs.wait_phase("late", "Running")
    assert jobs.get("early")["status"]["profile"]["defaults"] == A100
    assert "early" not in {write.name for write in cluster.audit.writes(since=mark, resource="transferjobs")}


def test_profiles_that_cannot_be_used_end_the_start_with_a_sentence(account: Path, tmp_path: Path) -> None:
    file = tmp_path / "profiles.yaml"
    write(file, a100={"resources": {"cpu": 8}})
    operator = OperatorProcess(account, tmp_path / "operator.log", leader_election=False, profiles=file)
    with pytest.raises(RuntimeError, match="ended with 1"):
        operator.start()
    said = (tmp_path / "operator.log").read_text()
    assert said.strip().splitlines()[-1] == (
        f"transferjob-operator: --profiles {file}: a100.resources.cpu: must be a string, got 8"
    )
    assert "Traceback" not in said


def test_a_pod_tolerates_its_taints_and_asks_autoscalers_to_wait(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    start_operator(node_lost_seconds=100)
    cluster.api.patch(
        Resource("v1", "nodes", None, player.node), {"spec": {"taints": [{"key": GPU, "effect": "NoSchedule"}]}}
    )
    jobs.create("tolerant")
    pod = cluster.api.get(pods(jobs.namespace, player.bound("tolerant")))
    seconds = {entry["key"]: entry.get("tolerationSeconds") for entry in pod["spec"]["tolerations"]}
    assert seconds == {GPU: None, "node.kubernetes.io/not-ready": 160, "node.kubernetes.io/unreachable": 160}
    assert pod["metadata"]["annotations"].items() >= {
        ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
        ("karpenter.sh/do-not-disrupt", "true"),
    }


def test_a_checkpoint_that_the_trainer_tells_of_is_in_the_status(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, player: PodPlayer
) -> None:
    start_operator()
    told = {"uri": "s3://models/flowers/checkpoints/7", "epoch": 2, "step": 5, "time": 1_790_000_000}
    later = {**told, "epoch": 3, "uri": "s3://models/flowers/checkpoints/8"}
    jobs.create("kept", run={"retries": 0})
    pod = player.run("kept")
    with ProgressEndpoint(player.address, player.uid(pod)) as endpoint:
        endpoint.say(epoch=2, epochs=10, checkpoint=told)
        shown = jobs.wait("kept", lambda job: "checkpoint" in job["status"])["status"]["checkpoint"]
    assert (shown["uri"], shown["epoch"], shown["step"]) == (told["uri"], 2, 5)
    words = Termination(reason="Crash", message="it broke", checkpoint=CheckpointReport(**later))
    player.end(pod, 70, words.encode().decode())
    status = jobs.wait_phase("kept", "Failed")
    assert (status["failure"]["reason"], status["checkpoint"]["epoch"]) == ("Crash", 3)
