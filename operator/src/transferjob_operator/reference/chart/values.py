"""Values of the chart: the whole, and the settings that become flags of the operator."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from transferjob_trainer.contract.base import DnsLabel, Document

from ...core.profiles import MAX_PROFILES, Profile
from ...settings import Settings as Flags
from .parts import (
    Annotations,
    Crds,
    Free,
    Images,
    Labels,
    Monitoring,
    NetworkPolicy,
    PerNamespace,
    Rbac,
    ServiceAccount,
)

Seconds = Annotated[int, Field(ge=0, le=86400)]


class LeaderElection(Document):
    """Which of the replicas works."""

    enabled: bool = True
    """Only the replica that holds the Lease works. false is refused with more than one replica."""


class Settings(Document):
    """Flags of the operator."""

    workers: Annotated[int, Field(ge=1, le=128)] = Flags.model_fields["workers"].default
    """Passes that may run at a time."""
    node_lost_seconds: Seconds = Flags.model_fields["node_lost_seconds"].default
    """Seconds after which a pod on a node that is not heard of is given up and started elsewhere; 0 turns it off."""
    unreachable_toleration_seconds: Seconds | None = None
    """Seconds for which a pod stays on a node in trouble; null: a minute more than nodeLostSeconds."""
    resync_seconds: Annotated[int, Field(ge=1, le=86400)] = int(Flags.model_fields["resync_seconds"].default)
    """Seconds between two whole comparisons with the API server."""
    request_timeout_seconds: Annotated[int, Field(ge=1, le=60)] = int(
        Flags.model_fields["request_timeout_seconds"].default
    )
    """Longest silence of the API server within a request."""
    watch_idle_seconds: Annotated[int, Field(ge=1, le=600)] = int(Flags.model_fields["watch_idle_seconds"].default)
    """A watch that says nothing for longer is opened again."""
    imagenet_mirror: Annotated[
        str, StringConstraints(pattern=r"^((s3|gs|https|pvc)://[^\s?#@]+)?$", max_length=1024)
    ] = ""
    """Folder with the files of Keras' ImageNet weights (s3://, gs://, https:// or pvc://); empty: from the Internet. A
    claim must be there in each namespace that has such jobs."""
    keep_log_tail: bool = True
    """Keep the last lines of a failed attempt's log in the job's status; false also takes the right to read logs."""
    job_metrics: bool = True
    """Show each TransferJob that is not over by name in /metrics; off where thousands run at a time."""
    log_format: Literal["json", "console"] = "json"
    """Form of the log lines."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level that is logged."""


Name = Annotated[str, StringConstraints(pattern=r"^[^,\s]+$", max_length=1024)]
Names = Annotated[tuple[Name, ...], Field(max_length=256)]


class Limits(Document):
    """What a TransferJob may name; each list empty: everything. A job that names more fails as NotAllowed. What
    profiles say is not looked at, nor a job that has begun."""

    images: Names = ()
    """Beginnings of spec.pod.image, up to a part of the name; images.trainer may always be used."""
    uris: Names = ()
    """Beginnings of the URIs of datasets, weights, outputs, checkpoints and caches, up to a part of the path."""
    service_accounts: Names = ()
    """Names for spec.pod.serviceAccountName; a job that names none has the namespace's default."""
    priority_classes: Names = ()
    """Names for spec.pod.priorityClassName."""


class PodDisruptionBudget(Document):
    """How many replicas a drain leaves."""

    enabled: bool = True
    """Create one with maxUnavailable 1 where there is more than one replica."""


_RESTRICTED: Free = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
_CONTAINER: Free = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
_RESOURCES: Free = {"requests": {"cpu": "100m", "memory": "160Mi"}, "limits": {"memory": "512Mi"}}


class Values(Document):
    """All values."""

    global_: Annotated[Free, Field(alias="global")] = Field(default_factory=dict)
    """Helm hands this to every chart of an installation; it is not read here."""
    name_override: Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$", max_length=53)] = ""
    """Name of all objects; empty: transferjob-operator, with the release's name in front unless that is transferjob."""
    images: Images = Images()
    """Where the two images come from."""
    namespaces: Annotated[tuple[DnsLabel, ...], Field(max_length=256)] = ()
    """Namespaces that the operator works in, each with a Role of its own; empty: all, with one ClusterRole."""
    per_namespace: PerNamespace = PerNamespace()
    """What each namespace of `namespaces` gets; refused while that list is empty."""
    replicas: Annotated[int, Field(ge=1, le=5)] = 2
    """Operator pods. One works, the others take over within 15 seconds."""
    leader_election: LeaderElection = LeaderElection()
    """Which of the replicas works."""
    settings: Settings = Settings()
    """Flags of the operator."""
    limits: Limits = Limits()
    """What a TransferJob may name."""
    profiles: Annotated[dict[DnsLabel, Profile], Field(max_length=MAX_PROFILES)] = Field(default_factory=dict)
    """Cluster profiles by name: defaults of resources, run and pod below a job's spec. Jobs that name none have
    `default`. Changes reach a running operator within two minutes, and no job that has begun."""
    crds: Crds = Crds()
    """The CustomResourceDefinition."""
    rbac: Rbac = Rbac()
    """Rights of the operator's account, and roles for people."""
    service_account: ServiceAccount = ServiceAccount()
    """The operator's account."""
    pod_disruption_budget: PodDisruptionBudget = PodDisruptionBudget()
    """How many replicas a drain leaves."""
    resources: Free = _RESOURCES
    """Requests and limits of the operator's container."""
    pod_security_context: Free = _RESTRICTED
    """securityContext of the pod."""
    security_context: Free = _CONTAINER
    """securityContext of the container."""
    priority_class_name: Annotated[str, StringConstraints(max_length=253)] = ""
    """PriorityClass of the operator's pods."""
    spread: bool = True
    """Prefer another node, and another zone, for each replica."""
    node_selector: Labels = Field(default_factory=dict)
    """Labels of the nodes for the operator's pods."""
    tolerations: tuple[Free, ...] = ()
    """Tolerations of the operator's pods."""
    affinity: Free = Field(default_factory=dict)
    """Affinity of the operator's pods."""
    labels: Labels = Field(default_factory=dict)
    """Further labels of every object."""
    pod_labels: Labels = Field(default_factory=dict)
    """Further labels of the operator's pods."""
    pod_annotations: Annotations = Field(default_factory=dict)
    """Further annotations of the operator's pods."""
    extra_env: tuple[Free, ...] = ()
    """Further variables of the operator's container, such as a proxy's."""
    extra_volumes: tuple[Free, ...] = ()
    """Further volumes of the operator's pods, such as a bundle of CA certificates."""
    extra_volume_mounts: tuple[Free, ...] = ()
    """Where they are mounted."""
    monitoring: Monitoring = Monitoring()
    """What Prometheus needs."""
    network_policy: NetworkPolicy = NetworkPolicy()
    """A NetworkPolicy of the operator's pods."""
