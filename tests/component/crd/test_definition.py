from __future__ import annotations

from tests.cluster.api import Object, condition
from tests.cluster.controlplane import ControlPlane


def test_the_api_server_accepts_the_definition(definition: Object) -> None:
    states = [condition(definition, kind) for kind in ("Established", "NamesAccepted", "NonStructuralSchema")]
    assert states == ["True", "True", None]


def test_the_resource_has_a_short_name_a_category_and_a_status(cluster: ControlPlane, definition: Object) -> None:
    served = {entry["name"]: entry for entry in cluster.api.get("/apis/transferjob.dev/v1alpha1")["resources"]}
    assert set(served) == {"transferjobs", "transferjobs/status"}
    assert (served["transferjobs"]["shortNames"], served["transferjobs"]["categories"]) == (["tj"], ["training"])
