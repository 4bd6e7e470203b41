"""A reflector behind the proxy: what its store holds comes to equal what the server holds, at a bounded cost."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.faults.faults import Answer, CutAfter, Lost, Rule, SilentAfter
from tests.faults.proxy import FaultProxy
from transferjob_operator.kube import rest
from transferjob_operator.kube.client import KubeClient, load_configuration
from transferjob_operator.kube.reflector import Hooks, Reflector, Source, Timing
from transferjob_operator.kube.store import Store

CONFIG_MAPS = rest.Resource("", "v1", "configmaps", "ConfigMap")
LABELS = {"made": "here"}
WATCH, LIST = {"watch"}, {"list"}


@dataclass(frozen=True)
class Item:
    namespace: str
    name: str
    uid: str
    resource_version: str


def project(raw: Mapping[str, Any]) -> Item:
    metadata = raw["metadata"]
    return Item(metadata["namespace"], metadata["name"], metadata["uid"], metadata["resourceVersion"])


class Following:
    """One namespace's objects, a proxy before the server, and a reflector behind it."""

    def __init__(self, cluster: ControlPlane, namespace: str, proxy: FaultProxy) -> None:
        self.cluster, self.namespace, self.proxy = cluster, namespace, proxy
        self.restarts: list[str] = []
        self.store: Store[Item] = Store()
        self._stack = ExitStack()

    def start(
        self, timing: Timing | None = None, reading: Callable[[Mapping[str, Any]], Item] = project
    ) -> Reflector[Item]:
        admin = self.cluster.service_account_kubeconfig(self.namespace, "reader")
        client = KubeClient(load_configuration(str(self.proxy.kubeconfig(admin, self.cluster.folder))), read_timeout=2)
        hooks: Hooks[Item] = Hooks(lambda _change, _listed: None, lambda _resource, cause: self.restarts.append(cause))
        reflector = Reflector(
            client, Source(CONFIG_MAPS, self.namespace, "made=here"), self.store, reading, hooks, timing
        )
        self._stack.callback(client.close)
        self._stack.callback(reflector.stop)
        reflector.start()
        return reflector

    def make(self, *names: str) -> None:
        for name in names:
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": LABELS}}
            self.cluster.api.create(Resource("v1", "configmaps", self.namespace), body)

    def delete(self, name: str) -> None:
        self.cluster.api.delete(Resource("v1", "configmaps", self.namespace, name))

    def wait_for(self, *names: str, deadline: float = 15.0) -> None:
        poll(
            lambda: sorted(item.name for item in self.store.all()),
            lambda seen: seen == sorted(names),
            deadline,
            "store",
        )

    def asked(self, verb: str) -> list[str]:
        return [seen.target for seen in list(self.proxy.seen) if seen.verb == verb]

    def close(self) -> None:
        self._stack.close()


@pytest.fixture
def following(cluster: ControlPlane, namespace: str) -> Iterator[Following]:
    reader = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader"}}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "reader", "namespace": namespace}],
    }
    for document in (reader, binding):
        cluster.api.apply(document, namespace)
    with FaultProxy(cluster) as proxy:
        following = Following(cluster, namespace, proxy)
        yield following
        following.close()


def test_an_expired_page_leads_to_one_list_in_one_piece(following: Following, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "PAGE_SIZE", 2)
    names = [f"m{number}" for number in range(5)]
    following.make(*names)
    with following.proxy.faults(Rule(Answer(410, "Expired"), LIST, first=2, times=1)):
        following.start()
        following.wait_for(*names)
    first, second, third = following.asked("list")
    assert ("limit=2" in first, "continue=" in second, "limit" in third) == (True, True, False)
    assert "resourceVersion" not in first, "a list from the server's memory may be older than what we have done"


@pytest.mark.slow
def test_a_watch_that_expires_at_once_makes_no_hot_loop(following: Following) -> None:
    rule = Rule(Answer(410, "Expired"), WATCH)
    with following.proxy.faults(rule):
        reflector = following.start()
        assert reflector.wait_synced(10)
        until = time.monotonic() + 4
        poll(time.monotonic, lambda now: now > until, 5, "a while")
        following.make("meanwhile")
        following.wait_for("meanwhile")
        assert reflector.last_error is not None
        assert 3 <= rule.hits <= 9, f"{rule.hits} tries"
    following.make("afterwards")
    following.wait_for("meanwhile", "afterwards", deadline=30)
    assert reflector.last_error is None


def test_a_silent_watch_is_opened_again(following: Following) -> None:
    with following.proxy.faults(Rule(SilentAfter(0), WATCH, times=1)):
        reflector = following.start(Timing(idle=1.0))
        assert reflector.wait_synced(10)
        poll(lambda: following.asked("watch"), lambda watches: len(watches) == 1, 5, "a watch")
        following.make("unheard")
        following.wait_for("unheard", deadline=6)
    assert following.restarts[0] == "broken"
    assert len(following.asked("list")) == 1, "a watch that breaks goes on from where it was"


def test_what_a_watch_missed_the_next_list_brings(following: Following) -> None:
    following.make("goes")
    with following.proxy.faults(Rule(Lost(1000), WATCH)):
        reflector = following.start(Timing(resync=3.0))
        assert reflector.wait_synced(10)
        poll(lambda: following.asked("watch"), lambda watches: len(watches) == 1, 5, "a watch")
        following.delete("goes")
        following.make("comes")
        following.wait_for("comes", deadline=10)
    assert "resync" in following.restarts


def test_a_list_that_no_watch_could_follow_is_not_made_anew(following: Following) -> None:
    following.make("there")
    with following.proxy.faults(Rule(Answer(500, "InternalError"), WATCH, times=4)):
        following.start(Timing(resync=0.5))
        poll(lambda: following.asked("watch"), lambda watches: len(watches) == 5, 15, "a watch that is let through")
        assert len(following.asked("list")) == 1
        following.wait_for("there")
        poll(lambda: following.asked("list"), lambda lists: len(lists) > 1, 10, "the next list")


def test_a_watch_cut_after_each_event_misses_none(following: Following) -> None:
    with following.proxy.faults(Rule(CutAfter(1), WATCH)):
        assert following.start().wait_synced(10)
        following.make("a", "b", "c")
        following.delete("b")
        following.wait_for("a", "c", deadline=30)
    assert len(following.asked("list")) == 1


def test_a_server_that_asks_to_be_left_alone_is(following: Following) -> None:
    following.make("one")
    with following.proxy.faults(Rule(Answer(429, "TooManyRequests", retry_after=2), LIST, times=1)):
        started = time.monotonic()
        following.start()
        following.wait_for("one")
        assert 2.0 <= time.monotonic() - started < 6.0


def test_an_object_that_cannot_be_read_is_told_and_read_again(following: Following) -> None:
    failures = [ZeroDivisionError("a fault of ours")]

    def reading(raw: Mapping[str, Any]) -> Item:
        if raw["metadata"]["name"] == "odd" and failures:
            raise failures.pop()
        return project(raw)

    following.start(reading=reading)
    following.make("odd", "even")
    following.wait_for("odd", "even")
    assert "failed" in following.restarts
    assert len(following.asked("list")) == 2
