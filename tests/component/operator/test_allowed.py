"""What the administrator allows a job to name, on the real control plane."""

from __future__ import annotations

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.conftest import StartOperator
from tests.component.operator.pods import Jobs


def test_a_job_that_names_what_it_may_not_fails_and_has_no_child(
    cluster: ControlPlane, start_operator: StartOperator, jobs: Jobs
) -> None:
    start_operator(allowed_images="mirror/", allowed_uris="s3://models/,sklearn://")
    jobs.create("stranger", pod={"image": "elsewhere/trainer:1"}, output={"uri": "s3://theirs/flowers"})
    jobs.create("ours", pod={"image": "mirror/trainer:1"})
    failure = jobs.wait_phase("stranger", "Failed")["failure"]
    assert failure["reason"] == "NotAllowed"
    assert (
        "spec.pod.image must begin with one of mirror/, trainer:test, got 'elsewhere/trainer:1'" in failure["message"]
    )
    assert (
        "spec.output.uri must begin with one of s3://models/, sklearn://, got 's3://theirs/flowers'"
        in failure["message"]
    )
    cluster.api.wait_for(batch_jobs(jobs.namespace, "ours"), lambda _job: True)
    assert cluster.api.find(batch_jobs(jobs.namespace, "stranger")) is None
