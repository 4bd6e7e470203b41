"""A wrong name is answered with the known one that is nearest to it."""

import pytest

from tests.unit.operator.api.manifests import manifest
from transferjob_operator.api.field_names import fields_at
from transferjob_operator.api.transfer_job import InvalidTransferJob, TransferJob, parse_transfer_job


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("freeze: {layers: null, layer: 3}", "spec.freeze.layer: unknown field; near it is layers"),
        ("trainnig: {epochs: 3}", "spec.trainnig: unknown field; near it is training"),
        ("head: {layers: [{dense: {unit: 8}}]}", "spec.head.layers[0].dense.unit: unknown field; near it is units"),
        ("pod: {nodeSelctor: {a: b}}", "spec.pod.nodeSelctor: unknown field; near it is nodeSelector"),
        ("zzzzzz: 1", "spec.zzzzzz: unknown field"),
        ("backbone: {name: resnet-50}", "got 'resnet-50'; near it is ResNet50"),
        ("training: {optimizer: {name: adamw}}", 'got "adamw"; near it is AdamW'),
    ],
)
def test_the_nearest_name_is_told(change: str, said: str) -> None:
    with pytest.raises(InvalidTransferJob) as raised:
        parse_transfer_job(manifest(change))
    assert any(str(problem).endswith(said) for problem in raised.value.problems), raised.value.problems


def test_a_name_that_the_cluster_would_refuse_is_told_without_one() -> None:
    with pytest.raises(InvalidTransferJob, match=r"metadata\.name: must be lower-case letters.*got \"Bad_Name\""):
        parse_transfer_job(manifest(name="Bad_Name"))


def test_fields_are_found_in_lists_and_below_optional_ones() -> None:
    assert "nodeSelector" in fields_at(TransferJob, ["spec", "pod"])
    assert fields_at(TransferJob, ["spec", "head", "layers", 0, "dropout"]) == ["rate"]
    assert fields_at(TransferJob, ["spec", "nowhere"]) == []
