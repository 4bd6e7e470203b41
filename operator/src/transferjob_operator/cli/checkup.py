"""What `doctor` looks at, one function a question; each answer has a cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson

from ..kube.errors import ApiError, Forbidden, NotFound
from ..kube.rest import NODES, TRANSFER_JOBS, Request, list_page
from . import requests
from .cluster import Cluster
from .quantities import quantity
from .versions import DEPLOYMENTS
from .views.fields import Object, integer, mappings, part, text

State = Literal["ok", "warning", "fault", "unknown"]
_CRD = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{TRANSFER_JOBS.plural}.{TRANSFER_JOBS.group}"
_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_NEEDED = (
    ("create", TRANSFER_JOBS.group, "transferjobs", "", "submit"),
    ("patch", TRANSFER_JOBS.group, "transferjobs", "", "submit and suspend"),
    ("list", TRANSFER_JOBS.group, "transferjobs", "", "list"),
    ("watch", TRANSFER_JOBS.group, "transferjobs", "", "status --watch and wait"),
    ("delete", TRANSFER_JOBS.group, "transferjobs", "", "delete"),
    ("get", "", "pods", "log", "logs and the curves of compare"),
    ("list", "", "events", "", "events and describe"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer."""

    question: str
    state: State
    found: str
    cure: str = ""

    def document(self) -> dict[str, str]:
        """For machines."""
        return asdict(self)


def findings(cluster: Cluster) -> Iterator[Finding]:
    """All answers. Raises CliError when the cluster does not answer at all."""
    with cluster.explained():
        version = cluster.send(requests.raw("/version"))
    yield Finding("cluster", "ok", f"{cluster.server} answers, Kubernetes {text(version, 'gitVersion')}")
    for question, look in _QUESTIONS.items():
        try:
            yield from look(cluster)
        except Forbidden:
            yield Finding(question, "unknown", "you have no right to look", "Ask whoever runs the cluster.")
        except ApiError as error:
            yield Finding(question, "unknown", f"the API server answered {error.reason}", "Try again in a moment.")


def _namespace(cluster: Cluster) -> Iterator[Finding]:
    name = cluster.namespace
    try:
        cluster.send(requests.raw(f"/api/v1/namespaces/{name}"))
        yield Finding("namespace", "ok", name)
    except NotFound:
        cure = f"kubectl create namespace {name}, or choose another with -n."
        yield Finding("namespace", "fault", f"{name} does not exist", cure)


def _resource(cluster: Cluster) -> Iterator[Finding]:
    try:
        crd = cluster.send(requests.raw(_CRD))
    except NotFound:
        yield Finding("resource", "fault", "TransferJob is not installed", "kubectl apply -f crds/")
        return
    except Forbidden:
        yield _served(cluster)
        return
    served = [text(version, "name") for version in mappings(crd, "spec", "versions") if version.get("served")]
    if TRANSFER_JOBS.version not in served:
        found = (
            f"TransferJob is served as {', '.join(served) or 'nothing'}, this program speaks {TRANSFER_JOBS.version}"
        )
        yield Finding("resource", "fault", found, "Install the crds/ of this version: kubectl apply -f crds/")
        return
    conditions = {text(entry, "type"): text(entry, "status") for entry in mappings(crd, "status", "conditions")}
    if conditions.get("Established") != "True":
        cure = "kubectl describe crd transferjobs.transferjob.dev"
        yield Finding("resource", "fault", "TransferJob is installed and not established", cure)
        return
    yield Finding("resource", "ok", f"TransferJob {TRANSFER_JOBS.version}")


def _served(cluster: Cluster) -> Finding:
    """Whoever may not read the definition can still ask what is served."""
    try:
        cluster.send(requests.raw(f"/apis/{TRANSFER_JOBS.api_version}"))
    except NotFound:
        return Finding("resource", "fault", "TransferJob is not installed", "kubectl apply -f crds/")
    return Finding("resource", "ok", f"TransferJob {TRANSFER_JOBS.version}")


def _operator(cluster: Cluster) -> Iterator[Finding]:
    found = mappings(cluster.send(requests.raw(DEPLOYMENTS)), "items")
    if not found:
        cure = "Jobs stay Pending until one runs; install it, or start transferjob-operator with a kubeconfig."
        yield Finding("operator", "warning", "no Deployment of it was found", cure)
    for deployment in found:
        ready, wanted = (
            integer(deployment, *path) or 0 for path in (("status", "readyReplicas"), ("spec", "replicas"))
        )
        where = f"{text(deployment, 'metadata', 'namespace')}/{text(deployment, 'metadata', 'name')}"
        state: State = "ok" if ready else "fault"
        cure = "" if ready else f"kubectl -n {text(deployment, 'metadata', 'namespace')} describe pods"
        yield Finding("operator", state, f"{where}: {ready} of {wanted} replicas ready", cure)


def _gpus(cluster: Cluster) -> Iterator[Finding]:
    nodes = list(cluster.send(list_page(NODES, None))["items"])
    counts: dict[str, float] = {}
    for node in nodes:
        for name, amount in part(node, "status", "allocatable").items():
            if (name.endswith("/gpu") or "/mig-" in name) and isinstance(amount, str):
                counts[name] = counts.get(name, 0) + quantity(amount)
    if not sum(counts.values()):
        found = f"none on {len(nodes)} nodes"
        cure = "Install the device plugin, set spec.resources.gpuResource, or train with spec.resources.gpus: 0."
        yield Finding("GPUs", "warning", found, cure)
        return
    yield Finding(
        "GPUs", "ok", ", ".join(f"{count:.0f} {name}" for name, count in sorted(counts.items())) + _ready(nodes)
    )


def _ready(nodes: list[Object]) -> str:
    away = [text(node, "metadata", "name") for node in nodes if not _is_ready(node)]
    return f"; not ready: {', '.join(away[:5])}" if away else ""


def _is_ready(node: Object) -> bool:
    conditions = mappings(node, "status", "conditions")
    return any(text(entry, "type") == "Ready" and text(entry, "status") == "True" for entry in conditions)


def _storage(cluster: Cluster) -> Iterator[Finding]:
    classes = mappings(cluster.send(requests.raw(_CLASSES)), "items")
    default = [text(c, "metadata", "name") for c in classes
               if text(c, "metadata", "annotations", _DEFAULT_CLASS) == "true"]  # fmt: skip
    names = [text(c, "metadata", "name") for c in classes]
    if default:
        yield Finding("storage", "ok", f"default class {default[0]}")
    elif names:
        yield Finding("storage", "warning", f"no default class among {', '.join(names)}",
                      "Name a storageClassName in claims for pvc:// URIs, or use s3://.")  # fmt: skip
    else:
        yield Finding("storage", "warning", "no storage class", "pvc:// needs claims made by hand; s3:// needs none.")


def _rights(cluster: Cluster) -> Iterator[Finding]:
    missing = []
    for verb, group, resource, below, use in _NEEDED:
        attributes = {
            "namespace": cluster.namespace,
            "verb": verb,
            "group": group,
            "resource": resource,
            "subresource": below,
        }
        if not _allowed(cluster, attributes):
            name = f"{resource}/{below}" if below else resource
            missing.append((f"{verb} {name} (for {use})", verb, name))
    if not missing:
        yield Finding("rights", "ok", f"all that this program needs in {cluster.namespace}")
        return
    _, verb, name = missing[0]
    found = f"not allowed in {cluster.namespace}: {', '.join(words for words, _, _ in missing)}"
    cure = f"Check with: kubectl auth can-i {verb} {name} -n {cluster.namespace}; then ask whoever runs the cluster."
    yield Finding("rights", "fault", found, cure)


def _allowed(cluster: Cluster, attributes: dict[str, str]) -> bool:
    body: dict[str, Any] = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                            "spec": {"resourceAttributes": attributes}}  # fmt: skip
    answer = cluster.send(Request("create", "POST", _REVIEWS, {}, orjson.dumps(body)))
    return part(answer, "status").get("allowed") is True


_QUESTIONS: dict[str, Callable[[Cluster], Iterator[Finding]]] = {
    "namespace": _namespace,
    "resource": _resource,
    "operator": _operator,
    "GPUs": _gpus,
    "storage": _storage,
    "rights": _rights,
}
