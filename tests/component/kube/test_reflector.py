"""The reflector on a real API server: what the store holds equals what the server holds, whatever happens between."""

import queue
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from transferjob_operator.kube import rest
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.errors import NotFound
from transferjob_operator.kube.reflector import Hooks, Reflector, Source
from transferjob_operator.kube.store import Change, Store

CONFIG_MAPS = rest.Resource("", "v1", "configmaps", "ConfigMap")
SELECTOR = "team=a"


@dataclass(frozen=True)
class Item:
    namespace: str
    name: str
    uid: str
    resource_version: str
    value: str


def project(raw: Mapping[str, Any]) -> Item:
    metadata = raw["metadata"]
    value = (raw.get("data") or {}).get("value", "")
    return Item(metadata["namespace"], metadata["name"], metadata["uid"], metadata["resourceVersion"], value)


class Following:
    """A reflector with its store and what it told."""

    def __init__(self, client: KubeClient, source: Source) -> None:
        self.store: Store[Item] = Store()
        self.told: queue.Queue[tuple[str, bool]] = queue.Queue()
        self.restarts: queue.Queue[str] = queue.Queue()
        hooks = Hooks(self._on_change, lambda _resource, cause: self.restarts.put(cause))
        self.reflector = Reflector(client, source, self.store, project, hooks)

    def _on_change(self, change: Change[Item], listed: bool) -> None:
        record = change.new or change.old
        if record is not None:
            self.told.put((record.name, listed))

    def wait_for(self, done: Callable[[dict[str, str]], bool], deadline: float = 20.0) -> None:
        poll(lambda: {item.name: item.value for item in self.store.all()}, done, deadline, "store")


@pytest.fixture
def client(cluster: ControlPlane) -> Iterator[KubeClient]:
    client = KubeClient(load_configuration(str(cluster.kubeconfig)))
    yield client
    client.close()


@pytest.fixture
def follow(client: KubeClient, namespace: str) -> Iterator[Callable[[], Following]]:
    started: list[Following] = []

    def start() -> Following:
        following = Following(client, Source(CONFIG_MAPS, namespace, SELECTOR))
        following.reflector.start()
        started.append(following)
        return following

    yield start
    for following in started:
        following.reflector.stop()


def config_map(name: str, value: str, team: str = "a") -> dict[str, Any]:
    metadata = {"name": name, "labels": {"team": team}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"value": value}}


def config_maps(namespace: str, name: str | None = None) -> Resource:
    return Resource("v1", "configmaps", namespace, name)


def test_the_store_follows_creation_change_and_deletion(
    cluster: ControlPlane, namespace: str, follow: Callable[[], Following]
) -> None:
    cluster.api.create(config_maps(namespace), config_map("early", "1"))
    cluster.api.create(config_maps(namespace), config_map("stranger", "1", team="b"))
    following = follow()
    assert following.reflector.wait_synced(10)
    assert following.told.get(timeout=5) == ("early", True)
    cluster.api.create(config_maps(namespace), config_map("late", "1"))
    following.wait_for(lambda seen: seen == {"early": "1", "late": "1"})
    assert following.told.get(timeout=5) == ("late", False)
    cluster.api.patch(config_maps(namespace, "early"), {"data": {"value": "2"}})
    cluster.api.delete(config_maps(namespace, "late"))
    following.wait_for(lambda seen: seen == {"early": "2"})


def test_a_list_longer_than_a_page_is_read_whole(
    cluster: ControlPlane, namespace: str, follow: Callable[[], Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "PAGE_SIZE", 3)
    for number in range(10):
        cluster.api.create(config_maps(namespace), config_map(f"m{number}", "1"))
    following = follow()
    following.wait_for(lambda seen: len(seen) == 10)


@pytest.mark.checklist(13)
def test_an_expired_version_leads_to_a_new_list(client: KubeClient, cluster: ControlPlane, namespace: str) -> None:
    # The server's memory of a new kind begins with the kind: versions before it are expired at once.
    cluster.api.apply(thing_definition())
    things = rest.Resource("tests.transferjob.dev", "v1", "things", "Thing")
    following = Following(client, Source(things, namespace))
    following.reflector.start()
    try:
        stream = poll(lambda: following.reflector._stream, lambda stream: stream is not None, 10, "an open watch")
        assert stream is not None
        following.reflector._version = "1"
        stream.shutdown()
        assert following.restarts.get(timeout=10) in ("ended", "broken")
        assert following.restarts.get(timeout=10) == "expired"
        thing = {"apiVersion": "tests.transferjob.dev/v1", "kind": "Thing", "metadata": {"name": "after"}}
        cluster.api.apply(thing, namespace)
        following.wait_for(lambda seen: "after" in seen)
    finally:
        following.reflector.stop()


def thing_definition() -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.tests.transferjob.dev"},
        "spec": {
            "group": "tests.transferjob.dev",
            "scope": "Namespaced",
            "names": {"plural": "things", "singular": "thing", "kind": "Thing"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }


def test_a_resource_that_does_not_exist_yet_is_waited_for(client: KubeClient, namespace: str) -> None:
    source = Source(rest.Resource("nobody.dev", "v1", "things", "Thing"), namespace)
    following = Following(client, source)
    following.reflector.start()
    try:
        error = poll(lambda: following.reflector.last_error, lambda text: text is not None, 10, "an error")
        assert error is not None
        assert "is its CustomResourceDefinition installed?" in error
        assert not following.reflector.synced
    finally:
        following.reflector.stop()


def test_a_stopped_reflector_ends_at_once_though_its_watch_is_silent(follow: Callable[[], Following]) -> None:
    following = follow()
    assert following.reflector.wait_synced(10)
    poll(lambda: following.reflector._stream, lambda stream: stream is not None, 5, "an open watch")
    following.reflector.stop(timeout=5)
    assert not following.reflector._thread.is_alive()


def test_an_answer_other_than_success_is_an_error_with_the_servers_words(client: KubeClient, namespace: str) -> None:
    with pytest.raises(NotFound, match='configmaps "nobody" not found'):
        client.send(rest.get(CONFIG_MAPS, namespace, "nobody"))
