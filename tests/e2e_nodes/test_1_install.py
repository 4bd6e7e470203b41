"""The administrator: images, chart, rights."""

from __future__ import annotations

from tests.cluster.api import Api, Object, poll
from tests.cluster.components import API_SERVICE
from tests.cluster.resources import pods
from tests.e2e_nodes.manifests import NAMESPACE
from tests.e2e_nodes.release import OPERATOR, Release
from tests.e2e_nodes.story import Story
from tests.e2e_nodes.user import User
from tests.nodes import images
from tests.nodes.tinyimage import SCRIPTED
from tests.nodes.world import World
from tests.support.helm import NAMESPACE as SYSTEM

_SECONDS = 60.0


def test_pods_run_and_find_services(world: World, api: Api) -> None:
    """Two nodes are Ready; a pod on each finds the API server by name"""
    for node in world.nodes:
        api.create(pods("default"), _asking(node.name))
    for node in world.nodes:
        where = pods("default", f"asking-{node.name}")
        api.wait_for(where, lambda pod: pod["status"]["phase"] in ("Succeeded", "Failed"), _SECONDS)
        said = api.text(where._replace(subresource="log"))
        assert f"Address: {API_SERVICE}" in said, said


def test_the_chart_is_installed_and_passes_its_own_test(
    world: World, release: Release, story: Story, user: User
) -> None:
    """helm install, helm test; the replicas are on different nodes"""
    story.see("imageBytes", {name: images.archive(name).stat().st_size for name in images.NAMES})
    assert "helm test transferjob -n transferjob-system" in story.seen["notes"]
    operators = release.operators()
    assert {pod["spec"]["nodeName"] for pod in operators} == {node.name for node in world.nodes}
    release.run("test")
    leader = poll(release.leader, bool, 20, "a replica that works")
    assert leader in {pod["metadata"]["name"] for pod in operators}
    story.see("doctor", user.transferjob("doctor"))


def test_accounts_may_no_more_than_they_must(release: Release, story: Story, user: User) -> None:
    """The operator's account and a trainer's: no Secrets, no pods of one's own"""
    for name, account, namespace in (("operator", OPERATOR, SYSTEM), ("trainer", "default", NAMESPACE)):
        who = f"--as=system:serviceaccount:{namespace}:{account}"
        story.see(f"rights of the {name}", user.kubectl("auth", "can-i", "--list", who))
        for asked in (
            ("get", "secrets"),
            ("list", "secrets"),
            ("create", "pods"),
            ("create", "pods", "--subresource=exec"),
        ):
            assert user.kubectl("auth", "can-i", *asked, who, code=1).strip() == "no"


def _asking(node: str) -> Object:
    container = {"name": "main", "image": SCRIPTED, "command": ["nslookup", "kubernetes.default.svc.cluster.local"]}
    spec = {"nodeName": node, "restartPolicy": "Never", "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"asking-{node}"}, "spec": spec}
