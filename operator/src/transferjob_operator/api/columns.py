"""Columns of `kubectl get tj`."""

from __future__ import annotations

from typing import Any


def _column(name: str, path: str, description: str, kind: str = "string", priority: int = 0) -> dict[str, Any]:
    return {"name": name, "type": kind, "jsonPath": path, "description": description, "priority": priority}


COLUMNS: tuple[dict[str, Any], ...] = (
    _column("Backbone", ".spec.backbone.name", "The backbone."),
    _column("Freeze", ".status.display.freeze", "Frozen layers and depth, or the form of freeze that is asked for."),
    _column("Phase", ".status.phase", "Where the job stands."),
    _column("Epoch", ".status.display.epoch", "Epoch and epochs."),
    _column("Accuracy", ".status.display.accuracy", "Final accuracy, or that on the validation pictures so far."),
    _column("Time", ".status.display.time", "Time that is left while it trains; time that it took when it is done."),
    _column("Age", ".metadata.creationTimestamp", "Time since the job was created.", kind="date"),
    _column("Reason", ".status.failure.reason", "Why the job failed.", priority=1),
    _column("Model URI", ".status.result.modelURI", "Where the model is.", priority=1),
    _column("Node", ".status.node", "Node of the newest pod.", priority=1),
)
