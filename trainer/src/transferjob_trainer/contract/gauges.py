"""What a trainer shows of itself to Prometheus: numbers of its progress."""

from __future__ import annotations

PREFIX = "transferjob_trainer_"
GAUGES = {
    "epoch": "Epoch that is being trained.",
    "epochs": "Epochs in all.",
    "percent": "Share of the training that is done, 0 to 100.",
    "remaining_seconds": "Estimated seconds to the end of training.",
    "loss": "Training loss of the running epoch.",
    "accuracy": "Training accuracy of the running epoch.",
    "val_loss": "Validation loss after the last whole epoch.",
    "val_accuracy": "Validation accuracy after the last whole epoch.",
    "images_per_second": "Training pictures a second.",
    "updated_time": "Unix time of the last change.",
}
"""Field of the progress, and what it means; each is a gauge of that name behind the prefix."""
