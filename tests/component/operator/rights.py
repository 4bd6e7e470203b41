"""An operator that lacks a right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.api import Api, Object
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.operator.pods import Jobs
from tests.support.operator_process import OperatorProcess
from tests.support.rights import IN_NAMESPACES, rules

ROLES = "rbac.authorization.k8s.io/v1"


def rules_without(resource: str, verb: str) -> list[Object]:
    """The operator's rules less one verb on one resource."""
    kept = (
        {**rule, "verbs": [v for v in rule["verbs"] if v != verb or rule["resources"] != [resource]]}
        for rule in rules(*IN_NAMESPACES)
    )
    return [rule for rule in kept if rule["verbs"]]


def grant(api: Api, namespace: str, rules: list[Object], account: str) -> None:
    """A Role in one namespace for an account of that namespace's own."""
    api.create(Resource(ROLES, "roles", namespace), {"metadata": {"name": "operator"}, "rules": rules})
    subject = {"kind": "ServiceAccount", "name": "limited", "namespace": account}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "operator"}
    body = {"metadata": {"name": "operator"}, "roleRef": reference, "subjects": [subject]}
    api.create(Resource(ROLES, "rolebindings", namespace), body)


@contextmanager
def limited_operator(
    cluster: ControlPlane, jobs: Jobs, elsewhere: Jobs, folder: Path, resource: str, verb: str
) -> Iterator[OperatorProcess]:
    """An operator for two namespaces with one worker, that lacks one verb on one resource in the first."""
    api, own = cluster.api, jobs.namespace
    api.create(Resource("v1", "serviceaccounts", own), {"metadata": {"name": "limited"}})
    grant(api, own, rules_without(resource, verb), own)
    grant(api, elsewhere.namespace, rules_without("none", "none"), own)
    account = cluster.service_account_kubeconfig(own, "limited")
    namespaces = f"{own},{elsewhere.namespace}"
    log = folder / "operator.log"
    with OperatorProcess(account, log, namespaces=namespaces, leader_election=False, workers=1) as operator:
        yield operator
