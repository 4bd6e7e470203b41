"""The API server knows each backbone's limits, and says the same sentence about them as this program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.api import ApiError
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.unit.operator.api.manifests import manifest
from transferjob_operator.api.backbone_limits import DEPTHS, PARTS, SIDES, Limit


def _of_freeze(form: str, limit: Limit, value: int) -> dict[str, Any]:
    document = manifest()
    document["spec"]["freeze"] = {form: value}
    weights = {None: "none", True: "imagenet", False: "none"}[limit.imagenet]
    document["spec"]["backbone"] = {"name": limit.name, "weights": weights}
    if limit.minimalistic:
        document["spec"]["backbone"]["arguments"] = {"minimalistic": True}
    return document


def _of_side(limit: Limit, value: int) -> dict[str, Any]:
    document = _of_freeze("layers", limit, 1)
    document["spec"]["input"] = {"height": value, "width": limit.value}
    return document


def _cases() -> Iterator[tuple[Limit, dict[str, Any], dict[str, Any]]]:
    """Each limit with a manifest that reaches it and one that breaks it."""
    for form, limits in {"layers": DEPTHS, **PARTS}.items():
        for limit in limits:
            yield limit, _of_freeze(form, limit, limit.value), _of_freeze(form, limit, limit.value + 1)
    for limit in SIDES:
        yield limit, _of_side(limit, limit.value), _of_side(limit, limit.value - 1)


@pytest.mark.checklist(39)
@pytest.mark.usefixtures("definition")
def test_each_limit_of_each_backbone_holds_and_is_named(cluster: ControlPlane, jobs: Resource) -> None:
    for limit, reached, broken in _cases():
        cluster.api.create(jobs, reached, dryRun="All")
        with pytest.raises(ApiError) as caught:
            cluster.api.create(jobs, broken, dryRun="All")
        said = str(caught.value)
        # Of the very largest value the schema speaks first.
        assert limit.sentence in said or f"less than or equal to {limit.value}" in said
