"""Credentials of the storages as references to Secrets: their values never pass through the operator."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract import TrainingPart
from transferjob_trainer.contract.environment import CREDENTIAL_KEYS, DATASET_PREFIX, OUTPUT_PREFIX

REQUIRED_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""Without these a Secret is of no use: the kubelet then holds the container back and names what is missing."""


def credential_env(part: TrainingPart) -> list[dict[str, Any]]:
    """Variables of the dataset's and the output's Secret."""
    env: list[dict[str, Any]] = []
    if part.dataset.secret_ref:
        env += _variables(DATASET_PREFIX, part.dataset.secret_ref.name)
    if part.output.secret_ref:
        env += _variables(OUTPUT_PREFIX, part.output.secret_ref.name)
    return env


def _variables(prefix: str, secret: str) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{prefix}{key}",
            "valueFrom": {"secretKeyRef": {"name": secret, "key": key, "optional": key not in REQUIRED_KEYS}},
        }
        for key in CREDENTIAL_KEYS
    ]
