"""The environment of the trainer's container."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract import RunFile
from transferjob_trainer.contract.environment import (
    CLAIMS_MOUNT,
    CLAIMS_ROOT,
    GRACE_SECONDS,
    IMAGENET_MIRROR,
    PEERS,
    POD_IP,
    POD_UID,
    SCRATCH,
    SCRATCH_MOUNT,
    WORKERS,
)

from .credentials import credential_env

_HOMES = {
    "HOME": SCRATCH_MOUNT,
    "TMPDIR": SCRATCH_MOUNT,
    "KERAS_HOME": f"{SCRATCH_MOUNT}/keras",
    "XDG_CACHE_HOME": f"{SCRATCH_MOUNT}/cache",
    "CUDA_CACHE_PATH": f"{SCRATCH_MOUNT}/cache/cuda",
}
"""Everything that libraries like to write goes to the scratch volume: the root file system is read-only."""


def trainer_env(
    document: RunFile,
    user_env: tuple[dict[str, Any], ...],
    grace_seconds: int,
    peers: tuple[str, ...] = (),
    mirror: str | None = None,
) -> list[dict[str, Any]]:
    """Variables in a fixed order. The user's replace our folders; they cannot replace what steers the trainer.

    Args:
        document: The run file.
        user_env: spec.pod.env.
        grace_seconds: From SIGTERM to SIGKILL.
        peers: DNS names of several workers, by index.
        mirror: Folder of ImageNet weights; the user may name another one.
    """
    places = _HOMES | ({IMAGENET_MIRROR: mirror} if mirror else {})
    variables = [{"name": name, "value": value} for name, value in places.items()]
    steering = [
        _field(POD_UID, "metadata.uid"),
        _field(POD_IP, "status.podIP"),
        {"name": CLAIMS_ROOT, "value": CLAIMS_MOUNT},
        {"name": SCRATCH, "value": SCRATCH_MOUNT},
        {"name": GRACE_SECONDS, "value": str(grace_seconds)},
        *_group(peers),
        *credential_env(document),
    ]
    return list({variable["name"]: variable for variable in (*variables, *user_env, *steering)}.values())


def _group(peers: tuple[str, ...]) -> list[dict[str, Any]]:
    if not peers:
        return []
    return [{"name": WORKERS, "value": str(len(peers))}, {"name": PEERS, "value": ",".join(peers)}]


def _field(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
