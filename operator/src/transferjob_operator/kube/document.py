"""A TransferJob as the store keeps it: its JSON, packed, since a pass needs all of it and most jobs rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class JobDocument:
    """One version of a TransferJob."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    packed: bytes
    phase: str
    """Phase of its status, empty before the first one."""
    weights_from: str | None
    """Name of the TransferJob whose weights it starts from."""

    @property
    def raw(self) -> dict[str, Any]:
        """The object, without managedFields."""
        decoded: dict[str, Any] = orjson.loads(self.packed)
        return decoded


def project_document(raw: Mapping[str, Any]) -> JobDocument:
    """The document of a TransferJob; whatever a person may write into it, only its metadata is relied on."""
    metadata = {name: value for name, value in raw["metadata"].items() if name != "managedFields"}
    phase = _dig(raw, "status", "phase")
    referred = _dig(raw, "spec", "backbone", "weightsFrom", "jobRef", "name")
    return JobDocument(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        resource_version=metadata["resourceVersion"],
        packed=orjson.dumps({**raw, "metadata": metadata}),
        phase=phase if isinstance(phase, str) else "",
        weights_from=referred if isinstance(referred, str) else None,
    )


def _dig(raw: Any, *names: str) -> Any:
    for name in names:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw
