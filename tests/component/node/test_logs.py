"""`kubectl logs` through the node's own endpoint."""

import ssl
import subprocess

import httpx
import pytest

from tests.cluster import toolchain
from tests.cluster.api import ApiError
from tests.cluster.certificates import KeyPair
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import nodes
from tests.component.node.workloads import Workloads


def test_kubectl_follows_a_log_to_the_end_of_the_container(work: Workloads, node_cluster: ControlPlane) -> None:
    work.run("talks", "echo first; sleep 1; echo second >&2; printf third")
    work.wait_running("talks")
    where = ["--kubeconfig", str(node_cluster.kubeconfig), "--namespace", work.namespace]
    command = [str(toolchain.kubectl()), *where, "logs", "--follow", "talks"]

    followed = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)

    assert followed.stdout == "first\nsecond\nthird"


def test_the_options_of_kubectl_logs(work: Workloads) -> None:
    work.run("counts", "seq 1 5")
    work.wait_ended("counts")

    assert work.logs("counts") == "1\n2\n3\n4\n5\n"
    assert work.logs("counts", tailLines="2") == "4\n5\n"
    assert work.logs("counts", limitBytes="5") == "1\n2\n3"
    assert work.logs("counts", sinceSeconds="3600") == "1\n2\n3\n4\n5\n"
    stamped = work.logs("counts", timestamps="true").splitlines()
    assert [line.split(" ")[1] for line in stamped] == ["1", "2", "3", "4", "5"]


def test_a_container_that_waits_has_no_log_yet(work: Workloads) -> None:
    work.run("waits", "true", envFrom=[{"secretRef": {"name": "none"}}])
    work.wait("waits", lambda pod: bool(pod["status"].get("containerStatuses")))

    with pytest.raises(ApiError, match="is waiting to start"):
        work.logs("waits")


def test_only_the_api_server_may_read_logs(work: Workloads, node_cluster: ControlPlane) -> None:
    node = node_cluster.api.get(nodes(work.node))
    address = node["status"]["addresses"][0]["address"]
    url = f"https://{address}:{node['status']['daemonEndpoints']['kubeletEndpoint']['Port']}"

    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/healthz", verify=_trust(node_cluster), trust_env=False)
    stranger = _trust(node_cluster, node_cluster.ca.client("stranger"))
    assert httpx.get(f"{url}/containerLogs/a/b/c", verify=stranger, trust_env=False).status_code == 403
    server = _trust(node_cluster, node_cluster.layout.kubelet_client)
    assert httpx.get(f"{url}/healthz", verify=server, trust_env=False).text == "ok"


def _trust(cluster: ControlPlane, client: KeyPair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(cluster.ca.path))
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    return context
