"""What the machine must have before a node can run on it, and the Debian package of each."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PLUGINS = Path("/usr/lib/cni")
BUSYBOX = Path("/bin/busybox")
_TOOLS = {
    "buildah": "buildah",
    "conntrack": "conntrack",
    "containerd": "containerd",
    "ctr": "containerd",
    "debootstrap": "debootstrap",
    "ip": "iproute2",
    "iptables": "iptables",
    "runc": "runc",
    "nsenter": "util-linux",
    "unshare": "util-linux",
}
_FILES = {
    PLUGINS / "bridge": "containernetworking-plugins",
    PLUGINS / "host-local": "containernetworking-plugins",
    PLUGINS / "portmap": "containernetworking-plugins",
    BUSYBOX: "busybox-static",
}


class NeedError(Exception):
    """Nodes cannot run here; the text says what is missing."""


def check() -> None:
    """Raises NeedError unless this is root on a machine with all tools."""
    if os.geteuid():
        raise NeedError(
            "real nodes need root: namespaces, mounts and control groups are made for them; run it with sudo"
        )
    absent = {tool: package for tool, package in _TOOLS.items() if shutil.which(tool) is None}
    absent |= {str(path): package for path, package in _FILES.items() if not path.exists()}
    if absent:
        packages = " ".join(sorted(set(absent.values())))
        raise NeedError(f"real nodes need {', '.join(absent)}; on Debian: apt-get install {packages}")
