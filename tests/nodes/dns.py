"""The cluster's name server."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import toolchain
from tests.cluster.controlplane import ControlPlane
from tests.cluster.processes import ChildProcess
from tests.nodes.addresses import CLUSTER_DOMAIN, HOME

USER = "system:coredns"
_CONFIG = """.:53 {{
    bind {address}
    errors
    ready {address}:8181
    kubernetes {domain} in-addr.arpa {{
        kubeconfig {kubeconfig}
        ttl 5
    }}
}}
"""
# Names that are new must resolve soon: workers wait for each other by them.
_RULES = [
    {"apiGroups": [""], "resources": ["services", "pods", "namespaces"], "verbs": ["list", "watch"]},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
]


def start(cluster: ControlPlane, folder: Path) -> ChildProcess:
    """Starts it beside the control plane, with rights of its own."""
    meta = {"metadata": {"name": USER}}
    cluster.api.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", **meta, "rules": _RULES})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": USER}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": USER}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", **meta}
    cluster.api.apply({**binding, "roleRef": role, "subjects": [subject]})
    config = folder / "Corefile"
    access = cluster.kubeconfig_for(USER)
    config.write_text(_CONFIG.format(address=HOME, domain=CLUSTER_DOMAIN, kubeconfig=access))
    return ChildProcess("coredns", [toolchain.name_server(), "-conf", config], folder / "coredns.log")
