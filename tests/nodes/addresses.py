"""Who has which address: one network of nodes, a network of pods on each."""

from __future__ import annotations

BRIDGE = "nodes"
HOME = "10.200.0.1"
"""Where the control plane, the name server and the S3 server are, and the user."""
PREFIX = 24
POD_NETWORK = "10.244.0.0/16"
CLUSTER_DOMAIN = "cluster.local"


def node_address(number: int) -> str:
    """Address of a node; the first is 1."""
    return f"10.200.0.{10 + number}"


def pod_network(number: int) -> str:
    """The pods of a node."""
    return f"10.244.{number}.0/{PREFIX}"
