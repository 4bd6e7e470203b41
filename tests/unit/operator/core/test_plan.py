from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import (
    CHILD_UID,
    DIGEST,
    T0,
    make_child,
    make_condition,
    make_ended_pod,
    make_job,
    make_pod,
    make_result_message,
    make_running_pod,
)
from transferjob_operator.api.conditions import CONDITION_TYPES
from transferjob_operator.api.status import ArtifactStatus, ResultStatus, TransferJobStatus
from transferjob_operator.core.observed import Observed, WeightsSource
from transferjob_operator.core.plan import CreateJob, Decision, DeleteJob, SuspendJob, decide, decide_invalid
from transferjob_operator.core.settings import CoreSettings
from transferjob_trainer.contract import ModelReport, Progress, RunFile
from transferjob_trainer.contract.environment import RUN_FILE_ANNOTATION
from transferjob_trainer.contract.run_file import HeadFrom

SETTINGS = CoreSettings(trainer_image="trainer:1")
NEW = TransferJobStatus()
QUEUE = {"kueue.x-k8s.io/queue-name": "team-a"}
FROM_PRETRAIN = {"name": "ResNet50", "weightsFrom": {"jobRef": {"name": "pretrain"}}}
REPORT = ModelReport(
    variant="plain",
    depth=175,
    depth_with_head=179,
    frozen_layers=100,
    cut_tensors=2,
    trainable_parameters=1,
    frozen_parameters=1,
)


def after(seconds: float, observed: Observed, status: TransferJobStatus = NEW, **arguments: Any) -> Decision:
    return decide(make_job(**arguments), status, observed, SETTINGS, T0 + timedelta(seconds=seconds))


def running(seconds: float = 1, **changes: Any) -> TransferJobStatus:
    return after(seconds, Observed(make_child(), (make_running_pod(**changes),))).status


def condition(status: TransferJobStatus, kind: str) -> tuple[str, str]:
    found = next(item for item in status.conditions if item.type == kind)
    return found.status, found.reason


def document(pod_uid: str = "pod-1", **changes: Any) -> Progress:
    return Progress(pod_uid=pod_uid, stage="Training", epoch=3, epochs=10, updated_time=T0.timestamp(), **changes)


def test_a_new_job_gets_its_child_and_the_child_brings_the_first_status() -> None:
    first = after(0, Observed())
    assert [type(action) for action in first.actions] == [CreateJob]
    assert first.status == NEW
    second = after(1, Observed(make_child()))
    assert (second.status.phase, second.status.job_uid) == ("Pending", CHILD_UID)
    assert tuple(item.type for item in second.status.conditions) == CONDITION_TYPES


def test_a_running_pod_is_one_attempt_and_is_polled() -> None:
    decision = after(1, Observed(make_child(), (make_running_pod(),)))
    assert (decision.status.phase, decision.status.attempts, decision.status.node) == ("Running", 1, "node-1")
    assert decision.poll_progress is not None
    assert condition(decision.status, "Running")[0] == "True"
    again = after(50, Observed(make_child(), (make_running_pod(),)), decision.status)
    assert again.status == decision.status
    assert not again.events


def test_a_quick_start_is_not_reported_and_a_slow_one_is() -> None:
    bound = make_pod(node="node-1", scheduled=make_condition("PodScheduled"))
    quick = after(1, Observed(make_child(), (bound,)))
    assert (quick.status.phase, quick.status.attempts, quick.requeue_after) == ("Pending", 0, 2.0)
    assert after(4, Observed(make_child(), (bound,))).status.phase == "Starting"


def test_between_attempts_a_job_is_restarting_and_the_next_pod_counts() -> None:
    failed = make_ended_pod(137, reason="OOMKilled", finished_at=T0 + timedelta(seconds=40))
    between = after(41, Observed(make_child(), (failed,)), running())
    assert (between.status.phase, between.status.gpu_seconds) == ("Restarting", 40)
    assert condition(between.status, "Running") == ("False", "OutOfMemory")
    assert between.events[0].reason == "Restarting"
    later = make_running_pod(uid="pod-2", creation_time=T0 + timedelta(seconds=50))
    resumed = after(60, Observed(make_child(), (failed, later)), between.status)
    assert (resumed.status.phase, resumed.status.attempts, resumed.status.pod_uid) == ("Running", 2, "pod-2")
    assert resumed.status.progress is None


def test_success_brings_result_and_model_and_is_final() -> None:
    pod = make_ended_pod(0, message=make_result_message(model=REPORT, metrics={"accuracy": 0.931}))
    child = make_child(conditions=(make_condition("Complete"),), completion_time=T0 + timedelta(seconds=90))
    done = after(91, Observed(child, (pod,)), running())
    assert done.status.phase == "Succeeded"
    assert done.status.result is not None
    assert done.status.result.model_uri == f"pvc://models/flowers/{DIGEST}"
    assert done.status.display is not None
    assert (done.status.display.freeze, done.status.display.accuracy, done.status.display.time) == (
        "100/175",
        "93.1%",
        "1m30s",
    )
    assert condition(done.status, "Complete") == ("True", "Succeeded")
    for observed in (Observed(), Observed(child, ())):
        assert after(500, observed, done.status) == Decision(status=done.status)


def test_a_finished_job_waits_a_moment_for_its_pods_last_words() -> None:
    child = make_child(conditions=(make_condition("Failed", reason="PodFailurePolicy"),))
    early = after(1, Observed(child, (make_running_pod(),)), running())
    assert early.requeue_after
    assert early.status.phase == "Running"
    late = after(30, Observed(child, (make_ended_pod(65),)), early.status)
    assert late.status.failure is not None
    assert (late.status.failure.reason, late.status.failure.exit_code) == ("DatasetInvalid", 65)
    assert after(30, Observed(child, ()), early.status).status.phase == "Failed"


def test_a_vanished_child_is_made_again_and_a_leaving_one_is_waited_for() -> None:
    leaving = after(10, Observed(make_child(deletion_time=T0)), running())
    assert not leaving.actions
    assert leaving.status.phase == "Restarting"
    gone = after(20, Observed(), leaving.status)
    assert isinstance(gone.actions[0], CreateJob)
    assert gone.status.attempts == 1


def test_suspending_and_resuming_patch_the_child_once() -> None:
    stop = after(10, Observed(make_child(), (make_running_pod(),)), running(), run={"suspend": True})
    assert [action.suspend for action in stop.actions if isinstance(action, SuspendJob)] == [True]
    assert condition(stop.status, "Suspended") == ("True", "SuspendedByUser")
    held = after(20, Observed(make_child(suspended=True)), stop.status, run={"suspend": True})
    assert not held.actions
    go = after(30, Observed(make_child(suspended=True)), held.status)
    assert [action.suspend for action in go.actions if isinstance(action, SuspendJob)] == [False]


def test_under_kueue_suspend_is_never_written_and_suspending_deletes() -> None:
    queued = make_child(suspended=True, queue_name="team-a")
    waiting = after(5, Observed(queued), labels=QUEUE)
    assert not waiting.actions
    assert condition(waiting.status, "Suspended") == ("True", "WaitingForQuota")
    stop = after(6, Observed(replace(queued, suspended=False)), waiting.status, labels=QUEUE, run={"suspend": True})
    assert [type(action) for action in stop.actions] == [DeleteJob]
    assert not after(7, Observed(), stop.status, labels=QUEUE, run={"suspend": True}).actions
    assert isinstance(after(8, Observed(), stop.status, labels=QUEUE).actions[0], CreateJob)


@pytest.mark.parametrize("observed", [Observed(make_child(owner_uid="other")), Observed(foreign_job=True)])
def test_a_strangers_job_is_not_touched(observed: Observed) -> None:
    decision = after(5, observed)
    assert not decision.actions
    assert condition(decision.status, "Running") == ("False", "NameConflict")
    assert decision.requeue_after == 60


def test_weights_of_a_job_that_does_not_exist_are_waited_for() -> None:
    decision = after(0, Observed(weights_source=WeightsSource(exists=False)), backbone=FROM_PRETRAIN)
    assert not decision.actions
    assert condition(decision.status, "Running") == ("False", "WaitingForWeights")
    assert "waiting for TransferJob pretrain, which does not exist" in [
        item.message for item in decision.status.conditions
    ]


@pytest.mark.parametrize("source", [TransferJobStatus(phase="Failed"), TransferJobStatus(phase="Succeeded")])
def test_weights_that_will_never_be_there_fail_the_job(source: TransferJobStatus) -> None:
    decision = after(0, Observed(weights_source=WeightsSource(True, source)), backbone=FROM_PRETRAIN)
    assert not decision.actions
    assert condition(decision.status, "Failed") == ("True", "WeightsUnavailable")


def test_weights_of_a_finished_job_are_taken() -> None:
    artifact = ArtifactStatus(format="BackboneWeights", uri="pvc://shared/b.weights.h5", sha256=DIGEST, bytes=1)
    result = ResultStatus(model_uri="pvc://shared", artifacts=(artifact,))
    source = WeightsSource(True, TransferJobStatus(phase="Succeeded", model=REPORT, result=result))
    assert isinstance(after(0, Observed(weights_source=source), backbone=FROM_PRETRAIN).actions[0], CreateJob)


def finished(report: ModelReport, *formats: str) -> Observed:
    found = [ArtifactStatus(format=form, uri=f"pvc://shared/{form}.keras", sha256=DIGEST, bytes=1) for form in formats]
    result = ResultStatus(model_uri="pvc://shared", artifacts=tuple(found))
    return Observed(
        weights_source=WeightsSource(True, TransferJobStatus(phase="Succeeded", model=report, result=result))
    )


def test_a_whole_model_is_taken_with_the_names_of_its_classes() -> None:
    wanted = {"name": "ResNet50", "weightsFrom": {"jobRef": {"name": "pretrain"}, "include": "Model"}}
    (action,) = after(0, finished(REPORT, "Keras", "Labels", "BackboneWeights"), backbone=wanted).actions
    assert isinstance(action, CreateJob)
    text = action.manifest["spec"]["template"]["metadata"]["annotations"][RUN_FILE_ANNOTATION]
    run = RunFile.model_validate_json(text)
    assert (run.backbone.weights, run.backbone.sha256) == ("pvc://shared/Keras.keras", DIGEST)
    assert run.head_from == HeadFrom(job="pretrain", labels="pvc://shared/Labels.keras", sha256=DIGEST)
    decision = after(0, finished(REPORT, "BackboneWeights", "Keras"), backbone=wanted)
    assert not decision.actions
    assert decision.status.failure
    assert "has no Labels in its result" in decision.status.failure.message


@pytest.mark.parametrize(
    ("report", "backbone", "words"),
    [
        ({"backbone": "ResNet101"}, {}, "has trained ResNet101; this job's backbone is ResNet50"),
        (
            {"backbone": "MobileNetV2 alpha=0.5"},
            {"name": "MobileNetV2"},
            "alpha=0.5; this job's backbone is MobileNetV2",
        ),
        (
            {"variant": "imagenet"},
            {"name": "EfficientNetB0", "variant": "plain"},
            "the variant imagenet; backbone.vari",
        ),
    ],
)
def test_weights_of_another_graph_fail_before_a_pod_starts(
    report: dict[str, Any], backbone: dict[str, Any], words: str
) -> None:
    observed = finished(REPORT.model_copy(update=report), "BackboneWeights")
    decision = after(0, observed, freeze={"layers": 100}, backbone={**FROM_PRETRAIN, **backbone})
    assert not decision.actions
    assert decision.status.failure is not None
    assert decision.status.failure.reason == "WeightsUnavailable"
    assert words in decision.status.failure.message


def test_the_variant_and_the_width_of_another_job_are_handed_on() -> None:
    report = REPORT.model_copy(update={"backbone": "EfficientNetB0", "variant": "imagenet"})
    backbone = {**FROM_PRETRAIN, "name": "EfficientNetB0"}
    assert after(0, finished(report, "BackboneWeights"), backbone=backbone).actions
    report = REPORT.model_copy(update={"backbone": "MobileNetV2 alpha=0.5"})
    backbone = {**FROM_PRETRAIN, "name": "MobileNetV2", "arguments": {"alpha": 0.5}}
    assert after(0, finished(report, "BackboneWeights"), backbone=backbone).actions


def test_progress_is_rounded_shown_and_written_once_in_ten_seconds() -> None:
    observed = Observed(make_child(), (make_running_pod(),), document(val_accuracy=0.91237, remaining_seconds=39.6))
    told = after(20, observed, running())
    assert told.status.progress is not None
    assert told.status.progress.val_accuracy == 0.9124
    assert told.status.display is not None
    assert (told.status.display.epoch, told.status.display.time) == ("3/10", "ETA 40s")
    newer = replace(observed, progress=document(val_accuracy=0.95), progress_written=T0 + timedelta(seconds=20))
    held = after(24, newer, told.status)
    assert (held.status, held.requeue_after) == (told.status, 6.0)
    assert after(30, newer, told.status).status != told.status


def test_a_document_of_another_pod_is_not_believed() -> None:
    observed = Observed(make_child(), (make_running_pod(),), document(pod_uid="other"))
    assert after(20, observed, running()).status.progress is None


def test_an_unparsable_job_fails_with_what_is_wrong_and_stays_so() -> None:
    decision = decide_invalid(1, ("spec.freeze: is required",), NEW, T0)
    assert condition(decision.status, "Failed") == ("True", "InvalidSpec")
    assert decide_invalid(1, ("other",), decision.status, T0) == Decision(status=decision.status)


@pytest.mark.checklist(17, 38)
def test_a_run_file_that_no_annotation_can_hold_is_refused() -> None:
    dataset = {"uri": "pvc://data/x", "classes": [f"{number:0250d}" for number in range(1000)]}
    decision = after(0, Observed(), dataset=dataset)
    assert not decision.actions
    assert condition(decision.status, "Failed") == ("True", "InvalidSpec")


@pytest.mark.checklist(35)
def test_a_running_job_that_this_version_cannot_parse_is_left_to_run() -> None:
    assert decide_invalid(1, ("spec.new: unknown field",), running(), T0) == Decision(status=running())
