"""Further volumes of the trainer's pod: kinds that cannot reach the node that the pod happens to run on."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from transferjob_trainer.contract.base import DnsLabel, DnsSubdomain, Document
from transferjob_trainer.contract.environment import CLAIMS_MOUNT, RUN_FILE_MOUNT, SCRATCH_MOUNT

from .resources import Quantity

KINDS = ("persistentVolumeClaim", "configMap", "secret", "emptyDir")
"""Of a pod's kinds. Not hostPath and what names a server itself (nfs, iscsi, ...): a claim is how an administrator
lends those. Not csi, whose driver may do anything with what it is told; not projected, which may hold a token."""
RUN_FILE_VOLUME, SCRATCH_VOLUME, SHM_VOLUME, CLAIM_VOLUME = "run-file", "scratch", "shared-memory", "claim-"
SHM_MOUNT = "/dev/shm"  # noqa: S108 - a mount point in the pod, an emptyDir of its own
OWN_NAMES = rf"^({RUN_FILE_VOLUME}|{SCRATCH_VOLUME}|{SHM_VOLUME}|{CLAIM_VOLUME}[0-9]+)$"
OWN_PATHS = (RUN_FILE_MOUNT, CLAIMS_MOUNT, SCRATCH_MOUNT, "/dev", "/proc", "/sys")
"""Where the operator's own volumes are, and what the kernel shows in every container."""
NAME_IS_OWN = f"{RUN_FILE_VOLUME}, {SCRATCH_VOLUME}, {SHM_VOLUME} and {CLAIM_VOLUME}NUMBER are names of the operator's"
PATH_IS_OWN = f"must be neither in nor above {', '.join(OWN_PATHS)}, where the operator and the kernel have theirs"
ONE_KIND = f"exactly one of {', '.join(KINDS)} must be given"
NAMES_REPEAT, PATHS_REPEAT = "must not repeat a name", "must not repeat a mountPath"


def _free_name(name: str) -> str:
    if re.search(OWN_NAMES, name):
        raise ValueError(f"{NAME_IS_OWN}, got {name!r}")
    return name


def _free_path(path: str) -> str:
    if any(f"{path}/".startswith(f"{own}/") or f"{own}/".startswith(f"{path}/") for own in OWN_PATHS):
        raise ValueError(f"{PATH_IS_OWN}, got {path!r}")
    return path


class ClaimVolume(Document):
    """A PersistentVolumeClaim in the job's namespace."""

    claim_name: DnsSubdomain
    """Name of the claim."""


class ConfigMapVolume(Document):
    """A ConfigMap in the job's namespace: a file a key."""

    name: DnsSubdomain
    """Name of the ConfigMap."""
    optional: bool | None = None
    """Whether the pod starts without it."""


class SecretVolume(Document):
    """A Secret in the job's namespace: a file a key."""

    secret_name: DnsSubdomain
    """Name of the Secret."""
    optional: bool | None = None
    """Whether the pod starts without it."""


class EmptyVolume(Document):
    """A folder that is empty at first and goes with the pod."""

    medium: Literal["Memory"] | None = None
    """Memory counts against resources.memory. Default: the node's disk."""
    size_limit: Quantity | None = None
    """Size at which the pod is evicted; of Memory, what fits."""


class Volume(Document):
    """One volume and where the trainer finds it. Exactly one kind."""

    name: Annotated[DnsLabel, AfterValidator(_free_name)]
    """Name of the volume in the pod; not one of the operator's own."""
    mount_path: Annotated[
        str,
        StringConstraints(pattern=r"^(/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)+$", min_length=2, max_length=256),
        AfterValidator(_free_path),
    ]
    """Folder of the container, absolute; neither in nor above one of the operator's own."""
    read_only: bool | None = None
    """Whether the trainer may only read. Default: false; ConfigMaps and Secrets can only be read."""
    persistent_volume_claim: ClaimVolume | None = None
    """A claim, which other pods may hold too."""
    config_map: ConfigMapVolume | None = None
    """A ConfigMap."""
    secret: SecretVolume | None = None
    """A Secret."""
    empty_dir: EmptyVolume | None = None
    """A folder of the pod's own."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        kinds = (self.persistent_volume_claim, self.config_map, self.secret, self.empty_dir)
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError(ONE_KIND)
        return self


def _distinct(volumes: tuple[Volume, ...]) -> tuple[Volume, ...]:
    if len({volume.name for volume in volumes}) < len(volumes):
        raise ValueError(NAMES_REPEAT)
    if len({volume.mount_path for volume in volumes}) < len(volumes):
        raise ValueError(PATHS_REPEAT)
    return volumes


Volumes = Annotated[tuple[Volume, ...], Field(max_length=16), AfterValidator(_distinct)]
