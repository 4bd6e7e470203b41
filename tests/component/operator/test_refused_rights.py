"""Rights that an administrator has not given, on one namespace or one verb: told, tried again, no other's trouble."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import Jobs
from tests.component.operator.rights import ROLES, limited_operator, rules_without
from tests.component.operator.troubles import runs, wait_reason


@pytest.mark.checklist(17)
@pytest.mark.parametrize(("resource", "verb"), [("jobs", "create")])
def test_a_missing_right_is_told_where_it_is_missing(
    cluster: ControlPlane, jobs: Jobs, elsewhere: Jobs, tmp_path: Path, resource: str, verb: str
) -> None:
    api, own = cluster.api, jobs.namespace
    with limited_operator(cluster, jobs, elsewhere, tmp_path, resource, verb):
        jobs.create("barred")
        wait_reason(jobs, "barred", "OperatorForbidden", 'cannot create resource "jobs"')
        runs(cluster, elsewhere, "free")
        api.patch(Resource(ROLES, "roles", own, "operator"), {"rules": rules_without("none", "none")})
        api.wait_for(batch_jobs(own, "barred"), lambda _job: True, 60)


@pytest.mark.checklist(17)
def test_a_status_that_may_not_be_written_keeps_nobody_else_waiting(
    cluster: ControlPlane, jobs: Jobs, elsewhere: Jobs, tmp_path: Path
) -> None:
    api, own = cluster.api, jobs.namespace
    with limited_operator(cluster, jobs, elsewhere, tmp_path, "transferjobs/status", "patch") as operator:
        jobs.create("mute")
        child = api.wait_for(batch_jobs(own, "mute"), lambda _job: True)
        runs(cluster, elsewhere, "free")
        assert operator.page("/healthz")[0] == 200
        assert "status" not in jobs.get("mute")
        api.patch(Resource(ROLES, "roles", own, "operator"), {"rules": rules_without("none", "none")})
        told = jobs.wait("mute", lambda job: "jobUID" in job.get("status", {}), 60)
        assert told["status"]["jobUID"] == child["metadata"]["uid"]
