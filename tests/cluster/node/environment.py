"""The environment and the command line of a container, as the kubelet makes them.

Nothing of the node's own environment is inherited. As an image would, the node gives PATH (the folder of the Python
that runs the node first, so that `python` is the repository's) and HOME; the runtime gives HOSTNAME. Variables of
Services are not given.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from tests.cluster.node.client import Api
from tests.cluster.node.fields import PodFacts, field_value, resource_value
from tests.cluster.node.objects import NotYet, entries

Json = dict[str, Any]
_REFERENCE = re.compile(r"\$\$|\$\(([-._a-zA-Z][-._a-zA-Z0-9]*)\)")
IMAGE_PATH = f"{Path(sys.executable).parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SOURCES = (("secretKeyRef", "secret", "Secret"), ("configMapKeyRef", "configmap", "ConfigMap"))


async def container_environment(api: Api, facts: PodFacts, container: Json) -> dict[str, str]:
    """All variables of a container.

    Args:
        api: where Secrets and ConfigMaps are read.
        facts: the pod.
        container: the container of its spec.

    Raises:
        NotYet: a Secret, ConfigMap or key is missing and not optional.
        FieldError: a reference to a field that does not exist.
    """
    given = {"PATH": IMAGE_PATH, "HOME": "/root", "HOSTNAME": facts.pod["metadata"]["name"]}
    for source in container.get("envFrom") or []:
        given |= await _from_source(api, facts, source)
    for variable in container.get("env") or []:
        value = await _value(api, facts, container, variable, given)
        if value is not None:
            given[variable["name"]] = value
    return given


def expand(text: str, variables: dict[str, str]) -> str:
    """Replaces `$(NAME)`; an unknown name stays as it is and `$$` is one dollar sign."""

    def replacement(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else variables.get(match[1], match[0])

    return _REFERENCE.sub(replacement, text)


def command_line(container: Json, variables: dict[str, str]) -> list[str]:
    """The command and arguments with their variables expanded; empty when only an image could tell the command."""
    if not container.get("command"):
        return []
    return [expand(part, variables) for part in [*container["command"], *(container.get("args") or [])]]


async def _from_source(api: Api, facts: PodFacts, source: Json) -> dict[str, str]:
    kind, reference = (
        ("secret", source["secretRef"]) if "secretRef" in source else ("configmap", source["configMapRef"])
    )
    found = await entries(api, kind, facts.namespace, reference["name"], reference.get("optional", False))
    prefix = source.get("prefix", "")
    return {f"{prefix}{key}": value.decode(errors="replace") for key, value in (found or {}).items()}


async def _value(api: Api, facts: PodFacts, container: Json, variable: Json, given: dict[str, str]) -> str | None:
    source = variable.get("valueFrom")
    if source is None:
        return expand(variable.get("value") or "", given)
    if "fieldRef" in source:
        return field_value(facts, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return resource_value(facts, source["resourceFieldRef"], container["name"])
    for key, kind, title in _SOURCES:
        if key in source:
            return await _keyed(api, facts, source[key], kind, title)
    raise NotYet(f"env {variable['name']}: this source of a value is not supported by the local node")


async def _keyed(api: Api, facts: PodFacts, reference: Json, kind: str, title: str) -> str | None:
    optional = reference.get("optional", False)
    found = await entries(api, kind, facts.namespace, reference["name"], optional)
    value = (found or {}).get(reference["key"])
    if value is not None:
        return value.decode(errors="replace")
    if optional:
        return None
    raise NotYet(f"couldn't find key {reference['key']} in {title} {facts.namespace}/{reference['name']}")
