"""The least that a trainer needs: the restricted Pod Security Standard and a read-only root file system."""

from __future__ import annotations

from typing import Any

FILE_GROUP = 65532
"""Group that owns the volumes' files."""


def pod_security_context() -> dict[str, Any]:
    """securityContext of the pod."""
    return {
        "runAsNonRoot": True,
        "fsGroup": FILE_GROUP,
        # A claim with many files is not walked through at each start.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security_context() -> dict[str, Any]:
    """securityContext of the container."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
    }
