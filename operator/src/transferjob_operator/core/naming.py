"""Names, labels and ownership of the one child Job of a TransferJob."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from ..api.identity import API_VERSION as API_VERSION
from ..api.identity import GROUP
from ..api.identity import KIND as KIND

MANAGER = "transferjob-operator"
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"
OWNER_UID_LABEL = f"{GROUP}/job-uid"
JOB_NAME_LABEL = f"{GROUP}/job-name"
PROFILE_ANNOTATION = f"{GROUP}/profile"
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"

CHILD_SELECTOR = f"{MANAGED_BY_LABEL}={MANAGER}"
"""Label selector that lists and watches use: the Jobs and pods that this operator made, and no others."""

MAX_CHILD_NAME = 57
"""A label has 63 characters; Kubernetes appends a dash and five of its own to a pod's name."""
HASH_LENGTH = 10

_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")


def child_name(name: str) -> str:
    """Name of the child of TransferJob `name`: the same where it is a short DNS label, else cut, with a digest."""
    if len(name) <= MAX_CHILD_NAME and _LABEL.match(name):
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    stem = re.sub(r"[^a-z0-9]+", "-", name)[: MAX_CHILD_NAME - HASH_LENGTH - 1].strip("-")
    return f"{stem}-{digest}" if stem else digest


def child_labels(name: str, uid: str) -> dict[str, str]:
    """Labels of the child Job and its pods. None of them may be set by the user."""
    return {
        "app.kubernetes.io/name": "transferjob",
        "app.kubernetes.io/instance": child_name(name),
        "app.kubernetes.io/component": "trainer",
        MANAGED_BY_LABEL: MANAGER,
        JOB_NAME_LABEL: child_name(name),
        OWNER_UID_LABEL: uid,
    }


def owner_reference(name: str, uid: str) -> dict[str, Any]:
    """The reference by which the garbage collector removes the child with its TransferJob."""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(metadata: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The owner reference that is the controller's, of any kind."""
    references = metadata.get("ownerReferences") or ()
    return next((reference for reference in references if reference.get("controller")), None)
