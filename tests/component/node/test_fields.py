"""Quantities, references and variables, without a cluster."""

from decimal import Decimal

import pytest

from tests.cluster.node.environment import command_line, expand
from tests.cluster.node.fields import FieldError, PodFacts, field_value, quantity, resource_value

POD = {
    "metadata": {"name": "p", "namespace": "n", "uid": "u", "labels": {"b": 'say "x"', "a": "1"}},
    "spec": {"containers": [{"name": "main", "resources": {"limits": {"memory": "1500Mi"}}}]},
}
FACTS = PodFacts(POD, "127.9.0.2", "127.9.0.1", {"cpu": "4"})


@pytest.mark.parametrize(
    ("text", "value"), [("500m", "0.5"), ("16Gi", str(16 * 2**30)), ("1e3", "1000"), ("2k", "2000"), ("0.5", "0.5")]
)
def test_quantities(text: str, value: str) -> None:
    assert quantity(text) == Decimal(value)


def test_what_is_no_quantity_is_named() -> None:
    with pytest.raises(FieldError, match="'4 GB' is not a quantity"):
        quantity("4 GB")


def test_fields_of_the_downward_api() -> None:
    assert field_value(FACTS, "metadata.labels['a']") == "1"
    assert field_value(FACTS, "metadata.labels") == 'a="1"\nb="say \\"x\\""'
    assert field_value(FACTS, "status.podIP") == "127.9.0.2"
    with pytest.raises(FieldError, match=r"spec\.volumes"):
        field_value(FACTS, "spec.volumes")


def test_resources_are_rounded_up_in_units_of_the_divisor_and_fall_back_to_the_node() -> None:
    assert resource_value(FACTS, {"resource": "limits.memory", "divisor": "1Gi"}, "main") == "2"
    assert resource_value(FACTS, {"resource": "limits.cpu"}, "main") == "4"
    assert resource_value(FACTS, {"resource": "requests.cpu"}, "main") == "0"


def test_variables_expand_as_in_kubernetes() -> None:
    assert expand("$(A)-$(B)-$$(A)-$A", {"A": "1"}) == "1-$(B)-$(A)-$A"
    assert command_line({"command": ["run", "$(A)"], "args": ["$(A)"]}, {"A": "1"}) == ["run", "1", "1"]
    assert command_line({"args": ["only"]}, {}) == []
