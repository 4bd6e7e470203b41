from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from transferjob_operator.api import crd
from transferjob_operator.api.crd import custom_resource_definition, render

FORBIDDEN = {"$ref", "$defs", "anyOf", "const", "title", "nullable", "additionalItems", "prefixItems"}


ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("path", crd.outputs(), ids=str)
def test_the_files_in_the_checkout_are_current(path: Path) -> None:
    assert (ROOT / path).read_text() == crd.outputs()[path]


def test_the_text_is_the_same_each_time_and_reads_back_as_the_document() -> None:
    assert render() == render()
    assert yaml.safe_load(render()) == custom_resource_definition()


def test_nothing_is_left_of_pydantic_that_a_structural_schema_forbids() -> None:
    assert not FORBIDDEN & set(_keywords(_root()))


def test_every_rule_has_a_message() -> None:
    rules = list(_rules(_root()))
    assert len(rules) > 90
    assert all(rule["message"] and rule["reason"] == "FieldValueInvalid" for rule in rules)


def test_no_description_says_the_same_twice() -> None:
    sentences = [node.get("description", "").rstrip(".").split(". ") for node in _nodes(_root())]
    assert [told for told in sentences if len(told) != len(set(told))] == []


def test_check_tells_a_stale_file_from_a_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["crd", "--root", str(tmp_path), *arguments])
        return crd.main()

    assert run("--check") == 1
    assert "out of date" in capsys.readouterr().err
    assert run() == 0
    assert run("--check") == 0


def _root() -> dict[str, Any]:
    schema: dict[str, Any] = custom_resource_definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    nested = [*node.get("properties", {}).values(), *(node[k] for k in ("items", "additionalProperties") if k in node)]
    return [node, *(found for child in nested for found in _nodes(child))]


def _keywords(node: dict[str, Any]) -> list[str]:
    return [keyword for found in _nodes(node) for keyword in found]


def _rules(node: dict[str, Any]) -> list[dict[str, str]]:
    return [rule for found in _nodes(node) for rule in found.get("x-kubernetes-validations", ())]
