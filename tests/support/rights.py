"""The operator's rights as the chart has them: the same files, without Helm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "charts/transferjob/files/rbac"
GROUP = "rbac.authorization.k8s.io"
IN_NAMESPACES = ("jobs", "log-tail", "lost-pods")
IN_CLUSTER = ("nodes",)
IN_OWN_NAMESPACE = ("lease",)


def rules(*names: str) -> list[Object]:
    """The rules of the files of these names."""
    return [rule for name in names for rule in yaml.safe_load((FOLDER / f"{name}.yaml").read_text())]


def installed(namespace: str, account: str, in_cluster: tuple[str, ...] = IN_CLUSTER) -> list[Object]:
    """Namespace, account, roles and bindings of an operator for all namespaces."""
    subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    everywhere = _role("ClusterRole", {"name": account}, rules(*IN_NAMESPACES, *in_cluster))
    own = _role("Role", {"name": f"{account}-lease", "namespace": namespace}, rules(*IN_OWN_NAMESPACE))
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": namespace}},
        *(document for role in (everywhere, own) for document in (role, _binding(role, subject))),
    ]


def _role(kind: str, metadata: Object, of: list[Object]) -> Object:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, "rules": of}


def _binding(role: Object, subject: Object) -> Object:
    reference = {"apiGroup": GROUP, "kind": role["kind"], "name": role["metadata"]["name"]}
    kind, metadata = f"{role['kind']}Binding", role["metadata"]
    head = {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata}
    return {**head, "roleRef": reference, "subjects": [subject]}
