"""Installs the resource and the operator's account into a cluster, as an administrator would."""

from pathlib import Path

from tests.cluster.api import condition, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource

ROOT = Path(__file__).parents[2]
CRD = ROOT / "crds/transferjobs.yaml"
RBAC = ROOT / "deploy/rbac.yaml"
NAMESPACE, ACCOUNT = "transferjob-system", "transferjob-operator"
ESTABLISHED_SECONDS = 30.0


def install(cluster: ControlPlane) -> Path:
    """Applies crds/ and the operator's rights; returns a kubeconfig with the rights of the operator's account."""
    cluster.api.apply_file(CRD)
    cluster.api.apply_file(RBAC)
    definition = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")
    poll(
        lambda: cluster.api.get(definition),
        lambda found: condition(found, "Established") == "True",
        ESTABLISHED_SECONDS,
        "the TransferJob resource is established",
    )
    return cluster.service_account_kubeconfig(NAMESPACE, ACCOUNT)
