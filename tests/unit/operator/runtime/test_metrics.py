"""Metrics tell what happened, and their number does not grow with the number of jobs that came and went."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import T0, make_manifest
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.kube.document import project_document
from transferjob_operator.kube.store import Store
from transferjob_operator.observability.metrics import Metrics
from transferjob_operator.runtime.job_metrics import count_finished, observe_each
from transferjob_operator.runtime.stores import Stores

MANY, ALL = 2_000, 100_000


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def document(name: str, phase: str, **status: Any) -> Any:
    raw = make_manifest(name=name, uid=f"uid-{name}")
    return project_document({**raw, "status": {"phase": phase, **status}})


def test_a_finished_job_leaves_its_times_and_its_gpu_seconds() -> None:
    metrics = Metrics("1")
    status = TransferJobStatus(
        phase="Succeeded",
        first_start_time=T0,
        completion_time=T0 + timedelta(seconds=90),
        queued_seconds=12,
        gpu_seconds=180,
    )
    count_finished(metrics, "Succeeded", status)
    count_finished(metrics, "InvalidSpec", TransferJobStatus(phase="Failed"))
    assert value(metrics, "transferjob_job_run_seconds_sum", phase="Succeeded") == 90
    assert value(metrics, "transferjob_job_queued_seconds_sum") == 12
    assert value(metrics, "transferjob_gpu_seconds_total", phase="Succeeded") == 180
    assert value(metrics, "transferjob_gpu_seconds_total", phase="Failed") is None
    assert value(metrics, "transferjob_jobs_finished_total", reason="InvalidSpec") == 1


def test_jobs_that_are_not_over_are_shown_by_name_until_they_are() -> None:
    metrics, documents = Metrics("1"), Stores().documents
    observe_each(metrics, documents.all)
    documents.put(document("flowers", "Running", progress={"stage": "Training", "epoch": 3, "loss": "garbage"}))
    assert value(metrics, "transferjob_each_job_epoch", job_namespace="default", job_name="flowers") == 3
    assert value(metrics, "transferjob_each_job_loss", job_namespace="default", job_name="flowers") is None
    ended = document("flowers", "Succeeded", progress={"stage": "Training", "epoch": 3})
    documents.remove(ended)
    assert value(metrics, "transferjob_each_job_epoch", job_namespace="default", job_name="flowers") is None


@pytest.mark.checklist(43)
@pytest.mark.parametrize("jobs", [MANY, pytest.param(ALL, marks=pytest.mark.slow)])
@pytest.mark.parametrize("shown", [True, False])
def test_series_do_not_grow_with_the_jobs_that_came_and_went(shown: bool, jobs: int) -> None:
    metrics, documents = Metrics("1"), Stores().documents
    if shown:
        observe_each(metrics, documents.all)
    come_and_go(metrics, documents, 10)
    before = len(metrics.render().splitlines())
    come_and_go(metrics, documents, jobs)
    assert len(metrics.render().splitlines()) == before
    assert len(documents) == 0


def come_and_go(metrics: Metrics, documents: Store[Any], jobs: int) -> None:
    for number in range(jobs):
        running = document(f"job-{number}", "Running", progress={"stage": "Training", "epoch": 1})
        documents.put(running)
        status = TransferJobStatus(phase="Succeeded", first_start_time=T0, completion_time=T0, gpu_seconds=1)
        count_finished(metrics, "Succeeded", status)
        metrics.reconciled("written", 0.01)
        metrics.api_answered("create", 201, 0.01)
        documents.learn_end(running)
