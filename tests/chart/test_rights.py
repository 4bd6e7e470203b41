"""The rules of the rendered roles: those that all tests run under, and never one on Secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chart.rendered import CASES
from tests.support import rights
from tests.support.helm import NAMESPACE, RELEASE, documents

Rendered = Callable[[str], str]
Rule = dict[str, Any]
OPERATOR = "transferjob-operator"


def roles(text: str) -> Iterator[dict[str, Any]]:
    """The operator's roles among rendered manifests."""
    for document in documents(text):
        aggregated = any("aggregate-to" in label for label in document["metadata"].get("labels", {}))
        if document["kind"] in ("Role", "ClusterRole") and not aggregated:
            yield document


def test_the_tests_run_under_the_rules_that_helm_installs(rendered: Rendered) -> None:
    made = {(role["kind"], role["metadata"]["name"]): role["rules"] for role in roles(rendered("defaults"))}
    assert made == {
        ("ClusterRole", OPERATOR): rights.rules(*rights.IN_NAMESPACES),
        ("ClusterRole", f"{OPERATOR}-nodes"): rights.rules(*rights.IN_CLUSTER),
        ("Role", f"{OPERATOR}-lease"): rights.rules(*rights.IN_OWN_NAMESPACE),
    }
    installed = [document for document in rights.installed(NAMESPACE, OPERATOR) if "rules" in document]
    assert [rule for role in installed for rule in role["rules"]] == [rule for rules in made.values() for rule in rules]


def test_with_a_list_of_namespaces_nothing_of_jobs_is_granted_in_the_cluster(rendered: Rendered) -> None:
    made = {
        (role["kind"], role["metadata"]["name"], role["metadata"].get("namespace"))
        for role in roles(rendered("namespaces"))
    }
    assert made == {
        ("Role", OPERATOR, "team-a"),
        ("Role", OPERATOR, "team-b"),
        ("Role", f"{OPERATOR}-lease", NAMESPACE),
        ("ClusterRole", f"{OPERATOR}-nodes", None),
    }


def test_what_is_switched_off_is_not_granted(rendered: Rendered) -> None:
    granted = {
        resource for role in roles(rendered("least-rights")) for rule in role["rules"] for resource in rule["resources"]
    }
    assert granted.isdisjoint({"nodes", "pods/log", "pods/status"})
    assert "transferjobs" in granted


@pytest.mark.parametrize("name", [case.stem for case in CASES])
def test_no_rule_is_about_secrets_or_everything(rendered: Rendered, name: str) -> None:
    for document in documents(rendered(name)):
        for rule in document.get("rules", []) if "Role" in document["kind"] else []:
            assert not {"secrets", "configmaps", "*"} & {*rule["resources"], *rule["verbs"], *rule["apiGroups"]}


def test_every_binding_is_the_operators(rendered: Rendered) -> None:
    bound = [document for document in documents(rendered("defaults")) if document["kind"].endswith("Binding")]
    assert {document["subjects"][0]["name"] for document in bound} == {OPERATOR}
    assert RELEASE in OPERATOR
