"""Which TransferJob a change concerns, and which changes concern none."""

from dataclasses import replace

import orjson
import pytest

from tests.support.builders import make_child, make_manifest, make_pod
from transferjob_operator.core.records import JobRecord
from transferjob_operator.kube.document import JobDocument, project_document
from transferjob_operator.kube.store import Change, Key, Store
from transferjob_operator.runtime.mapping import Mapping

FLOWERS = Key("default", "flowers")


@pytest.fixture
def children() -> Store[JobRecord]:
    return Store(lambda job: job.owner_uid)


@pytest.fixture
def mapping(children: Store[JobRecord]) -> Mapping:
    return Mapping(children, Store())


def document(name: str, *, phase: str = "", version: str = "1", weights_from: str | None = None) -> JobDocument:
    backbone = {"name": "ResNet50"} | ({"weightsFrom": {"jobRef": {"name": weights_from}}} if weights_from else {})
    raw = make_manifest(name=name, uid=f"uid-{name}", backbone=backbone)
    raw["metadata"]["resourceVersion"] = version
    return project_document(raw | {"status": {"phase": phase}})


def test_a_pod_leads_to_its_jobs_owner(mapping: Mapping, children: Store[JobRecord]) -> None:
    child, pod = make_child(), make_pod()
    assert list(mapping.of_pod(Change(None, pod))) == []
    children.put(child)
    assert list(mapping.of_pod(Change(None, pod))) == [FLOWERS]
    assert list(mapping.of_pod(Change(None, replace(pod, job_uid="another")))) == []


def test_a_pod_that_changed_in_nothing_that_is_kept_concerns_none(mapping: Mapping, children: Store[JobRecord]) -> None:
    children.put(make_child())
    pod = make_pod()
    assert list(mapping.of_pod(Change(pod, replace(pod, resource_version="999")))) == []


def test_a_strangers_job_concerns_none(mapping: Mapping) -> None:
    assert list(mapping.of_job(Change(None, make_child()))) == [FLOWERS]
    assert list(mapping.of_job(Change(None, make_child(transferjob=False)))) == []


def test_our_own_write_of_an_outcome_wakes_those_that_wait_also_when_its_answer_was_first(mapping: Mapping) -> None:
    store: Store[JobDocument] = Store()
    for known in (document("tune", weights_from="flowers"), document("flowers", phase="Running")):
        list(mapping.of_document(store.put(known)))
    over = document("flowers", phase="Succeeded", version="2")
    store.learn(over)
    assert list(mapping.of_document(store.put(over))) == [Key("default", "tune")]
    assert list(mapping.of_document(store.put(over))) == []


def test_the_echo_of_a_write_of_our_own_concerns_none(mapping: Mapping) -> None:
    written = document("flowers", version="7")
    assert list(mapping.of_document(Change(written, written))) == []


def test_those_that_wait_for_weights_are_woken_by_a_new_phase(mapping: Mapping) -> None:
    waiting = document("tune", weights_from="flowers")
    list(mapping.of_document(Change(None, waiting)))
    before, after = document("flowers", phase="Running"), document("flowers", phase="Succeeded", version="2")
    assert list(mapping.of_document(Change(before, after))) == [FLOWERS, Key("default", "tune")]
    list(mapping.of_document(Change(waiting, None)))
    assert list(mapping.of_document(Change(before, after))) == [FLOWERS]


def test_a_document_is_the_object_without_what_nobody_reads() -> None:
    raw = make_manifest()
    raw["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    assert "managedFields" not in orjson.loads(project_document(raw).packed)["metadata"]
    assert project_document(raw | {"status": 7, "spec": "text"}).weights_from is None
