"""The pod of a run: one container named trainer."""

from __future__ import annotations

from typing import Any

from transferjob_trainer.contract import RunFile
from transferjob_trainer.contract.environment import (
    CONTAINER_NAME,
    PEER_PORT,
    RUN_FILE_ANNOTATION,
    RUN_FILE_MOUNT,
    RUN_FILE_NAME,
    TERMINATION_LOG,
)
from transferjob_trainer.contract.progress import ENDPOINT_PORT

from ..api.transfer_job import TransferJob
from .environment import trainer_env
from .mounts import claims, volume_mounts, volumes
from .naming import child_labels
from .passthrough import plain, plain_items
from .run_file import encode_run_file
from .security import container_security_context, pod_security_context
from .service import peer_names, service_name
from .settings import CoreSettings
from .tolerations import tolerations

COMMAND = ["python", "-m", "transferjob_trainer"]
KEEP_RUNNING = {
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
}
"""Autoscalers leave the node of a running job alone."""


def pod_template(job: TransferJob, document: RunFile, settings: CoreSettings) -> dict[str, Any]:
    """spec.template of the child Job."""
    pod = job.spec.pod
    annotations = {**KEEP_RUNNING, **(pod.annotations or {}), RUN_FILE_ANNOTATION: encode_run_file(document)}
    labels = {**(pod.labels or {}), **child_labels(job.metadata.name, job.metadata.uid)}
    return {"metadata": {"annotations": annotations, "labels": labels}, "spec": _pod_spec(job, document, settings)}


def _pod_spec(job: TransferJob, document: RunFile, settings: CoreSettings) -> dict[str, Any]:
    pod = job.spec.pod
    optional = {
        "nodeSelector": plain(pod.node_selector),
        "affinity": plain(pod.affinity),
        "priorityClassName": pod.priority_class_name,
        "schedulerName": pod.scheduler_name,
        "serviceAccountName": pod.service_account_name,
        "imagePullSecrets": plain_items(pod.image_pull_secrets),
        "runtimeClassName": pod.runtime_class_name,
        "subdomain": service_name(job.metadata.name) if job.spec.workers > 1 else None,
        "tolerations": tolerations(job, settings),
    }
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": job.spec.run.termination_grace_period_seconds,
        "securityContext": pod_security_context(),
        "containers": [_container(job, document, settings)],
        "volumes": volumes(
            claims(document, imagenet_mirror(document, settings)), settings.shm_bytes, pod.volumes or ()
        ),
        **{name: value for name, value in optional.items() if value},
    }


def imagenet_mirror(document: RunFile, settings: CoreSettings) -> str | None:
    """The administrator's mirror, for a run that needs it: others mount no claim for nothing."""
    return settings.imagenet_mirror if document.backbone.resolved_weights == "imagenet" else None


def _container(job: TransferJob, document: RunFile, settings: CoreSettings) -> dict[str, Any]:
    mirror = imagenet_mirror(document, settings)
    return {
        "name": CONTAINER_NAME,
        "image": job.spec.pod.image or settings.trainer_image,
        "imagePullPolicy": settings.image_pull_policy,
        "command": COMMAND,
        "args": ["--run", f"{RUN_FILE_MOUNT}/{RUN_FILE_NAME}"],
        "env": trainer_env(
            document,
            tuple(plain_items(job.spec.pod.env)),
            job.spec.run.termination_grace_period_seconds,
            peer_names(job) if job.spec.workers > 1 else (),
            mirror,
        ),
        "ports": _ports(job.spec.workers),
        "resources": _resources(job),
        "securityContext": container_security_context(),
        "terminationMessagePath": TERMINATION_LOG,
        "terminationMessagePolicy": "File",
        "volumeMounts": volume_mounts(claims(document, mirror), job.spec.pod.volumes or ()),
    }


def _ports(workers: int) -> list[dict[str, Any]]:
    peers = [{"name": "peers", "containerPort": PEER_PORT}] if workers > 1 else []
    return [{"name": "progress", "containerPort": ENDPOINT_PORT}, *peers]


def _resources(job: TransferJob) -> dict[str, dict[str, str]]:
    wanted = job.spec.resources
    amounts = {"cpu": wanted.cpu, "memory": wanted.memory}
    if wanted.gpus:
        amounts[wanted.gpu_resource] = str(wanted.gpus)
    given = {name: amount for name, amount in amounts.items() if amount}
    # Equal to the limits, so that the pod is of the class Guaranteed and the last to be evicted.
    return {"limits": given, "requests": dict(given)}
