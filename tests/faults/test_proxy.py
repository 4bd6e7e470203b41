"""The proxy itself: what it passes on is as it was, and each fault is what its name says."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.cluster.api import Api, ApiError
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.faults.faults import (
    Answer,
    Call,
    CutAfter,
    Delay,
    ExpiredAfter,
    Fault,
    Hold,
    LoseReply,
    LoseRequest,
    Lost,
    OldList,
    Rule,
    SilentAfter,
    Swapped,
    Twice,
    WatchFault,
)
from tests.faults.proxy import FaultProxy
from tests.faults.seen import Seen, understand
from transferjob_operator.kube import rest
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.errors import Gone, Unavailable
from transferjob_operator.kube.watch import events

CONFIG_MAPS = rest.Resource("", "v1", "configmaps", "ConfigMap")
SELECTOR = "made=here"


@pytest.fixture
def proxy(cluster: ControlPlane) -> Iterator[FaultProxy]:
    with FaultProxy(cluster) as proxy:
        yield proxy


@pytest.fixture
def api(cluster: ControlPlane, proxy: FaultProxy) -> Iterator[Api]:
    with Api(proxy.url, cluster.ca.path, token=_token(cluster), timeout=2) as api:
        yield api


def _token(cluster: ControlPlane) -> str:
    account = Resource("v1", "serviceaccounts", "kube-system", "proxy-test")
    cluster.api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "proxy-test"}}, "kube-system")
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "proxy-test"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "proxy-test", "namespace": "kube-system"}],
    }
    cluster.api.apply(binding)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}
    return str(cluster.api.create(account._replace(subresource="token"), request)["status"]["token"])


def config_maps(namespace: str, name: str | None = None) -> Resource:
    return Resource("v1", "configmaps", namespace, name)


def config_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": {"made": "here"}}}


def test_requests_are_understood() -> None:
    status = "/apis/transferjob.dev/v1alpha1/namespaces/a/transferjobs/b/status"
    assert understand("PATCH", status, b"") == Seen("patch", "transferjobs/status", "a", "b", status)
    assert understand("GET", "/api/v1/pods?watch=1", b"").verb == "watch"
    assert understand("GET", "/api/v1/namespaces/a", b"").resource == "namespaces"
    created = understand("POST", "/apis/batch/v1/namespaces/a/jobs", b'{"metadata": {"name": "n"}}')
    assert (created.verb, created.name, created.is_write) == ("create", "n", True)
    assert not understand("POST", "/apis/events.k8s.io/v1/namespaces/a/events", b"{}").is_write


def test_what_is_passed_on_is_as_it_was(cluster: ControlPlane, proxy: FaultProxy, api: Api, namespace: str) -> None:
    api.create(config_maps(namespace), config_map("one"))
    direct = cluster.api.get(config_maps(namespace, "one"))
    assert api.get(config_maps(namespace, "one")) == direct
    assert [str(seen) for seen in proxy.writes(namespace)] == [f"create configmaps {namespace}/one"]
    with pytest.raises(ApiError, match="404 NotFound"):
        api.get(config_maps(namespace, "two"))


@pytest.mark.parametrize(("fault", "done"), [(LoseRequest(), False), (LoseReply(), True), (Hold(), False)])
def test_no_answer_comes(
    cluster: ControlPlane, proxy: FaultProxy, api: Api, namespace: str, fault: Fault, done: bool
) -> None:
    with proxy.faults(Rule(fault, times=1)), pytest.raises(httpx.TransportError):
        api.create(config_maps(namespace), config_map("one"))
    assert (cluster.api.find(config_maps(namespace, "one")) is not None) == done


def test_the_proxy_answers_in_the_servers_place_and_only_as_often_as_it_should(
    cluster: ControlPlane, proxy: FaultProxy, api: Api, namespace: str
) -> None:
    rule = Rule(Answer(429, "TooManyRequests", retry_after=7), resource="configmaps", first=2, every=2, times=1)
    with proxy.faults(rule):
        api.create(config_maps(namespace), config_map("one"))
        with pytest.raises(ApiError, match="429"):
            api.create(config_maps(namespace), config_map("two"))
        for name in ("three", "four"):
            api.create(config_maps(namespace), config_map(name))
    assert cluster.api.find(config_maps(namespace, "two")) is None
    assert (rule.fitting, rule.hits) == (2, 1)


def test_delays_old_lists_and_calls(proxy: FaultProxy, api: Api, namespace: str) -> None:
    assert len(api.list(config_maps(namespace), labelSelector=SELECTOR)) == 0
    calls: list[str] = []
    call = Rule(Call(lambda seen: calls.append(seen.name)), times=1)
    with proxy.faults(call, Rule(Delay(0.3), first=1)):
        api.create(config_maps(namespace), config_map("one"))
        started = time.monotonic()
        api.create(config_maps(namespace), config_map("two"))
    assert time.monotonic() - started >= 0.3
    assert calls == ["one"]
    with proxy.faults(Rule(OldList(), {"list"})):
        assert len(api.list(config_maps(namespace), labelSelector=SELECTOR)) == 0
    assert len(api.list(config_maps(namespace), labelSelector=SELECTOR)) == 2


@pytest.mark.parametrize(
    ("fault", "seen", "end"),
    [
        (CutAfter(2), ["a", "b"], Unavailable),
        (SilentAfter(1), ["a"], Unavailable),
        (ExpiredAfter(2), ["a", "b"], Gone),
        (Twice(), ["a", "a", "b", "b", "c", "c"], None),
        (Swapped(), ["a", "b", "a", "c", "b"], None),
        (Lost(2), ["b"], None),
        (WatchFault(), ["a", "b", "c"], None),
    ],
)
def test_watches_are_disturbed(
    cluster: ControlPlane,
    proxy: FaultProxy,
    namespace: str,
    fault: WatchFault,
    seen: list[str],
    end: type[Exception] | None,
) -> None:
    version = cluster.api.get(config_maps(namespace))["metadata"]["resourceVersion"]
    for name in "abc":
        cluster.api.create(config_maps(namespace), config_map(name))
    original = cluster.service_account_kubeconfig("kube-system", "proxy-test") if _token(cluster) else None
    assert original is not None
    client = KubeClient(load_configuration(str(proxy.kubeconfig(original, cluster.folder))))
    request = rest.watch(CONFIG_MAPS, namespace, resource_version=version, timeout_seconds=2, label_selector=SELECTOR)
    got: list[str] = []
    with proxy.faults(Rule(fault, {"watch"})):
        try:
            with client.open_stream(request, idle_timeout=3) as stream:
                for event in events(stream.chunks()):
                    if event.type != "BOOKMARK":
                        got.append(event.object["metadata"]["name"])
            ended: type[Exception] | None = None
        except (Unavailable, Gone) as error:
            ended = type(error)
    client.close()
    assert (got, ended) == (seen, end)


def test_it_goes_away_and_comes_back(proxy: FaultProxy, api: Api, namespace: str) -> None:
    api.get(config_maps(namespace))
    proxy.go_away()
    with pytest.raises(httpx.TransportError):
        api.get(config_maps(namespace))
    proxy.come_back()
    api.get(config_maps(namespace))
