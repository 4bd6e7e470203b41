"""What runs on the cluster: its own version, that of the resource, and the operator."""

from __future__ import annotations

from collections.abc import Iterator

from ..kube.errors import ApiError, NotFound
from ..kube.rest import TRANSFER_JOBS
from . import requests
from .cluster import Cluster
from .views.fields import mappings, text

DEPLOYMENTS = "/apis/apps/v1/deployments?labelSelector=app.kubernetes.io%2Fname%3Dtransferjob"
_GROUP = f"/apis/{TRANSFER_JOBS.group}"


def server_versions(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Name and version of each; raises CliError when the cluster does not answer at all."""
    with cluster.explained():
        answer = cluster.send(requests.raw("/version"))
    yield "cluster", f"{text(answer, 'gitVersion')} at {cluster.server}"
    yield "resource", _resource(cluster)
    yield "operator", _operator(cluster)


def _resource(cluster: Cluster) -> str:
    try:
        group = cluster.send(requests.raw(_GROUP))
    except NotFound:
        return "not installed; install it with: kubectl apply -f crds/"
    except ApiError as error:
        return f"unknown ({error.reason})"
    return ", ".join(text(entry, "groupVersion") for entry in mappings(group, "versions"))


def _operator(cluster: Cluster) -> str:
    """The image of the operator's Deployment, where we may see it."""
    try:
        deployments = mappings(cluster.send(requests.raw(DEPLOYMENTS)), "items")
    except ApiError as error:
        return f"unknown ({error.reason})"
    images = [
        text(container, "image")
        for deployment in deployments
        for container in mappings(deployment, "spec", "template", "spec", "containers")
    ]
    return ", ".join(images) or "no Deployment of it was found"
