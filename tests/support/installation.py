"""Installs the resource and the operator's account into a cluster, as an administrator would."""

from pathlib import Path

from tests.cluster.api import condition, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.support.rights import installed

ROOT = Path(__file__).parents[2]
CRD = ROOT / "crds/transferjobs.yaml"
NAMESPACE, ACCOUNT = "transferjob-system", "transferjob-operator"
ESTABLISHED_SECONDS = 30.0


def install(cluster: ControlPlane) -> Path:
    """Applies crds/ and the chart's rights; returns a kubeconfig of the operator's account."""
    cluster.api.apply_file(CRD)
    grant(cluster)
    definition = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")
    poll(
        lambda: cluster.api.get(definition),
        lambda found: condition(found, "Established") == "True",
        ESTABLISHED_SECONDS,
        "the TransferJob resource is established",
    )
    return cluster.service_account_kubeconfig(NAMESPACE, ACCOUNT)


def grant(cluster: ControlPlane) -> None:
    """Makes the operator's account with its rights."""
    for document in installed(NAMESPACE, ACCOUNT):
        cluster.api.apply(document)
