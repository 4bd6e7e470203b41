"""Scripted nodes, and how one of them falls silent."""

from datetime import UTC, datetime

from tests.cluster.api import Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.node.scripted import ScriptedNode
from tests.cluster.resources import nodes, pods

GPUS = {"gpus": 1, "gpuResource": "nvidia.com/gpu", "cpu": "100m", "memory": "64Mi"}
"""Resources of a job that only such a node takes."""


class Nodes:
    """Scripted nodes with a GPU, of which one falls silent."""

    def __init__(self, cluster: ControlPlane, namespace: str) -> None:
        self._api, self.namespace = cluster.api, namespace

    def node(self, name: str) -> ScriptedNode:
        return ScriptedNode(self._api, f"{name}-{self.namespace}", gpus=1)

    def bound_to(self, node: ScriptedNode) -> Object:
        """The pod that the scheduler has given to this node."""
        found = poll(
            lambda: [p for p in self._api.list(pods(self.namespace)) if p["spec"].get("nodeName") == node.name],
            lambda there: len(there) == 1,
            30,
            f"a pod on {node.name}",
        )
        return found[0]

    def fall_silent(self, node: ScriptedNode) -> None:
        """The heartbeat stops; the node controller's own conclusion is written at once instead of after its 50 s."""
        node.lose()
        when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        unknown = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": when}
        self._api.patch(
            nodes(node.name)._replace(subresource="status"), {"status": {"conditions": [unknown]}}, "strategic"
        )
