"""What the chart renders: as it is kept, right by the API server's own schemas, and taken by the API server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chart import openapi
from tests.chart.rendered import CASES, DEFAULTS, change, golden, short
from tests.cluster import toolchain
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.support.helm import CHART, NAMESPACE, Helm, HelmError, documents

Rendered = Callable[[str], str]
NAMES = [case.stem for case in CASES]
OF_PROMETHEUS_OPERATOR = ("ServiceMonitor", "PodMonitor", "PrometheusRule")
STALE = "differs from what is kept; if that is meant: python -m tests.chart.rendered"


def test_lint_finds_nothing(helm: Helm) -> None:
    assert "0 chart(s) failed" in helm.run("lint", CHART, "--strict")


@pytest.mark.parametrize("name", NAMES)
def test_a_case_renders_as_it_is_kept(rendered: Rendered, name: str) -> None:
    case = next(case for case in CASES if case.stem == name)
    made, defaults = short(rendered(name)), short(rendered("defaults"))
    kept = golden(case)
    assert (made if kept == DEFAULTS else change(defaults, made)) == kept.read_text(), STALE


def test_every_manifest_fits_the_schemas_of_the_api_server(
    cluster: ControlPlane, rendered: Rendered, tmp_path: Path
) -> None:
    schemas = openapi.write_schemas(cluster.api, tmp_path / "schemas")
    for name in NAMES:
        (tmp_path / f"{name}.yaml").write_text(rendered(name))
    # fmt: off
    command: list[str | Path] = [
        toolchain.kubeconform(), "-strict", "-summary", "-output", "json", "-schema-location", schemas,
        "-skip", ",".join(OF_PROMETHEUS_OPERATOR), *(tmp_path / f"{name}.yaml" for name in NAMES),
    ]
    # fmt: on
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = json.loads(done.stdout)
    assert said.get("resources", []) == []
    # A summary of nothing would be no proof: each case has a dozen objects.
    assert (said["summary"]["invalid"], said["summary"]["errors"]) == (0, 0)
    assert said["summary"]["valid"] > 10 * len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_api_server_takes_every_object(cluster: ControlPlane, rendered: Rendered, name: str) -> None:
    for namespace in (NAMESPACE, "team-a", "team-b"):
        cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for document in documents(rendered(name)):
        if document["kind"] in OF_PROMETHEUS_OPERATOR:
            continue
        plural = openapi.plural_of(cluster.api, document)
        where = Resource(
            document["apiVersion"], plural, document["metadata"].get("namespace"), document["metadata"]["name"]
        )
        taken = cluster.api.patch(where, document, "apply", dryRun="All", fieldValidation="Strict")
        assert taken["metadata"]["name"] == document["metadata"]["name"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            "replicas=2,leaderElection.enabled=false",
            "replicas is 2 and leaderElection.enabled is false: two operators would work at a time; set"
            " leaderElection.enabled to true, or replicas to 1",
        ),
        (
            "perNamespace.cache.enabled=true",
            "perNamespace.cache.enabled is true and namespaces is empty: list the namespaces that get it",
        ),
    ],
)
def test_values_that_do_not_fit_each_other_are_refused(helm: Helm, given: str, sentence: str) -> None:
    with pytest.raises(HelmError) as refused:
        helm.template("--set", given)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("switch", ["serviceMonitor", "podMonitor", "prometheusRule"])
def test_a_monitor_is_refused_where_nobody_knows_its_kind(helm: Helm, switch: str) -> None:
    with pytest.raises(HelmError) as refused:
        helm.run("template", "any", CHART, "--set", f"monitoring.{switch}.enabled=true")
    kind = switch[0].upper() + switch[1:]
    assert (
        f"monitoring.{switch}.enabled is true and the cluster has no {kind} (monitoring.coreos.com/v1): install"
        " Prometheus Operator first, or set it to false"
    ) in str(refused.value)
