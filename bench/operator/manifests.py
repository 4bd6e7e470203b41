"""The jobs that are applied: ours as users write it, and the peer's nearest to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_RUNTIME_NAME = "bench"
_ANCESTOR_LABEL = "trainer.kubeflow.org/trainjob-ancestor-step"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of jobs."""

    api_version: str
    plural: str
    spec: Mapping[str, Any]

    def path(self, namespace: str) -> str:
        """The URL path of the collection."""
        return f"/apis/{self.api_version}/namespaces/{namespace}/{self.plural}"


KINDS = {
    "TransferJob": Kind(
        "transferjob.dev/v1alpha1",
        "transferjobs",
        {
            "backbone": {"name": "ResNet50", "weights": "none"},
            "freeze": {"layers": 100},
            "dataset": {"uri": "s3://bucket/flowers/"},
            "output": {"uri": "s3://bucket/models/"},
            # No GPU, so that any node may play it.
            "resources": {"gpus": 0, "cpu": "10m", "memory": "16Mi"},
        },
    ),
    "TrainJob": Kind(
        "trainer.kubeflow.org/v1alpha1",
        "trainjobs",
        {"runtimeRef": {"name": _RUNTIME_NAME}, "trainer": {"image": "trainer", "command": ["true"], "numNodes": 1}},
    ),
}

RUNTIME: dict[str, Any] = {
    "apiVersion": "trainer.kubeflow.org/v1alpha1",
    "kind": "ClusterTrainingRuntime",
    "metadata": {"name": _RUNTIME_NAME},
    "spec": {
        "mlPolicy": {"numNodes": 1},
        "template": {
            "spec": {
                "replicatedJobs": [
                    {
                        "name": "node",
                        "template": {
                            "metadata": {"labels": {_ANCESTOR_LABEL: "trainer"}},
                            "spec": {"template": {"spec": {"containers": [{"name": "node", "image": "trainer"}]}}},
                        },
                    }
                ]
            }
        },
    },
}
"""One container and no plugin beyond it."""


def manifest(kind: str, name: str) -> dict[str, Any]:
    """A job of that name; ours writes to a place of its own, so that no two specs are equal."""
    spec = dict(KINDS[kind].spec)
    if "output" in spec:
        spec["output"] = {"uri": f"s3://bucket/models/{name}/"}
    return {"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": {"name": name}, "spec": spec}
