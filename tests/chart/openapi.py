"""The schemas of a running API server as files that kubeconform reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cluster.api import Api, Object

_DEFINITIONS = "definitions.json"
_FILE = "{{ .Group }}-{{ .ResourceAPIVersion }}-{{ .ResourceKind }}.json"
"""How kubeconform asks for one; the core group is called by its version."""
_LOOSE = {
    # What OpenAPI calls a string may also be written as a number.
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
}


def write_schemas(api: Api, folder: Path) -> str:
    """Writes a schema a kind. Returns where, as kubeconform's -schema-location wants it.

    Args:
        api: the server that is asked.
        folder: where the files go; made.
    """
    folder.mkdir()
    definitions: dict[str, Any] = api.get("/openapi/v2")["definitions"] | _LOOSE
    (folder / _DEFINITIONS).write_text(json.dumps({"definitions": {n: _strict(d) for n, d in definitions.items()}}))
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            file = folder / f"{kind['group'] or kind['version']}-{kind['version']}-{kind['kind']}.json".lower()
            file.write_text(json.dumps({"$ref": f"{_DEFINITIONS}#/definitions/{name}"}))
    return f"{folder}/{_FILE}"


def plural_of(api: Api, document: Object) -> str:
    """The plural name of an object's kind."""
    version = document["apiVersion"]
    served = api.get(f"/{'apis' if '/' in version else 'api'}/{version}")["resources"]
    return next(str(r["name"]) for r in served if r["kind"] == document["kind"] and "/" not in r["name"])


def _strict(definition: dict[str, Any]) -> dict[str, Any]:
    """Fields that it does not name are wrong."""
    named = "properties" in definition and "additionalProperties" not in definition
    return {**definition, "additionalProperties": False} if named else definition
