"""Quota, limits, policies and webhooks that refuse the Job or its pods: told, tried again, no other's trouble."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.pods import Jobs
from tests.component.operator.troubles import (
    Policy,
    Troubles,
    message_of,
    reason_of,
    runs,
    set_limits,
    set_quota,
    wait_reason,
)
from tests.component.operator.webhook import Webhook
from tests.support.operator_process import OperatorProcess

ENFORCE = "pod-security.kubernetes.io/enforce"
UNCONFINED = "container.apparmor.security.beta.kubernetes.io/trainer"
PLAIN_JOB = {
    "metadata": {"generateName": "probe-"},
    "spec": {
        "suspend": True,
        "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "x"}]}},
    },
}
PLAIN_POD = {"metadata": {"generateName": "probe-"}, "spec": {"containers": [{"name": "main", "image": "x"}]}}


@pytest.fixture
def watched(start_operator: StartOperator, jobs: Jobs, elsewhere: Jobs) -> OperatorProcess:
    """One operator with one worker for both namespaces: who waits must not keep it busy."""
    return start_operator(namespaces=f"{jobs.namespace},{elsewhere.namespace}", workers=1)


@pytest.mark.checklist(18)
def test_a_quota_on_jobs_is_told_and_waited_for(
    cluster: ControlPlane, watched: OperatorProcess, jobs: Jobs, elsewhere: Jobs
) -> None:
    set_quota(cluster.api, jobs.namespace, **{"count/jobs.batch": "0"})
    jobs.create("full")
    told = wait_reason(jobs, "full", "QuotaExceeded", "exceeded quota: small")
    assert told["status"]["phase"] == "Pending"
    runs(cluster, elsewhere, "free")
    mark = cluster.audit.mark()
    assert cluster.audit.count(since=mark, resource="transferjobs", subresource="status", name="full") == {}
    cluster.api.delete(Resource("v1", "resourcequotas", jobs.namespace, "small"))
    cluster.api.wait_for(batch_jobs(jobs.namespace, "full"), lambda _job: True, 60)
    assert jobs.wait("full", lambda job: reason_of(job) != "QuotaExceeded")


@pytest.mark.checklist(18)
def test_quota_and_limits_on_pods_are_told_in_their_own_words(
    cluster: ControlPlane, watched: OperatorProcess, jobs: Jobs, elsewhere: Jobs
) -> None:
    set_quota(cluster.api, jobs.namespace, pods="0")
    set_limits(cluster.api, elsewhere.namespace, memory="16Mi")
    jobs.create("podless")
    elsewhere.create("large")
    wait_reason(jobs, "podless", "QuotaExceeded", "exceeded quota: small, requested: pods=1", 40)
    wait_reason(elsewhere, "large", "LimitExceeded", "maximum memory usage per Container is 16Mi", 40)
    writes = cluster.audit.count(lambda write: write.name, resource="transferjobs", subresource="status")
    assert max(writes["podless"], writes["large"]) <= 3
    cluster.api.delete(Resource("v1", "resourcequotas", jobs.namespace, "small"))
    with Troubles(cluster.api, jobs.namespace, "127.98.2.2") as node:
        node.run("podless", deadline=60)
        jobs.wait_phase("podless", "Running")


@pytest.mark.checklist(18)
@pytest.mark.parametrize(("group", "plural", "probe"), [("batch", "jobs", PLAIN_JOB), ("", "pods", PLAIN_POD)])
def test_a_policy_that_denies_and_a_webhook_that_is_away(
    cluster: ControlPlane,
    watched: OperatorProcess,
    jobs: Jobs,
    elsewhere: Jobs,
    group: str,
    plural: str,
    probe: dict[str, object],
) -> None:
    where = Resource("batch/v1" if group else "v1", plural, jobs.namespace)
    policy = Policy(cluster.api, jobs.namespace, group, plural)
    try:
        policy.deny("every run needs a cost center")
        policy.wait_in_force(lambda: cluster.api.create(where, probe))
        jobs.create("denied")
        wait_reason(jobs, "denied", "PodRejected", "every run needs a cost center", 40)
        policy.lift()
        policy.break_webhook()
        policy.wait_in_force(lambda: cluster.api.create(where, probe))
        jobs.create("hooked")
        wait_reason(jobs, "hooked", "WebhookUnavailable", "checks.test.example", 40)
        runs(cluster, elsewhere, "free")
    finally:
        policy.lift()
    cluster.api.wait_for(batch_jobs(jobs.namespace, "hooked"), lambda _job: True, 60)


@pytest.mark.checklist(17)
def test_a_job_that_the_api_server_does_not_take(
    cluster: ControlPlane, watched: OperatorProcess, jobs: Jobs, elsewhere: Jobs
) -> None:
    terms = [{"matchExpressions": [{"key": "zone", "operator": "Sometimes"}]}]
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    jobs.create("odd", pod={"affinity": affinity})
    told = wait_reason(jobs, "odd", "JobInvalid", "Sometimes")
    assert told["status"]["phase"] == "Pending"
    runs(cluster, elsewhere, "free")


def test_a_namespace_that_is_going_gets_no_child(
    cluster: ControlPlane, watched: OperatorProcess, jobs: Jobs, elsewhere: Jobs
) -> None:
    runs(cluster, elsewhere, "before")
    held = jobs.manifest("held")
    held["metadata"]["finalizers"] = ["tests.transferjob.dev/held"]
    set_quota(cluster.api, jobs.namespace, **{"count/jobs.batch": "0"})
    cluster.api.create(jobs.at(), held)
    wait_reason(jobs, "held", "QuotaExceeded")
    cluster.api.delete(jobs.at("held"))
    cluster.api.delete(Resource("v1", "namespaces", None, jobs.namespace))
    runs(cluster, elsewhere, "after")
    assert cluster.api.list(batch_jobs(jobs.namespace)) == []
    cluster.api.patch(jobs.at("held"), {"metadata": {"finalizers": None}})
    cluster.api.wait_gone(jobs.at("held"))


@pytest.mark.checklist(18)
def test_a_pod_that_breaks_the_namespaces_pod_security_is_told_and_tried_again(
    cluster: ControlPlane, watched: OperatorProcess, jobs: Jobs, elsewhere: Jobs
) -> None:
    namespace = Resource("v1", "namespaces", None, jobs.namespace)
    cluster.api.patch(namespace, {"metadata": {"labels": {ENFORCE: "restricted"}}})
    jobs.create("plain")
    jobs.create("lax", pod={"annotations": {UNCONFINED: "unconfined"}})
    told = wait_reason(jobs, "lax", "PodRejected", "violates PodSecurity", 40)
    assert told["status"]["phase"] == "Pending"
    assert "AppArmor" in message_of(told)
    with Troubles(cluster.api, jobs.namespace, "127.98.2.3") as node:
        node.run("plain")
        jobs.wait_phase("plain", "Running")
        cluster.api.patch(namespace, {"metadata": {"labels": {ENFORCE: None}}})
        node.run("lax", deadline=60)
        jobs.wait_phase("lax", "Running")


@pytest.mark.checklist(18)
@pytest.mark.slow
def test_a_webhook_that_takes_ten_seconds_delays_its_own_jobs_alone(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs, elsewhere: Jobs, tmp_path: Path
) -> None:
    start_operator(namespaces=f"{jobs.namespace},{elsewhere.namespace}")
    slow = Webhook(cluster, jobs.namespace, tmp_path, group="batch", plural="jobs", delay_seconds=10)
    with slow, Troubles(cluster.api, elsewhere.namespace, "127.98.2.4") as node:
        for name in ("first", "second"):
            jobs.create(name)
        began = time.monotonic()
        elsewhere.create("free")
        node.run("free")
        elsewhere.wait_phase("free", "Running")
        assert time.monotonic() - began < 8
        for name in ("first", "second"):
            cluster.api.wait_for(batch_jobs(jobs.namespace, name), lambda _job: True, 30)
        made = time.monotonic() - began
    assert made >= 9, "the webhook was asked"
    assert slow.asked == 2
    made_by_name = cluster.audit.count(
        lambda write: write.name, verb="create", resource="jobs", namespace=jobs.namespace
    )
    assert made_by_name == {"first": 1, "second": 1}
