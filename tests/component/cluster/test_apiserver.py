"""The API server as tests use it: identities, applied files, counted writes, and faults of its own."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cluster.api import Api, ApiError, condition
from tests.cluster.controlplane import APISERVER, ControlPlane
from tests.cluster.resources import Resource

_CRD_AND_OBJECT = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gates.test.dev}
spec:
  group: test.dev
  scope: Namespaced
  names: {kind: Gate, plural: gates}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
---
apiVersion: test.dev/v1
kind: Gate
metadata: {name: north, namespace: NAMESPACE}
"""


def _config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "b"}}


def _config_maps(namespace: str, name: str | None = None) -> Resource:
    return Resource("v1", "configmaps", namespace, name)


def test_writes_are_counted_and_refused_ones_told_apart(cluster: ControlPlane, namespace: str) -> None:
    mark = cluster.audit.mark()
    with cluster.api_for("alice", ["system:masters"]) as api:
        api.create(_config_maps(namespace), _config_map("a"))
        api.patch(_config_maps(namespace, "a"), {"data": {"a": "c"}})
        with pytest.raises(ApiError, match="already exists"):
            api.create(_config_maps(namespace), _config_map("a"))
    count = cluster.audit.count(lambda write: (write.verb, write.name), since=mark, user="alice")
    assert count == {("create", "a"): 1, ("patch", "a"): 1}
    refused = [w.code for w in cluster.audit.writes(since=mark, failed=True, user="alice") if not w.succeeded]
    assert refused == [httpx.codes.CONFLICT]


def test_rights_come_from_rbac(cluster: ControlPlane, namespace: str) -> None:
    account = Resource("v1", "serviceaccounts", namespace)
    cluster.api.create(account, {"metadata": {"name": "nobody"}})
    with cluster.service_account_api(namespace, "nobody") as api, pytest.raises(ApiError) as caught:
        api.list(_config_maps(namespace))
    assert caught.value.code == httpx.codes.FORBIDDEN
    assert f"system:serviceaccount:{namespace}:nobody" in str(caught.value)


def test_kubeconfigs_can_be_read_by_the_owner_alone(cluster: ControlPlane, namespace: str) -> None:
    cluster.api.create(Resource("v1", "serviceaccounts", namespace), {"metadata": {"name": "reader"}})
    made = [cluster.kubeconfig_for("bob", ["team"]), cluster.service_account_kubeconfig(namespace, "reader")]
    assert {path.stat().st_mode & 0o777 for path in [cluster.kubeconfig, *made]} == {0o600}


def test_an_applied_file_may_use_the_kind_that_it_brings(cluster: ControlPlane, namespace: str, tmp_path: Path) -> None:
    manifest = tmp_path / "both.yaml"
    manifest.write_text(_CRD_AND_OBJECT.replace("NAMESPACE", namespace))
    try:
        crd, applied = cluster.api.apply_file(manifest)
        assert condition(crd, "Established") == "True"
        assert applied["metadata"]["namespace"] == namespace
    finally:
        kinds = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions")
        cluster.api.delete(kinds.named("gates.test.dev"))


def test_a_paused_and_a_killed_api_server_come_back_with_their_objects() -> None:
    with ControlPlane(controllers=False, scheduler=False) as own:
        own.api.create(_config_maps("default"), _config_map("kept"))
        with Api(own.url, own.ca.path, client=own.ca.client("probe"), timeout=0.5) as probe:
            own.pause_apiserver()
            with pytest.raises(httpx.TimeoutException):
                probe.text("/livez")
            own.resume_apiserver()
            assert own.api.text("/livez") == "ok"
            own.stop_apiserver(graceful=False)
            with pytest.raises(httpx.TransportError):
                probe.text("/livez")
        assert APISERVER not in own.pids
        own.start_apiserver()
        assert own.api.get(_config_maps("default", "kept"))["data"] == {"a": "b"}
