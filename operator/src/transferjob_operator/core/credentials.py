"""Credentials of the storages as references to Secrets: their values never pass through the operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from transferjob_trainer.contract import TrainingPart
from transferjob_trainer.contract.environment import DATASET_PREFIX, GCS_KEY, GCS_KEYS, OUTPUT_PREFIX, S3_KEYS

_KEYS = {"s3": S3_KEYS, "gs": GCS_KEYS}
"""Keys of a Secret that are read for a scheme; other schemes have no credentials."""
REQUIRED_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", GCS_KEY)
"""Without these a Secret is of no use: the kubelet then holds the container back and names what is missing."""


def credential_env(part: TrainingPart) -> list[dict[str, Any]]:
    """Variables of the dataset's and the output's Secret."""
    env: list[dict[str, Any]] = []
    if part.dataset.secret_ref:
        env += _variables(DATASET_PREFIX, part.dataset.secret_ref.name, _keys(_read(part)))
    if part.output.secret_ref:
        env += _variables(OUTPUT_PREFIX, part.output.secret_ref.name, _keys(_written(part)))
    return env


def _read(part: TrainingPart) -> list[str | None]:
    test = part.dataset.test
    return [part.dataset.uri, part.dataset.validation.uri, test.uri if test else None]


def _written(part: TrainingPart) -> list[str | None]:
    """Weights too: they are read with the output's credentials."""
    checkpoint = part.training.checkpoint
    return [part.output.uri, checkpoint.uri if checkpoint else None, part.backbone.weights]


def _keys(uris: Iterable[str | None]) -> list[str]:
    schemes = {uri.partition("://")[0] for uri in uris if uri}
    return [key for scheme, keys in _KEYS.items() if scheme in schemes for key in keys]


def _variables(prefix: str, secret: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{prefix}{key}",
            "valueFrom": {"secretKeyRef": {"name": secret, "key": key, "optional": key not in REQUIRED_KEYS}},
        }
        for key in keys
    ]
