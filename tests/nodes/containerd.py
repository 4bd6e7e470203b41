"""The container runtime of a node, with its network plugins."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cluster.processes import ChildProcess
from tests.nodes.addresses import pod_network
from tests.nodes.machine import Machine
from tests.nodes.needs import PLUGINS
from tests.nodes.tinyimage import PAUSE

SOCKET = "/run/containerd/containerd.sock"
_NETWORKS = "/var/lib/cni-networks"
_CONFIG = """
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{networks}"
"""


def start(machine: Machine) -> ChildProcess:
    """Starts containerd on a machine; images can be imported at once, since `ctr` waits for its socket."""
    config = machine.folder / "containerd.toml"
    config.write_text(_CONFIG.format(socket=SOCKET, pause=PAUSE, plugins=PLUGINS, networks=_NETWORKS))
    networks = machine.folder / "lib" / Path(_NETWORKS).name
    networks.mkdir()
    (networks / "10-bridge.conflist").write_text(json.dumps(_network(machine.number)))
    return machine.start("containerd", ["containerd", "--config", config])


def import_image(machine: Machine, archive: Path) -> None:
    """Brings the images of an archive to a node. Raises MachineError."""
    machine.run("ctr", "--connect-timeout=30s", "--namespace=k8s.io", "images", "import", archive)


def _network(number: int) -> dict[str, object]:
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": pod_network(number)}]],
            "routes": [{"dst": "0.0.0.0/0"}],
            "dataDir": "/run/cni-addresses",
        },
    }
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge, ports]}
