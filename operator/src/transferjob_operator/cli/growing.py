"""The epochs of a job while it trains: what its log has told, and what its status tells from then on."""

from __future__ import annotations

from .cluster import Cluster, Job
from .epochs import Epoch, drawable
from .views.fields import integer, number, part


class Growing:
    """Epochs by number; a job's log is read once, because status tells of each epoch that ends later."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._epochs: dict[int, Epoch] = {}
        self._attempt = ""

    def after(self, job: Job) -> list[Epoch]:
        """The epochs that are known now."""
        attempt = str(part(job, "status").get("podUID") or "")
        if attempt and attempt != self._attempt:
            from .curves import epochs_of

            self._attempt = attempt
            self._epochs |= {epoch.epoch: epoch for epoch in epochs_of(self._cluster, job)}
        self._take(job)
        return drawable(self._epochs.values())

    def _take(self, job: Job) -> None:
        """Of the epoch before the running one status has the validation; its training figures are the last seen."""
        progress = part(job, "status", "progress")
        running = integer(progress, "epoch")
        figures = [number(progress, key) for key in ("loss", "accuracy", "valLoss", "valAccuracy")]
        loss, accuracy, val_loss, val_accuracy = figures
        if running is None or running < 2 or val_loss is None or val_accuracy is None:
            return
        if running - 1 not in self._epochs and loss is not None and accuracy is not None:
            self._epochs[running - 1] = Epoch(running - 1, loss, accuracy, val_loss, val_accuracy)
