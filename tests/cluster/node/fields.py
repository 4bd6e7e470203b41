"""Values of a pod's own fields: what `fieldRef` and `resourceFieldRef` mean, in environment variables and files."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
_SUBSCRIPT = re.compile(r"^metadata\.(annotations|labels)\['(.+)'\]$")
_FACTORS = {
    "": Decimal(1), "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15),
    "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40), "Pi": Decimal(2**50),
}  # fmt: skip
_QUANTITY = re.compile(r"^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$")


class FieldError(Exception):
    """A reference names a field that does not exist; the message names it."""


@dataclass(frozen=True)
class PodFacts:
    """What the node knows of a pod beyond its object.

    Attributes:
        pod: the object.
        pod_ip: the address given to it.
        host_ip: the node's address.
        capacity: the node's resources, as quantities: the limit of a container that sets none.
    """

    pod: Json
    pod_ip: str
    host_ip: str
    capacity: dict[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The pod's namespace."""
        return str(self.pod["metadata"]["namespace"])


def quantity(text: str) -> Decimal:
    """Reads a Kubernetes quantity such as `500m` or `16Gi`; raises FieldError."""
    match = _QUANTITY.match(text)
    if match is None or match[2] not in _FACTORS:
        raise FieldError(f"{text!r} is not a quantity")
    return Decimal(match[1]) * _FACTORS[match[2]]


def field_value(facts: PodFacts, path: str) -> str:
    """The value of a `fieldRef`; raises FieldError for a path that the downward API does not have."""
    metadata, spec = facts.pod["metadata"], facts.pod["spec"]
    if match := _SUBSCRIPT.match(path):
        return str((metadata.get(match[1]) or {}).get(match[2], ""))
    if path in ("metadata.annotations", "metadata.labels"):
        return _as_lines(metadata.get(path.partition(".")[2]) or {})
    simple = {
        "metadata.name": metadata["name"],
        "metadata.namespace": metadata["namespace"],
        "metadata.uid": metadata["uid"],
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.podIP": facts.pod_ip,
        "status.podIPs": facts.pod_ip,
        "status.hostIP": facts.host_ip,
        "status.hostIPs": facts.host_ip,
    }
    if path not in simple:
        raise FieldError(f"fieldRef {path!r} is not a field of the downward API")
    return str(simple[path])


def resource_value(facts: PodFacts, reference: Json, container_name: str) -> str:
    """The value of a `resourceFieldRef`, rounded up in units of its divisor.

    Args:
        facts: the pod.
        reference: the `resourceFieldRef`.
        container_name: the container that it means when it names none.

    Raises:
        FieldError: unknown container or resource.
    """
    name = reference.get("containerName") or container_name
    containers = facts.pod["spec"].get("initContainers", []) + facts.pod["spec"]["containers"]
    container = next((entry for entry in containers if entry["name"] == name), None)
    group, _, resource = reference["resource"].partition(".")
    if container is None or group not in ("limits", "requests"):
        raise FieldError(f"resourceFieldRef {reference['resource']!r} of container {name!r} does not exist")
    resources = container.get("resources") or {}
    amount = (resources.get(group) or {}).get(resource)
    if amount is None:
        amount = facts.capacity.get(resource, "0") if group == "limits" else "0"
    divisor = quantity(str(reference.get("divisor") or "1")) or Decimal(1)
    return str(math.ceil(quantity(str(amount)) / divisor))


def _as_lines(entries: dict[str, str]) -> str:
    escaped = {
        key: text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for key, text in entries.items()
    }
    return "\n".join(f'{key}="{escaped[key]}"' for key in sorted(escaped))
