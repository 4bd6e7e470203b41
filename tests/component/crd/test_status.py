from __future__ import annotations

from datetime import UTC, datetime

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.crd.conftest import Create
from tests.unit.operator.api.manifests import manifest
from transferjob_operator.api.conditions import CONDITION_TYPES, Condition
from transferjob_operator.api.status import (
    ArtifactStatus,
    BudgetStatus,
    CheckpointStatus,
    DisplayStatus,
    FailureStatus,
    ProfileStatus,
    ProgressStatus,
    RestartStatus,
    ResultStatus,
    TransferJobStatus,
)
from transferjob_operator.api.transfer_job import parse_transfer_job
from transferjob_trainer.contract import DatasetReport, ModelReport
from transferjob_trainer.contract.advice import AdviceCut, AdviceReport, RuleOfThumb

NOW = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)
DIGEST = "a" * 64
ADVICE = AdviceReport(
    recommended=100,
    second=175,
    confidence="Medium",
    reason="The advice is to freeze the first 100 of 175 layers.",
    applied=True,
    pictures=80,
    labels_per_class=40,
    distance="Near",
    shift=0.2,
    rules=(RuleOfThumb(rule="Labels", seen="40 pictures", leaning="Freeze", agrees=True),),
    cuts=(AdviceCut(frozen_layers=100, name="layers[:100]", probe=0.5, trainable_parameters=1, seconds=1.5),),
    trial_epochs=3,
    seconds=2.5,
)
FULL = TransferJobStatus(
    observed_generation=1,
    phase="Succeeded",
    conditions=tuple(
        Condition(type=kind, status="False", reason="Finished", message="done", last_transition_time=NOW)
        for kind in CONDITION_TYPES
    ),
    attempts=2,
    start_time=NOW,
    first_start_time=NOW,
    completion_time=NOW,
    gpu_seconds=1.5,
    queued_seconds=0.25,
    job_name="flowers",
    job_uid="1",
    pod_name="flowers-abcde",
    pod_uid="2",
    node="node-1",
    budget=BudgetStatus(stall_restarts=1, active_seconds=3.5, active_since=NOW),
    progress=ProgressStatus(stage="Training", epoch=3, epochs=10, percent=12.5, val_accuracy=0.1, updated_time=NOW),
    model=ModelReport(
        variant="imagenet",
        depth=175,
        depth_with_head=178,
        frozen_layers=100,
        cut_tensors=2,
        trainable_parameters=23_000_000_000,
        frozen_parameters=5,
    ),
    dataset=DatasetReport(classes=2, examples=80, validation_examples=20, digest=DIGEST),
    advice=ADVICE,
    checkpoint=CheckpointStatus(uri="pvc://a/b", epoch=1, step=2, time=NOW),
    result=ResultStatus(
        model_uri="pvc://models/flowers/1",
        digest=DIGEST,
        metrics={"accuracy": 0.9},
        artifacts=(ArtifactStatus(format="Keras", uri="pvc://models/flowers/1/a.keras", sha256=DIGEST, bytes=10),),
        report_uri="pvc://models/flowers/1/report.html",
    ),
    profile=ProfileStatus(name="a100", defaults={"resources": {"gpus": 1}}),
    failure=FailureStatus(reason="Crash", message="a sentence", exit_code=70, log_tail="one\ntwo"),
    last_restart=RestartStatus(pod_uid="1", reason="Stalled", message="a sentence", exit_code=78, log_tail="one"),
    display=DisplayStatus(freeze="100/175", epoch="3/10", accuracy="90.0%", time="41s"),
)


def test_a_status_comes_back_from_the_api_server_as_it_was_written(
    cluster: ControlPlane, jobs: Resource, create: Create
) -> None:
    create(manifest())
    status = jobs.named("flowers")._replace(subresource="status")
    written = cluster.api.patch(status, {"status": FULL.to_json()}, fieldValidation="Strict")
    assert parse_transfer_job(written).status == FULL


def test_every_field_of_the_status_is_tried_here() -> None:
    assert [name for name in TransferJobStatus.model_fields if getattr(FULL, name) is None] == []
