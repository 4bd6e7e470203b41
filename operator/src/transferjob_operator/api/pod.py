"""What the pod of the trainer may be given beyond its resources."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from transferjob_trainer.contract.base import DnsSubdomain, Document

from .volumes import Volumes

LABEL_KEY_PATTERN = r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
KEYED_BY_LABEL = ("nodeSelector", "labels", "annotations")
"""Maps of PodSpec whose keys are label keys."""
LabelKey = Annotated[
    str,
    StringConstraints(
        pattern=LABEL_KEY_PATTERN,
        min_length=1,
        max_length=317,
    ),
]
LabelValue = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", max_length=63)]
Key = Annotated[str, StringConstraints(pattern=r"^[-._a-zA-Z0-9]+$", min_length=1, max_length=253)]


class NameRef(Document):
    """An object in the job's namespace."""

    name: DnsSubdomain
    """Name of the object."""


class KeyRef(Document):
    """One key of a Secret or ConfigMap in the job's namespace."""

    name: DnsSubdomain
    """Name of the Secret or ConfigMap."""
    key: Key
    """Key in it."""
    optional: bool | None = None
    """Whether the pod starts without it."""


class EnvSource(Document):
    """Where a variable's value comes from: exactly one of secretKeyRef, configMapKeyRef."""

    secret_key_ref: KeyRef | None = None
    """A key of a Secret."""
    config_map_key_ref: KeyRef | None = None
    """A key of a ConfigMap."""

    @model_validator(mode="after")
    def _exactly_one(self) -> EnvSource:
        if (self.secret_key_ref is None) == (self.config_map_key_ref is None):
            raise ValueError("exactly one of secretKeyRef, configMapKeyRef must be given")
        return self


class EnvVar(Document):
    """One environment variable of the trainer."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", min_length=1, max_length=256)]
    """Name of the variable."""
    value: Annotated[str, StringConstraints(max_length=4096)] | None = None
    """Value of the variable."""
    value_from: EnvSource | None = None
    """Takes the value from a Secret or ConfigMap. Excludes value."""

    @model_validator(mode="after")
    def _one_source(self) -> EnvVar:
        if self.value is not None and self.value_from is not None:
            raise ValueError("value and valueFrom exclude each other")
        return self


class Toleration(Document):
    """A taint that the pod accepts."""

    key: LabelKey | None = None
    """Key of the taint. Default: all."""
    operator: Literal["Exists", "Equal"] | None = None
    """How value is compared. Default: Equal."""
    value: LabelValue | None = None
    """Value of the taint."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Effect of the taint. Default: all."""
    toleration_seconds: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    """Seconds that a NoExecute taint is tolerated. Default: for ever."""


class PodSpec(Document):
    """Placement and further settings of the trainer's pod."""

    node_selector: Annotated[dict[LabelKey, LabelValue], Field(max_length=32)] | None = None
    """Labels that the node must have."""
    affinity: Annotated[dict[str, Any], Field(max_length=3)] | None = None
    """Affinity as in a pod: nodeAffinity, podAffinity, podAntiAffinity."""
    tolerations: Annotated[tuple[Toleration, ...], Field(max_length=32)] | None = None
    """Taints that the pod accepts; that of the GPU resource is accepted anyway."""
    priority_class_name: DnsSubdomain | None = None
    """PriorityClass of the pod."""
    scheduler_name: DnsSubdomain | None = None
    """Scheduler of the pod."""
    service_account_name: DnsSubdomain | None = None
    """Service account of the pod; its token is not mounted."""
    image_pull_secrets: Annotated[tuple[NameRef, ...], Field(max_length=16)] | None = None
    """Secrets to pull the image with."""
    labels: Annotated[dict[LabelKey, LabelValue], Field(max_length=32)] | None = None
    """Further labels of the pod; those of the operator win."""
    annotations: (
        Annotated[dict[LabelKey, Annotated[str, StringConstraints(max_length=4096)]], Field(max_length=32)] | None
    ) = None
    """Further annotations of the pod; those of the operator win."""
    runtime_class_name: DnsSubdomain | None = None
    """RuntimeClass of the pod."""
    env: Annotated[tuple[EnvVar, ...], Field(max_length=64)] | None = None
    """Further environment variables of the trainer."""
    volumes: Volumes | None = None
    """Further volumes of the trainer; a pvc:// URI brings its claim with it and needs none."""
    image: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][-A-Za-z0-9_./:@]*$", min_length=1, max_length=512)]
        | None
    ) = None
    """Image of the trainer. Default: the one that the operator was configured with."""
