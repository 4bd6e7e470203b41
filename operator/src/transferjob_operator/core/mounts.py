"""Volumes and mounts of the pod: run file, scratch, shared memory, claims, and what the job asks for beyond."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from transferjob_trainer.contract import TrainingPart
from transferjob_trainer.contract.environment import (
    CLAIMS_MOUNT,
    RUN_FILE_ANNOTATION,
    RUN_FILE_MOUNT,
    RUN_FILE_NAME,
    SCRATCH_MOUNT,
)

from ..api.volumes import CLAIM_VOLUME, RUN_FILE_VOLUME, SCRATCH_VOLUME, SHM_MOUNT, SHM_VOLUME, Volume
from .passthrough import plain

_CLAIM_SCHEME = "pvc://"
_MOUNT = {"mount_path", "read_only"}


def claims(part: TrainingPart, mirror: str | None = None) -> dict[str, bool]:
    """The claims that the run touches, sorted by name, and whether each is mounted read-only."""
    written = set(_claims_of(_written_uris(part)))
    read = set(_claims_of(iter((*_read_uris(part), mirror))))
    return {claim: claim not in written for claim in sorted(read | written)}


def volumes(claim_modes: Mapping[str, bool], shm_bytes: int, further: tuple[Volume, ...]) -> list[dict[str, Any]]:
    """Volumes of the pod, `further` those of spec.pod.volumes.

    A claim's volume is numbered, because its name may hold dots and a volume's may not.
    """
    run_file = {"path": RUN_FILE_NAME, "fieldRef": {"fieldPath": f"metadata.annotations['{RUN_FILE_ANNOTATION}']"}}
    return [
        {"name": RUN_FILE_VOLUME, "downwardAPI": {"items": [run_file]}},
        {"name": SCRATCH_VOLUME, "emptyDir": {}},
        {"name": SHM_VOLUME, "emptyDir": {"medium": "Memory", "sizeLimit": str(shm_bytes)}},
        *(
            # Read-only on the mount alone: a read-only volume source would forbid a claim that another pod writes to.
            {"name": f"{CLAIM_VOLUME}{number}", "persistentVolumeClaim": {"claimName": claim}}
            for number, claim in enumerate(claim_modes)
        ),
        *(plain(volume.model_copy(update=dict.fromkeys(_MOUNT))) for volume in further),
    ]


def volume_mounts(claim_modes: Mapping[str, bool], further: tuple[Volume, ...]) -> list[dict[str, Any]]:
    """Mounts of the container, in the order of the volumes."""
    return [
        {"name": RUN_FILE_VOLUME, "mountPath": RUN_FILE_MOUNT, "readOnly": True},
        {"name": SCRATCH_VOLUME, "mountPath": SCRATCH_MOUNT},
        {"name": SHM_VOLUME, "mountPath": SHM_MOUNT},
        *(
            {
                "name": f"{CLAIM_VOLUME}{number}",
                "mountPath": f"{CLAIMS_MOUNT}/{claim}",
                **({"readOnly": True} if read_only else {}),
            }
            for number, (claim, read_only) in enumerate(claim_modes.items())
        ),
        *(
            {"name": volume.name, "mountPath": volume.mount_path, **({"readOnly": True} if volume.read_only else {})}
            for volume in further
        ),
    ]


def _read_uris(part: TrainingPart) -> Iterator[str | None]:
    yield part.dataset.uri
    yield part.dataset.validation.uri
    yield part.dataset.test.uri if part.dataset.test else None
    yield part.backbone.weights


def _written_uris(part: TrainingPart) -> Iterator[str | None]:
    yield part.output.uri
    yield part.training.checkpoint.uri if part.training.checkpoint else None
    yield part.training.feature_cache.uri if part.training.feature_cache else None


def _claims_of(uris: Iterator[str | None]) -> Iterator[str]:
    for uri in uris:
        if uri and uri.startswith(_CLAIM_SCHEME):
            yield uri.removeprefix(_CLAIM_SCHEME).partition("/")[0]
