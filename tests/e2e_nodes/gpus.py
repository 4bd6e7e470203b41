"""Who holds GPUs: pods that have a node and have not ended."""

from __future__ import annotations

from tests.cluster.api import Api, Object, poll
from tests.cluster.resources import pods
from tests.nodes.node import GPU


class Gpus:
    """The GPUs of the whole cluster."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def held(self) -> dict[str, int]:
        """GPUs by the name of the pod that holds them."""
        bound = [pod for pod in self._api.list(pods()) if pod["spec"].get("nodeName")]
        return {pod["metadata"]["name"]: count for pod in bound if (count := _count(pod)) and not _ended(pod)}

    def wait_free(self, deadline: float = 60.0) -> None:
        """Returns when nobody holds one. Raises TimeoutError."""
        poll(self.held, lambda held: not held, deadline, "no pod holds a GPU")


def _count(pod: Object) -> int:
    limits = [container.get("resources", {}).get("limits", {}) for container in pod["spec"]["containers"]]
    return sum(int(amounts.get(GPU, 0)) for amounts in limits)


def _ended(pod: Object) -> bool:
    return pod["status"]["phase"] in ("Succeeded", "Failed")
