"""TransferJob objects as the API server would return them."""

from typing import Any

Job = dict[str, Any]
CREATED = "2026-11-24T10:00:00Z"


def job(**status: Any) -> Job:
    return {
        "apiVersion": "transferjob.dev/v1alpha1",
        "kind": "TransferJob",
        "metadata": {"name": "flowers", "namespace": "team-a", "uid": "u1", "creationTimestamp": CREATED},
        "spec": {
            "backbone": {"name": "ResNet50"},
            "freeze": {"layers": 100},
            "dataset": {"uri": "s3://bucket/flowers/"},
        },
        "status": status,
    }


def condition(kind: str, status: str, reason: str = "", message: str = "") -> Job:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def running() -> Job:
    return job(
        phase="Running",
        attempts=1,
        startTime="2026-11-24T10:01:00Z",
        node="gpu-7",
        conditions=[condition("Running", "True", "Training", "the trainer is at work"), condition("Failed", "False")],
        model={
            "depth": 175,
            "depthWithHead": 179,
            "frozenLayers": 100,
            "trainableParameters": 17000000,
            "frozenParameters": 6500000,
        },
        dataset={"classes": 5, "examples": 2936, "validationExamples": 734},
        progress={
            "stage": "Training",
            "phase": "tune",
            "epoch": 3,
            "epochs": 10,
            "step": 40,
            "steps": 92,
            "percent": 24.3,
            "remainingSeconds": 190,
            "loss": 0.4123,
            "accuracy": 0.871,
            "valLoss": 0.5,
            "valAccuracy": 0.8532,
            "imagesPerSecond": 612.0,
        },
    )


def succeeded() -> Job:
    uri = "s3://bucket/models/flowers/" + "ab" * 32
    return job(
        phase="Succeeded",
        startTime="2026-11-24T10:01:00Z",
        completionTime="2026-11-24T10:11:30Z",
        conditions=[condition("Complete", "True", "Succeeded", "the model is published")],
        result={
            "modelURI": uri,
            "metrics": {"accuracy": 0.912, "loss": 0.3},
            "artifacts": [
                {"format": "Keras", "uri": f"{uri}/model.keras"},
                {"format": "SavedModel", "uri": f"{uri}/1"},
            ],
        },
    )


def failed() -> Job:
    return job(
        phase="Failed",
        conditions=[condition("Failed", "True", "DatasetInvalid", "shadowed")],
        failure={"reason": "DatasetInvalid", "message": "the dataset has one class", "logTail": "first\nlast\n"},
    )
