from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.operator.api.documents import documents
from transferjob_operator.api.conditions import Condition
from transferjob_operator.api.schema import structural_schema
from transferjob_operator.api.status import ProgressStatus, TransferJobStatus
from transferjob_trainer.contract import Progress

SCHEMA = structural_schema(TransferJobStatus)


def _read(document: dict[str, Any]) -> TransferJobStatus:
    return TransferJobStatus.model_validate_json(orjson.dumps(document), strict=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(SCHEMA))
def test_a_status_that_the_schema_accepts_comes_back_as_it_was(document: dict[str, Any]) -> None:
    status = _read(document)
    assert _read(status.to_json()) == status


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_is_the_same_before_and_after_it_was_written(now: datetime) -> None:
    condition = Condition(type="Running", status="True", reason="PodRunning", last_transition_time=now)
    status = TransferJobStatus(start_time=now, conditions=(condition,))
    assert _read(status.to_json()) == status


def test_fields_of_another_version_are_left_out() -> None:
    assert _read({"phase": "Running", "mood": "good"}).to_json() == {
        "phase": "Running",
        "conditions": [],
        "attempts": 0,
    }


def test_names_have_the_spelling_of_kubernetes() -> None:
    status = TransferJobStatus(job_uid="a", pod_uid="b", gpu_seconds=1)
    assert {"jobUID": "a", "podUID": "b", "gpuSeconds": 1.0}.items() <= status.to_json().items()


def test_progress_goes_to_status_without_what_status_has_elsewhere() -> None:
    progress = Progress(pod_uid="a", stage="Training", epoch=3, epochs=10, updated_time=1_795_514_400.5)
    assert ProgressStatus.of(progress).model_dump(mode="json", by_alias=True, exclude_none=True) == {
        "stage": "Training",
        "epoch": 3,
        "epochs": 10,
        "updatedTime": "2026-11-24T10:00:00Z",
    }
