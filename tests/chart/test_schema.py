"""values.schema.json: wrong values are refused with key and limit, and every key is described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.support.helm import CHART, Helm, HelmError
from transferjob_operator.settings import Settings

SCHEMA = json.loads((CHART / "values.schema.json").read_text())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("settings.workers=0", "at '/settings/workers': minimum: got 0, want 1"),
        ("settings.workers=many", "at '/settings/workers': got string, want integer"),
        ("settings.nodeLostSeconds=90000", "at '/settings/nodeLostSeconds': maximum: got 90,000, want 86,400"),
        ("settings.logFormat=xml", "at '/settings/logFormat': value must be one of 'json', 'console'"),
        ("replicas=6", "at '/replicas': maximum: got 6, want 5"),
        ("replica=2", "additional properties 'replica' not allowed"),
        ("settings.keepLogTial=false", "at '/settings': additional properties 'keepLogTial' not allowed"),
        ("images.operator.digest=sha256:12", "at '/images/operator/digest': 'sha256:12' does not match pattern"),
        (
            "images.pullPolicy=Sometimes",
            "at '/images/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'",
        ),
        ("namespaces={Team}", "at '/namespaces/0': 'Team' does not match pattern"),
        ("profiles.a100.resources.gpu=1", "at '/profiles/a100/resources': additional properties 'gpu' not allowed"),
        ("profiles.a100.resources.gpus=65", "at '/profiles/a100/resources/gpus': maximum: got 65, want 64"),
        ("limits.uris={a b}", "at '/limits/uris/0': 'a b' does not match pattern"),
        ("perNamespace.cache.size=big", "at '/perNamespace/cache/size': 'big' does not match pattern"),
        ("networkPolicy.apiServerPorts={0}", "at '/networkPolicy/apiServerPorts/0': minimum: got 0, want 1"),
    ],
)
def test_a_wrong_value_is_refused_with_key_and_limit(helm: Helm, given: str, sentence: str) -> None:
    with pytest.raises(HelmError) as refused:
        helm.template("--set", given)
    assert sentence in str(refused.value)


def test_every_key_is_described() -> None:
    silent = [
        path for path, node in _keys(SCHEMA, "") if not (node.get("description") or _opened(node).get("description"))
    ]
    assert silent == []


def test_a_misspelt_key_is_wrong_at_every_level_that_is_ours() -> None:
    open_nodes = [
        path
        for path, node in _objects(SCHEMA)
        if node.get("properties") and node.get("additionalProperties") is not False
    ]
    assert open_nodes == []


def test_the_defaults_are_the_operators_own() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())["settings"]
    flags = {name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()}
    same = {name: flags[_snake(name)] for name in values}
    assert values == same


def test_chart_and_operator_have_one_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    project = (CHART.parents[1] / "pyproject.toml").read_text()
    assert f'version = "{chart["version"]}"' in project
    assert chart["version"] == chart["appVersion"]


def _keys(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, child in node.get("properties", {}).items():
        yield f"{path}/{name}", child
        yield from _keys(_opened(child), f"{path}/{name}")


def _opened(node: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    found: dict[str, Any] = SCHEMA["$defs"][reference.rpartition("/")[2]] if reference else node
    return found


def _objects(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "values", schema
    yield from schema["$defs"].items()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
