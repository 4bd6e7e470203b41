"""Objects that an earlier version of the resource stored go on to work: nothing is lost, nothing is done again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.builders import T0, make_child, make_running_pod
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.api.transfer_job import parse_transfer_job
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import CreateJob, DeleteJob, decide
from transferjob_operator.core.settings import CoreSettings
from transferjob_operator.runtime.gather import parse_status

STORED: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "golden/stored_jobs.yaml").read_text())
SETTINGS = CoreSettings(trainer_image="trainer:2")
NOW = T0 + timedelta(minutes=30)


def lost(stored: Any, kept: Any, path: str = "status") -> list[str]:
    """Paths of what the stored document says and the other does not."""
    if isinstance(stored, dict):
        inside = kept if isinstance(kept, dict) else {}
        return [each for name, value in stored.items() for each in lost(value, inside.get(name), f"{path}.{name}")]
    if isinstance(stored, list):
        pairs = zip(stored, kept if isinstance(kept, list) and len(kept) == len(stored) else stored[:0], strict=False)
        return [each for item, other in pairs for each in lost(item, other, f"{path}[]")] if stored else []
    return [] if stored == kept else [path]


@pytest.mark.checklist(35)
@pytest.mark.parametrize("stored", STORED, ids=lambda stored: stored["metadata"]["name"])
def test_a_stored_object_is_read_whole(stored: dict[str, Any]) -> None:
    assert parse_transfer_job(stored).metadata.name == stored["metadata"]["name"]
    status = parse_status(stored["status"])
    assert status != TransferJobStatus()
    assert lost(stored["status"], status.to_json()) == []


@pytest.mark.checklist(24, 35)
@pytest.mark.parametrize("stored", STORED[1:], ids=lambda stored: stored["metadata"]["name"])
def test_an_outcome_that_was_stored_stays_as_it_is(stored: dict[str, Any]) -> None:
    status = parse_status(stored["status"])
    decision = decide(parse_transfer_job(stored), status, Observed(), SETTINGS, NOW)
    assert (decision.status, decision.actions, decision.events) == (status, (), ())


@pytest.mark.checklist(35, 36)
def test_a_stored_run_goes_on_with_the_child_that_it_has() -> None:
    stored = STORED[0]
    status = parse_status(stored["status"])
    child = make_child(name="stored-running", owner_name="stored-running")
    pod = make_running_pod(name="stored-running-abcde")
    decision = decide(parse_transfer_job(stored), status, Observed(child, (pod,)), SETTINGS, NOW)
    assert not any(isinstance(action, CreateJob | DeleteJob) for action in decision.actions)
    assert (decision.status.phase, decision.status.attempts, decision.status.pod_uid) == ("Running", 1, "pod-1")
    assert decision.events == ()
