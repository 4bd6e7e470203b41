"""kube-proxy of a node: Services are rules of its iptables."""

from __future__ import annotations

import yaml

from tests.cluster import toolchain
from tests.cluster.controlplane import ControlPlane
from tests.cluster.processes import ChildProcess
from tests.nodes.addresses import POD_NETWORK, node_address
from tests.nodes.machine import Machine


def start(machine: Machine, cluster: ControlPlane) -> ChildProcess:
    """Starts it, with rights of its own."""
    access = cluster.kubeconfig_for("system:kube-proxy")
    address = node_address(machine.number)
    config = machine.folder / "proxy.yaml"
    settings = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clientConnection": {"kubeconfig": str(access)},
        "clusterCIDR": POD_NETWORK,
        "hostnameOverride": machine.name,
        "bindAddress": address,
        "healthzBindAddress": f"{address}:10256",
        "metricsBindAddress": f"{address}:10249",
        # The table of connections belongs to the whole machine.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
        # A pod may ask a Service that is itself, or a neighbour on its bridge.
        "iptables": {"masqueradeAll": True, "minSyncPeriod": "0s"},
    }
    config.write_text(yaml.safe_dump(settings))
    return machine.start("kube-proxy", [*toolchain.node_component("kube-proxy"), f"--config={config}"])
