"""What every pod's worker needs of the node it is on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster.node.addresses import PodAddresses
from tests.cluster.node.client import Api
from tests.cluster.node.events import Events

SCRIPT_ANNOTATION = "local-node/script"


@dataclass(frozen=True)
class NodeContext:
    """One node.

    Attributes:
        api: the API server.
        name: the node's name.
        address: its loopback address.
        root: its own folder.
        claims: where the data of claims lies.
        capacity: its resources, as quantities.
        events: writes Events.
        addresses: the pods' addresses.
        scripted_default: the script of pods that have none of their own; None lets them run.
        lose: makes the node vanish without a word.
        stopping: set when the node shuts down.
    """

    api: Api
    name: str
    address: str
    root: Path
    claims: Path
    capacity: dict[str, str]
    events: Events
    addresses: PodAddresses
    scripted_default: list[dict[str, Any]] | None
    lose: Callable[[], None]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def pod_folder(self, uid: str) -> Path:
        """Where all of one pod lies."""
        return self.root / "pods" / uid
