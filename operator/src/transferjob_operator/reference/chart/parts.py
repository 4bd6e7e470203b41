"""Values of the chart: images, account, resource, metrics and network."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from transferjob_trainer.contract.base import DnsLabel, DnsSubdomain, Document

from ...api.resources import Quantity

Free = dict[str, Any]
"""A part of a pod or another object as Kubernetes spells it; the API server checks it."""
Labels = dict[str, Annotated[str, StringConstraints(max_length=63)]]
Annotations = dict[str, Annotated[str, StringConstraints(max_length=4096)]]
Repository = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-._/][a-z0-9]+)*$", max_length=255)]
Duration = Annotated[str, StringConstraints(pattern=r"^[0-9]+(ms|s|m|h)$", max_length=16)]


class Image(Document):
    """One image, by tag or by digest."""

    repository: Repository
    """Name of the image below images.registry."""
    tag: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?$")] = ""
    """Tag; empty: the chart's appVersion."""
    digest: Annotated[str, StringConstraints(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    """Digest as sha256:...; wins over the tag."""


class PullSecret(Document):
    """A Secret to pull images with, in the operator's namespace."""

    name: DnsSubdomain
    """Name of the Secret."""


class Images(Document):
    """Where the two images come from."""

    registry: Annotated[
        str, StringConstraints(pattern=r"^([A-Za-z0-9][-A-Za-z0-9._:/]*[A-Za-z0-9])?$", max_length=255)
    ] = ""
    """Registry, with a path where it has one, in front of both names; empty: the container runtime's own default."""
    operator: Image = Image(repository="transferjob-operator")
    """Image of the operator."""
    trainer: Image = Image(repository="transferjob-trainer")
    """Image of trainer pods whose job and profile name none."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """Pull policy of both."""
    pull_secrets: tuple[PullSecret, ...] = ()
    """Secrets that the operator's pod is pulled with. Trainer pods take theirs from a profile's
    pod.imagePullSecrets or from their service account."""


class Crds(Document):
    """The CustomResourceDefinition."""

    install: bool = True
    """Install it, and upgrade it with each release; false where somebody else does (crds/transferjobs.yaml)."""
    keep: bool = True
    """Keep it, and every TransferJob with it, when the release is uninstalled or crds.install becomes false."""


class Rbac(Document):
    """Rights of the operator's account, and roles for people."""

    create: bool = True
    """Create the operator's roles and bindings; without them it can do nothing until somebody grants the same."""
    lost_nodes: bool = True
    """Read nodes and report pods as failed; false: pods on nodes that are not heard of are left alone."""
    aggregate: bool = True
    """Let the cluster's roles view, edit and admin cover TransferJobs. Who may create one may create pods."""


class ServiceAccount(Document):
    """The operator's account."""

    create: bool = True
    """Create it."""
    name: Annotated[str, StringConstraints(max_length=253)] = ""
    """Its name; empty: the release's full name where it is created, else default."""
    annotations: Annotations = Field(default_factory=dict)
    """Annotations of the account."""


class ServiceMonitor(Document):
    """A ServiceMonitor of the operator, for Prometheus Operator."""

    enabled: bool = False
    """Create it; refused where the cluster does not know the kind."""
    interval: Duration = "30s"
    """Time between two scrapes."""
    labels: Labels = Field(default_factory=dict)
    """Further labels, such as the one by which your Prometheus selects."""


class PodMonitor(Document):
    """A PodMonitor of the trainer pods, for Prometheus Operator."""

    enabled: bool = False
    """Create it; refused where the cluster does not know the kind."""
    interval: Duration = "30s"
    """Time between two scrapes."""
    labels: Labels = Field(default_factory=dict)
    """Further labels, such as the one by which your Prometheus selects."""


class PrometheusRule(Document):
    """Recording rules and alerts, for Prometheus Operator; docs/runbooks has a page for each alert."""

    enabled: bool = False
    """Create it; refused where the cluster does not know the kind. Other Prometheus read files/rules.yaml."""
    labels: Labels = Field(default_factory=dict)
    """Further labels, such as the one by which your Prometheus selects."""


class Dashboard(Document):
    """A Grafana dashboard as a ConfigMap."""

    enabled: bool = False
    """Create it; Grafana's sidecar takes it up by its label. Others import files/dashboard.json."""
    labels: Labels = Field(default_factory=lambda: {"grafana_dashboard": "1"})
    """Labels by which Grafana's sidecar selects."""


class Monitoring(Document):
    """What Prometheus needs."""

    service_monitor: ServiceMonitor = ServiceMonitor()
    """Scraping of the operator."""
    pod_monitor: PodMonitor = PodMonitor()
    """Scraping of the trainers."""
    prometheus_rule: PrometheusRule = PrometheusRule()
    """Recording rules and alerts."""
    dashboard: Dashboard = Dashboard()
    """A Grafana dashboard."""


class NetworkPolicy(Document):
    """A NetworkPolicy of the operator's pods; it takes effect where the cluster's network plugin enforces it."""

    enabled: bool = False
    """Create it: to the operator only its port of metrics and probes, from it only DNS, the API server and trainers."""
    api_server_ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(min_length=1)] = (443, 6443)
    """Ports of the API server, behind its Service too."""
    metrics_from: tuple[Free, ...] = ()
    """Peers that may read metrics and probes, as in a NetworkPolicy's from; empty: all."""


class TrainerNetworkPolicy(Document):
    """A NetworkPolicy of the trainer pods in each namespace."""

    enabled: bool = False
    """Create it: progress for the operator and metricsFrom, the workers of a job among themselves, nothing else in."""
    metrics_from: tuple[Free, ...] = ()
    """Further peers that may read a trainer's progress and metrics, as in a NetworkPolicy's from."""


class Cache(Document):
    """A claim in each namespace, for training.featureCache.uri: pvc://NAME/features."""

    enabled: bool = False
    """Create it; it is kept when the release is uninstalled."""
    name: DnsLabel = "transferjob-cache"
    """Name of the claim."""
    size: Quantity = "100Gi"
    """Size of the claim."""
    storage_class_name: Annotated[str, StringConstraints(max_length=253)] = ""
    """Storage class; empty: the cluster's default."""
    access_modes: Annotated[
        tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...], Field(min_length=1)
    ] = ("ReadWriteMany",)
    """Access modes; pods on several nodes share features only with ReadWriteMany."""


class TrainerAccount(Document):
    """A service account without rights in each namespace, to be named in a profile's pod.serviceAccountName."""

    enabled: bool = False
    """Create it."""
    name: DnsLabel = "transferjob-trainer"
    """Its name."""
    annotations: Annotations = Field(default_factory=dict)
    """Annotations, such as a cloud role's."""
    image_pull_secrets: tuple[PullSecret, ...] = ()
    """Secrets of that namespace to pull the trainer's image with."""


class PerNamespace(Document):
    """What each namespace of `namespaces` gets; refused while that list is empty."""

    network_policy: TrainerNetworkPolicy = TrainerNetworkPolicy()
    """Who may reach trainer pods."""
    cache: Cache = Cache()
    """Storage for features that jobs share."""
    trainer_account: TrainerAccount = TrainerAccount()
    """Identity of trainer pods."""
