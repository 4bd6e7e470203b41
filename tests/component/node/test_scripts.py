"""Pods that are played: by their own script, by the node's, or by a test's own hand."""

import json

import pytest

from tests.cluster.api import condition
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.process import LocalNode
from tests.cluster.node.script import ScriptError, parse_script
from tests.cluster.node.scripted import ScriptedNode
from tests.cluster.resources import nodes
from tests.component.node.workloads import Workloads, condition_of, state


def test_a_scripted_out_of_memory_kill(work: Workloads) -> None:
    steps = [
        {"running": True},
        {"wait_seconds": 0.5},
        {"terminated": {"exitCode": 137, "reason": "OOMKilled", "message": "too big"}},
    ]
    work.play("played", json.dumps(steps))

    assert work.wait_running("played")["status"]["phase"] == "Running"
    end = work.end_of("played")
    assert (end["exitCode"], end["reason"], end["message"]) == (137, "OOMKilled", "too big")


def test_scripted_waiting_rejection_and_eviction(work: Workloads) -> None:
    work.play("waits", '[{"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}]')
    work.play("rejected", '[{"rejected": {"reason": "OutOfcpu", "message": "too little"}}]')
    work.play("evicted", '[{"running": true}, {"evicted": "low on memory"}]')

    pod = work.wait("waits", lambda found: state(found).get("waiting", {}).get("reason") == "ImagePullBackOff")
    assert pod["status"]["phase"] == "Pending"
    rejected = work.wait_ended("rejected")["status"]
    assert (rejected["phase"], rejected["reason"]) == ("Failed", "OutOfcpu")
    assert "containerStatuses" not in rejected
    evicted = work.wait_ended("evicted")
    assert evicted["status"]["reason"] == "Evicted"
    assert condition_of(evicted, "DisruptionTarget")["status"] == "True"


def test_a_script_that_makes_no_sense_fails_the_pod_by_name(work: Workloads) -> None:
    work.play("nonsense", '[{"running": true, "terminated": {}}]')

    assert "step 0 must have exactly one of" in work.wait_ended("nonsense")["status"]["message"]
    with pytest.raises(ScriptError, match="not JSON"):
        parse_script("[")


def test_a_node_plays_its_default_for_pods_without_a_script(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    with LocalNode(node_cluster, "default-script", scripted_default=[{"terminated": {"exitCode": 42}}]) as node:
        anywhere.node = node.name
        anywhere.run("plain", "exit 0")

        assert anywhere.end_of("plain")["exitCode"] == 42


def test_a_scripted_node_moves_pods_at_the_hand_of_a_test(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    with ScriptedNode(node_cluster.api, "by-hand", gpus=1) as node:
        anywhere.node = node.name
        pod = anywhere.run("moved", "true")

        waiting = node.wait(pod, "ErrImagePull", "not found")
        assert (waiting["spec"]["nodeName"], state(waiting)["waiting"]["reason"]) == ("by-hand", "ErrImagePull")
        running = node.set_running(pod, ip="127.0.0.9")
        assert (running["status"]["phase"], running["status"]["podIP"]) == ("Running", "127.0.0.9")
        assert condition(running, "Ready") == "True"
        ended = node.terminate(pod, 65, message="one class only")
        assert ended["status"]["phase"] == "Failed"
        assert state(ended)["terminated"]["message"] == "one class only"
        deleted = anywhere.run("deleted", "true")
        node.set_running(deleted)
        node.finish_deletion(deleted)
        anywhere.api.wait_gone(anywhere.at("pods", "deleted"))
    assert node_cluster.api.find(nodes("by-hand")) is None


def test_a_lost_node_falls_silent_and_turns_not_ready(node_cluster: ControlPlane, anywhere: Workloads) -> None:
    with LocalNode(node_cluster, "lost", heartbeat_seconds=1) as node:
        anywhere.node = node.name
        anywhere.play("doomed", '[{"running": true}, {"wait_seconds": 1}, {"node_lost": true}]')
        anywhere.wait_running("doomed")

        node_cluster.api.wait_for(nodes("lost"), lambda found: condition(found, "Ready") == "Unknown", 40)

        assert "running" in state(anywhere.api.get(anywhere.at("pods", "doomed")))
    node_cluster.api.delete(nodes("lost"))
