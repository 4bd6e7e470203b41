"""The end: what stays and what goes."""

from __future__ import annotations

from tests.chart.releases import objects
from tests.cluster.api import Api, poll
from tests.cluster.resources import Resource, pods
from tests.component.operator.pods import Jobs
from tests.e2e_nodes.gpus import Gpus
from tests.e2e_nodes.manifests import FINISH, NAMESPACE, scripted
from tests.e2e_nodes.release import DEFINITION, Release
from tests.e2e_nodes.steps import trains
from tests.e2e_nodes.user import User
from tests.support.helm import NAMESPACE as SYSTEM

_SECONDS = 120.0


def test_uninstall_keeps_the_resource(release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User) -> None:
    """helm uninstall: no orphan but the resource, which is kept; the job trains on to its end"""
    user.apply(scripted("left"))
    pod = trains(jobs, "left")["podName"]
    made = objects(release.helm, api)
    release.run("uninstall", "--wait")
    assert [where for where in made if api.find(where)] == [DEFINITION]
    poll(release.operators, lambda left: not left, _SECONDS, "no operator pod is left")
    user.kubectl("exec", pod, "--", *FINISH)
    api.wait_for(pods(NAMESPACE, pod), lambda found: found["status"]["phase"] == "Succeeded", _SECONDS)
    gpus.wait_free()
    release.install()
    assert jobs.wait_phase("left", "Succeeded", _SECONDS)["attempts"] == 1


def test_uninstall_removes_the_resource_where_that_is_chosen(
    release: Release, api: Api, jobs: Jobs, gpus: Gpus, user: User
) -> None:
    """crds.keep=false, helm uninstall: the resource goes, with all jobs, their pods and their GPUs"""
    release.install(crds={"keep": False})
    user.apply(scripted("doomed"))
    trains(jobs, "doomed")
    release.run("uninstall", "--wait")
    api.wait_gone(DEFINITION, _SECONDS)
    gpus.wait_free(_SECONDS)
    children = (Resource("batch/v1", "jobs", NAMESPACE), pods(NAMESPACE))
    poll(lambda: [api.list(where) for where in children], lambda left: not any(left), _SECONDS, "no job or pod is left")
    assert api.list(Resource("v1", "services", SYSTEM)) == []
