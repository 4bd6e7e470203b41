"""The operator comes and goes while a job trains."""

from __future__ import annotations

from tests.cluster.api import Api, Object, poll
from tests.cluster.resources import jobs as child_jobs
from tests.cluster.resources import pods
from tests.component.operator.pods import Jobs
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import FINISH, NAMESPACE, scripted
from tests.e2e_nodes.release import Release
from tests.e2e_nodes.steps import trains
from tests.e2e_nodes.story import Story
from tests.e2e_nodes.user import User
from tests.support.helm import NAMESPACE as SYSTEM

_SECONDS = 120.0


def test_changes_of_the_operator_touch_no_pod(
    release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User, story: Story
) -> None:
    """Operator pod killed, helm upgrade with other values, helm rollback, while a job trains: its pod is untouched"""
    user.apply(scripted("steady"))
    name = trains(jobs, "steady")["podName"]
    before = _of_pod(api, name)

    leader = poll(release.leader, bool, 30, "a replica that works")
    user.kubectl("delete", "pod", leader, "--grace-period=0", "--force", namespace=SYSTEM)
    poll(release.leader, lambda now: now not in ("", leader), _SECONDS, "another replica that works")
    _moves(jobs, "steady")

    release.install(settings={"workers": 3}, profiles={"cpu": {"resources": {"gpus": 0}}})
    assert {"--workers=3", "--profiles=/etc/transferjob/profiles.json"} <= release.arguments()
    _moves(jobs, "steady")

    release.rollback()
    assert "--workers=8" in release.arguments()
    _moves(jobs, "steady")

    assert _of_pod(api, name) == before
    user.kubectl("exec", name, "--", *FINISH)
    status = jobs.wait_phase("steady", "Succeeded", _SECONDS)
    assert status["attempts"] == 1
    gpus.wait_free()


def _of_pod(api: Api, name: str) -> Object:
    """All that would change if somebody touched the pod."""
    pod = api.get(pods(NAMESPACE, name))
    metadata = {key: pod["metadata"].get(key) for key in ("uid", "labels", "annotations", "ownerReferences")}
    job = api.get(child_jobs(NAMESPACE, "steady"))["metadata"]
    return {"metadata": metadata, "spec": pod["spec"], "job": (job["uid"], job["generation"])}


def _moves(jobs: Jobs, name: str) -> None:
    """Its progress is read and written on."""
    step = jobs.get(name)["status"]["progress"]["step"]
    jobs.wait(name, lambda job: job["status"]["progress"]["step"] > step, _SECONDS)
