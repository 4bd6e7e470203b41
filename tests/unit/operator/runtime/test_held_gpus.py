"""GPUs that are held, by what is done with them."""

from typing import Any

from tests.support.builders import make_manifest
from transferjob_operator.kube.document import JobDocument, project_document
from transferjob_operator.runtime.held_gpus import gpus_held


def document(name: str, phase: str, gpus: int | None = None, workers: int = 1, **status: Any) -> JobDocument:
    raw = make_manifest(name=name, uid=f"uid-{name}")
    spec = {**raw["spec"], "workers": workers, "resources": {} if gpus is None else {"gpus": gpus}}
    return project_document({**raw, "spec": spec, "status": {"phase": phase, **status}})


def test_each_state_has_the_gpus_of_its_jobs() -> None:
    stalled = [{"type": "TrainingStalled", "status": "True"}]
    profile = {"name": "a100", "defaults": {"resources": {"gpus": 4}}}
    held = gpus_held(
        [
            document("waits", "Pending", 8),
            document("ended", "Succeeded", 8),
            document("starts", "Starting", 2),
            document("trains", "Running", 1, workers=3),
            document("of-the-profile", "Running", profile=profile),
            document("plain", "Running"),
            document("on-the-cpu", "Running", 0),
            document("still", "Running", 5, conditions=stalled),
        ]
    )
    assert held == {("training",): 3 + 4 + 1, ("starting",): 2, ("stalled",): 5}


def test_garbage_in_a_status_counts_for_nothing() -> None:
    assert gpus_held([document("odd", "Running", conditions="many", profile=7)]) == {
        ("training",): 1,
        ("starting",): 0,
        ("stalled",): 0,
    }
