from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.operator.api.documents import documents
from tests.unit.operator.api.manifests import manifest
from transferjob_operator.api.schema import node_at, structural_schema
from transferjob_operator.api.spec import TransferJobSpec
from transferjob_operator.api.transfer_job import TransferJob, parse_transfer_job
from transferjob_operator.api.uri_rules import FIELDS
from transferjob_trainer.contract.unsupported import UNSUPPORTED, Unsupported

SCHEMA = structural_schema(TransferJobSpec)


def _one_of(path: str, *names: str) -> st.SearchStrategy[Any]:
    fields = node_at(SCHEMA, path)["properties"]
    return st.one_of(*(st.fixed_dictionaries({name: documents(fields[name])}) for name in names))


def _fractions() -> st.SearchStrategy[Any]:
    """Small enough for validation and test to leave something to train on."""
    return st.just({}) | st.fixed_dictionaries({"fraction": st.floats(0.001, 0.499)})


def _distinct(path: str) -> st.SearchStrategy[Any]:
    node = node_at(SCHEMA, path)
    return st.lists(documents(node["items"]), min_size=node.get("minItems", 0), max_size=4, unique=True)


SMALL_COUNTS = st.fixed_dictionaries({"layers": st.integers(0, 19)})
FREEZES = SMALL_COUNTS | _one_of("freeze", "upTo", "fraction", "all", "none")


def _supported(entry: Unsupported) -> st.SearchStrategy[Any]:
    if entry.values is None:
        return st.nothing()
    node, values = node_at(SCHEMA, entry.path), entry.values
    if node["type"] == "array":
        return st.lists(st.sampled_from([x for x in node["items"]["enum"] if x not in values]), min_size=1, unique=True)
    return documents(node).filter(lambda value: value not in values)


URIS = st.sampled_from(["s3://bucket/some/path", "gs://bucket/some/path", "pvc://claim/path"])
SIDES = st.integers(75, 2048)
VOLUME = {"name": "a", "mountPath": "/data", "emptyDir": {}}
RULED: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(FIELDS, URIS),
    "training.featureCache.uri": st.just("pvc://claim/path"),
    "training.featureCache.views": st.nothing(),
    "backbone.weights": st.sampled_from(["imagenet", "none", "s3://bucket/a.weights.h5", "gs://bucket/a.keras"]),
    "backbone.weightsFrom": st.nothing(),
    "backbone.sha256": st.nothing(),
    "backbone.variant": st.just("imagenet"),
    "backbone.arguments": st.just({}),
    "freeze": FREEZES,
    "training.phases[].freeze": FREEZES,
    "input": st.just({}) | st.fixed_dictionaries({"height": SIDES, "width": SIDES}),
    "head.layers[]": _one_of("head.layers[]", "dense", "dropout"),
    "training.layerwiseLearningRate": _one_of("training.layerwiseLearningRate", "decay", "multipliers"),
    "training.classWeights": _one_of("training.classWeights", "balanced", "values"),
    "dataset.classes": _distinct("dataset.classes"),
    "output.formats": _distinct("output.formats"),
    "dataset.validation": _fractions(),
    "dataset.test": _fractions(),
    "resources.cpu": st.sampled_from(["500m", "4", "1.5"]),
    "resources.memory": st.sampled_from(["512Mi", "16Gi", "16G"]),
    "pod.env[]": _one_of("pod.env[]", "name"),
    "pod.volumes": st.sampled_from([[], [VOLUME], [VOLUME, {**VOLUME, "name": "b", "mountPath": "/b/.c"}]]),
    **{entry.path: _supported(entry) for entry in UNSUPPORTED},
}
"""Values for places where rules across fields ask for more than the schema does."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(SCHEMA, RULED))
def test_a_spec_that_the_schema_accepts_comes_back_as_it_was(spec: dict[str, Any]) -> None:
    job = parse_transfer_job({**manifest(), "spec": spec})
    written = job.model_dump(mode="json", by_alias=True, exclude_none=True)
    again = parse_transfer_job(written)
    assert again == job
    assert TransferJob.model_dump(again, mode="json", by_alias=True, exclude_none=True) == written


def test_every_text_list_and_map_is_bounded() -> None:
    assert list(_unbounded(SCHEMA, "spec")) == []


def test_every_field_is_described() -> None:
    assert list(_undescribed(SCHEMA, "spec")) == []


def _unbounded(node: dict[str, Any], path: str) -> list[str]:
    bound = {"string": "maxLength", "array": "maxItems"}.get(node["type"])
    if "additionalProperties" in node or node.get("x-kubernetes-preserve-unknown-fields"):
        bound = "maxProperties"
    below = [problem for name, child in _children(node) for problem in _unbounded(child, f"{path}.{name}")]
    return [*([path] if bound and bound not in node else []), *below]


def _undescribed(node: dict[str, Any], path: str) -> list[str]:
    fields = node.get("properties", {})
    missing = [f"{path}.{name}" for name, child in fields.items() if not child.get("description")]
    return [*missing, *(found for name, child in _children(node) for found in _undescribed(child, f"{path}.{name}"))]


def _children(node: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    nested = [("[]", node[key]) for key in ("items", "additionalProperties") if key in node]
    return [*node.get("properties", {}).items(), *nested]
