"""The operator has the rights that it was seen to use, and no other: the audit log beside the chart's roles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chart.test_rights import roles
from tests.chart.walk import Walk
from tests.cluster.audit import POLICY
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.pods import Jobs, playing
from tests.component.operator.silent_nodes import Nodes
from tests.support.installation import ACCOUNT, NAMESPACE, install
from tests.support.operator_process import OperatorProcess

USER = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"
Right = tuple[str, str, str]
"""Group, resource with its subresource, verb."""
UNSEEN: dict[Right, str] = {
    ("transferjob.dev", "transferjobs/finalizers", "update"): (
        "no request: OwnerReferencesPermissionEnforcement asks for it when a child blocks its owner's deletion"
    ),
}
"""Rights that are granted and that no request shows, with the reason."""


@pytest.fixture
def watched_cluster(tmp_path: Path) -> Iterator[ControlPlane]:
    """A cluster whose audit log has the reads of the operator's account too."""
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({**POLICY, "rules": [{"level": "Metadata", "users": [USER]}, *POLICY["rules"]]}))
    with ControlPlane(extra_flags={"kube-apiserver": [f"--audit-policy-file={policy}"]}) as cluster:
        yield cluster


def test_every_right_is_used_and_every_request_was_allowed(
    watched_cluster: ControlPlane, rendered: Callable[[str], str], tmp_path: Path
) -> None:
    cluster, jobs = watched_cluster, Jobs(watched_cluster.api, "default")
    account = install(cluster)
    with (
        OperatorProcess(account, tmp_path / "log", node_lost_seconds=1) as operator,
        playing(cluster.api, "default") as player,
    ):
        operator.wait_leading()
        Walk(cluster.api, jobs, player, Nodes(cluster, "default")).all()
    # Its watches are in the log now that they have ended.
    made = cluster.audit.writes(user=USER, failed=True)
    assert [request for request in made if request.code == 403] == []
    seen = {(request.group, _whole(request.resource, request.subresource), request.verb) for request in made}
    granted = {right for role in roles(rendered("defaults")) for rule in role["rules"] for right in _rights(rule)}
    _compared(seen, granted)
    assert seen - granted == set()
    assert granted - seen == set(UNSEEN)


def _compared(seen: set[Right], granted: set[Right]) -> None:
    """Writes the comparison to build/rights.md."""
    rows = [
        f"| {group or 'core'} | {resource} | {verb} | {_said((group, resource, verb), seen, granted)} |"
        for group, resource, verb in sorted(seen | granted)
    ]
    file = Path("build/rights.md")
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(["| group | resource | verb | |", "|---|---|---|---|", *rows]) + "\n")


def _said(right: Right, seen: set[Right], granted: set[Right]) -> str:
    if right not in granted:
        return "seen, NOT GRANTED"
    return "granted, seen" if right in seen else f"granted; {UNSEEN.get(right, 'NOT SEEN')}"


def _whole(resource: str, subresource: str) -> str:
    return f"{resource}/{subresource}" if subresource else resource


def _rights(rule: dict[str, Any]) -> Iterator[Right]:
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            for verb in rule["verbs"]:
                yield group, resource, verb
