"""A child is deleted only after its job's outcome is in the status, and the API server has said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.lifecycle import Lifecycle
from tests.component.operator.pods import NOWHERE, Jobs, PodPlayer
from tests.component.operator.rights import ROLES, grant, rules_without
from tests.component.operator.steps import training
from tests.support.operator_process import OperatorProcess


@pytest.mark.checklist(3)
def test_the_outcome_is_written_and_then_the_child_deleted(
    cluster: ControlPlane, operator: OperatorProcess, jobs: Jobs, player: PodPlayer
) -> None:
    life = Lifecycle(cluster, jobs)
    training(jobs, player, "ending")
    mark = life.mark()
    life.edit("ending", activeDeadlineSeconds=1)
    jobs.wait_phase("ending", "Failed")
    cluster.api.wait_gone(batch_jobs(jobs.namespace, "ending"))
    *before, outcome, deletion = life.writes(mark)
    assert (outcome, deletion) == (("patch", "transferjobs", "status"), ("delete", "jobs", ""))
    assert {write[1] for write in before} <= {"transferjobs"}, "the edit may be told before the outcome is"


@pytest.mark.checklist(3)
def test_an_outcome_that_cannot_be_written_leaves_the_child(
    cluster: ControlPlane, jobs: Jobs, account: Path, tmp_path: Path
) -> None:
    api, own = cluster.api, jobs.namespace
    api.create(Resource("v1", "serviceaccounts", own), {"metadata": {"name": "limited"}})
    grant(api, own, rules_without("transferjobs/status", "patch"), own)
    limited = cluster.service_account_kubeconfig(own, "limited")
    with OperatorProcess(limited, tmp_path / "operator.log", namespaces=own, leader_election=False) as operator:
        jobs.create("mute", resources=NOWHERE, run={"queueTimeoutSeconds": 1})
        child = api.wait_for(batch_jobs(own, "mute"), lambda _job: True)
        refused = 'transferjobs.transferjob.dev "mute" is forbidden'
        poll(lambda: operator.log.read_text().count(refused), lambda tries: tries > 9, 30, "ten refusals")
        found = api.get(batch_jobs(own, "mute"))["metadata"]
        assert (found["uid"], found.get("deletionTimestamp")) == (child["metadata"]["uid"], None)
        api.patch(Resource(ROLES, "roles", own, "operator"), {"rules": rules_without("none", "none")})
        assert jobs.wait_phase("mute", "Failed", 60)["failure"]["reason"] == "QueueTimeout"
        api.wait_gone(batch_jobs(own, "mute"))
