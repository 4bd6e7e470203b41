"""The node itself: what it offers, and what is left when it ends."""

from pathlib import Path

from tests.cluster.api import condition, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.node.registration import lease_path
from tests.cluster.resources import nodes
from tests.component.node.workloads import Workloads, condition_of, processes_with, state

GPU = {"limits": {"nvidia.com/gpu": "1"}}
NO_GRACE = {"terminationGracePeriodSeconds": 0}


def test_the_scheduler_gives_out_no_more_gpus_than_there_are(work: Workloads) -> None:
    for name in ("first", "second"):
        work.run(name, "sleep 600", NO_GRACE, resources=GPU)
        work.wait_running(name)
    work.run("third", "echo at last", NO_GRACE, resources=GPU)

    pod = work.wait("third", lambda found: bool(found["status"].get("conditions")))
    assert condition_of(pod, "PodScheduled")["reason"] == "Unschedulable"
    assert "Insufficient nvidia.com/gpu" in condition_of(pod, "PodScheduled")["message"]

    work.delete("first")
    assert work.wait_ended("third")["status"]["phase"] == "Succeeded"


def test_a_node_says_what_it_is(node_cluster: ControlPlane, shared_node: LocalNode) -> None:
    node = node_cluster.api.get(nodes(shared_node.name))

    assert "without containers" in node["metadata"]["annotations"]["local-node/nature"]
    assert "runAsUser" in node["metadata"]["annotations"]["local-node/limits"]
    assert node["status"]["capacity"]["nvidia.com/gpu"] == "2"


def test_nothing_is_left_after_a_clean_stop(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    with LocalNode(node_cluster, "clean") as node:
        anywhere.node = node.name
        anywhere.run("sleeper", "sleep 86411; true")
        anywhere.wait_running("sleeper")
        root = node.root
        assert processes_with("sleep 86411")

    assert not processes_with("86411")
    assert not root.exists()
    assert str(root) not in Path("/proc/self/mountinfo").read_text()
    assert node_cluster.api.find(nodes("clean")) is None
    assert node_cluster.api.find(lease_path("clean")) is None
    pod = anywhere.api.find(anywhere.at("pods", "sleeper"))
    # The garbage collector of pods may have been faster: its node is gone.
    assert pod is None or (pod["status"]["phase"], pod["status"]["reason"]) == ("Failed", "Terminated")


def test_nothing_is_left_after_the_node_was_killed(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    node = LocalNode(node_cluster, "killed").start()
    try:
        anywhere.node = node.name
        anywhere.run("sleeper", "(sleep 86412 & ) ; trap '' TERM; sleep 86412; true")
        anywhere.wait_running("sleeper")
        poll(lambda: processes_with("86412"), lambda found: len(found) >= 3, 10, "the pod's processes")
        root = node.root

        node.kill()

        poll(lambda: processes_with("86412"), lambda found: not found, 5, "no process of the pod")
        assert not root.exists()
        assert str(root) not in Path("/proc/self/mountinfo").read_text()
        # Nobody has said anything to the API server: the pod and the Node look as before.
        assert "running" in state(anywhere.api.get(anywhere.at("pods", "sleeper")))
        assert node_cluster.api.find(nodes("killed")) is not None
    finally:
        node.stop()
        node_cluster.api.delete(nodes("killed"))


def test_a_node_outlives_a_restart_of_the_api_server(work: Workloads, node_cluster: ControlPlane) -> None:
    work.run("patient", "sleep 3; printf done > /dev/termination-log")
    work.wait_running("patient")

    node_cluster.restart_apiserver(graceful=False)

    assert work.end_of("patient")["message"] == "done"
    work.run("afterwards", "exit 0")
    assert work.end_of("afterwards")["exitCode"] == 0


def test_a_node_that_comes_back_finishes_what_may_be_restarted(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    first = LocalNode(node_cluster, "retries").start()
    try:
        anywhere.node = first.name
        gate = {"name": "gate", "configMap": {"name": "gate", "optional": True}}
        mount = {"name": "gate", "mountPath": "/gate"}
        spec = {**NO_GRACE, "restartPolicy": "OnFailure", "volumes": [gate]}
        anywhere.run("retried", "[ -e /gate/open ] || sleep 600", spec, volumeMounts=[mount])
        anywhere.wait_running("retried")
        anywhere.api.create(anywhere.at("configmaps"), {"metadata": {"name": "gate"}, "data": {"open": ""}})
        first.kill()
        with LocalNode(node_cluster, "retries"):
            pod = anywhere.wait_ended("retried")
        (status,) = pod["status"]["containerStatuses"]
        assert (pod["status"]["phase"], status["restartCount"]) == ("Succeeded", 1)
        assert status["lastState"]["terminated"]["reason"] == "ContainerStatusUnknown"
    finally:
        first.stop()


def test_a_node_that_comes_back_reports_the_pods_that_it_lost(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    first = LocalNode(node_cluster, "again").start()
    try:
        anywhere.node = first.name
        anywhere.run("lost", "sleep 600", NO_GRACE)
        anywhere.wait_running("lost")
        first.kill()
        with LocalNode(node_cluster, "again"):
            end = anywhere.end_of("lost")
            assert (end["exitCode"], end["reason"]) == (137, "ContainerStatusUnknown")
            assert condition(node_cluster.api.get(nodes("again")), "Ready") == "True"
    finally:
        first.stop()
