"""The kubelet of a node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.cluster import kubeconfig, toolchain
from tests.cluster.controlplane import ControlPlane
from tests.cluster.processes import ChildProcess
from tests.nodes import cgroups
from tests.nodes.addresses import CLUSTER_DOMAIN, HOME, node_address
from tests.nodes.containerd import SOCKET
from tests.nodes.machine import Machine


def start(machine: Machine, cluster: ControlPlane, group: str) -> ChildProcess:
    """Starts the kubelet; `group` is the control group for its pods. It registers the node by itself."""
    address = node_address(machine.number)
    pair = cluster.ca.node(machine.name, [machine.name, address])
    user = kubeconfig.certificate_user(pair)
    access = kubeconfig.write(machine.folder / "kubelet.kubeconfig", cluster.url, cluster.ca.pem, user)
    config = machine.folder / "kubelet.yaml"
    settings = _settings(machine, address, cgroups.make(group), cluster.ca.path)
    settings |= {"tlsCertFile": str(pair.certificate), "tlsPrivateKeyFile": str(pair.key)}
    config.write_text(yaml.safe_dump(settings))
    # fmt: off
    return machine.start("kubelet", [
        *toolchain.node_component("kubelet"),
        f"--config={config}", f"--kubeconfig={access}", f"--hostname-override={machine.name}", f"--node-ip={address}",
    ])
    # fmt: on


def _settings(machine: Machine, address: str, group: str, authority: Path) -> dict[str, Any]:
    resolver = machine.folder / "resolv.conf"
    resolver.write_text("search .\n")
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": address,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(authority)},
        },
        "authorization": {"mode": "Webhook"},
        "readOnlyPort": 0,
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": group,
        "failCgroupV1": False,
        "failSwapOn": False,
        "enforceNodeAllocatable": [],
        # What follows keeps a full disk of the machine from being the pods' business.
        "localStorageCapacityIsolation": False,
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "0%", "imagefs.available": "0%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "clusterDNS": [HOME],
        "clusterDomain": CLUSTER_DOMAIN,
        "resolvConf": str(resolver),
        "serializeImagePulls": False,
        "nodeStatusUpdateFrequency": "5s",
        "shutdownGracePeriod": "0s",
    }
