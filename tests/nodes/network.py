"""The network inside the sandbox: a bridge, and a cable to each node. Nothing leads out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.nodes.addresses import BRIDGE, HOME, PREFIX, node_address, pod_network
from tests.nodes.machine import Machine

_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")


class NetworkError(Exception):
    """A part of the network could not be made; the text is what `ip` said."""


def build() -> None:
    """Makes the bridge. Raises NetworkError."""
    _FORWARD.write_text("1\n")
    _ip("link set lo up")
    _ip(f"link add {BRIDGE} type bridge")
    _ip(f"addr add {HOME}/{PREFIX} dev {BRIDGE}")
    _ip(f"link set {BRIDGE} up")


def connect(machine: Machine) -> None:
    """Puts a node on the bridge. Raises NetworkError."""
    cable, address = f"node{machine.number}", node_address(machine.number)
    _ip(f"link add {cable} type veth peer name eth0 netns {machine.pid}")
    _ip(f"link set {cable} master {BRIDGE} up")
    machine.run("ip", "link", "set", "lo", "up")
    machine.run("ip", "link", "set", "eth0", "up")
    machine.run("ip", "addr", "add", f"{address}/{PREFIX}", "dev", "eth0")
    machine.run("sh", "-c", f"echo 1 > {_FORWARD}")
    _ip(f"route add {pod_network(machine.number)} via {address}")


def route(machine: Machine, others: Iterable[int]) -> None:
    """Tells a node where the pods of other nodes are."""
    for number in others:
        machine.run("ip", "route", "add", pod_network(number), "via", node_address(number))


def _ip(arguments: str) -> None:
    done = subprocess.run(["ip", *arguments.split()], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NetworkError(f"ip {arguments}: {done.stderr.strip()}")
