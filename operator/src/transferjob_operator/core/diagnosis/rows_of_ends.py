"""Rows of how an attempt or a job ends."""

from __future__ import annotations

from transferjob_trainer.contract import ENDINGS

from .row import ENDED, REFUSED, Fault, Row

ENDS: tuple[Row, ...] = (
    Row(
        "PodRejected",
        f"pod status.phase Failed, status.reason, no container; {REFUSED}",
        "Cluster",
        "counted",
        "none",
        "the cluster refused the pod",
        "it is tried again by itself; change spec.pod or spec.resources, or ask who runs the cluster to allow it",
        "the cluster",
    ),
    Row(
        "SharedGPURequest",
        "pod status.phase Failed, status.message of its device plugin",
        "User",
        "never",
        "none",
        "the GPUs of node {node} are shares of one, and a pod may ask for one share only",
        "set resources.gpus to 1 in a new job, or choose nodes with whole GPUs by spec.pod.nodeSelector",
        "the kubelet",
        hopeless=True,
    ),
    Row(
        "Evicted",
        "pod status.reason; status.conditions[DisruptionTarget]",
        "Cluster",
        "free",
        "none",
        "the pod was evicted from node {node}",
        "it goes on elsewhere from its last checkpoint",
        "the cluster",
    ),
    Row(
        "Preempted",
        f"pod status.conditions[DisruptionTarget]; {ENDED}",
        "Cluster",
        "free",
        "none",
        "the pod was taken away from node {node} for another one",
        "it goes on from its last checkpoint when there is room",
        "the cluster",
    ),
    Row(
        "NodeLost",
        "pod status.conditions[DisruptionTarget]; metadata.deletionTimestamp long past; node conditions[Ready]",
        "Cluster",
        "free",
        "until it ends",
        "node {node} does not answer any more",
        "it goes on elsewhere from its last checkpoint",
        "the cluster",
    ),
    Row(
        "OutOfMemory",
        f"{ENDED}.reason OOMKilled",
        "User",
        "counted",
        "none",
        "the trainer was killed at the container's memory limit",
        "raise resources.memory or make training.batchSize smaller",
    ),
    Row(
        "Killed",
        f"{ENDED}.exitCode 137, 143",
        "Cluster",
        "counted",
        "none",
        "the trainer was killed",
        "it is tried again; the node's own events may tell who killed it",
    ),
    Row(
        "SidecarFailed",
        "pod status.phase Failed, another container's state.terminated",
        "Cluster",
        "counted",
        "none",
        "the container {container} beside the trainer failed with exit code {code}",
        "kubectl logs {pod} -c {container} shows why; keep injected sidecars out of training pods",
    ),
    Row(
        "BackoffLimitExceeded",
        "job status.conditions[Failed]; no pod is left",
        "Cluster",
        "never",
        "none",
        "all attempts failed, and no pod is left to tell why",
        "raise run.retries, or ask who deleted the pods",
        "the Job controller",
    ),
    Row(
        "QueueTimeout",
        "run.queueTimeoutSeconds and the clock, while no pod has a node",
        "Cluster",
        "never",
        "none",
        "the job waited longer than run.queueTimeoutSeconds",
        "raise it, or ask for less",
    ),
    Row(
        "StartTimeout",
        "run.startTimeoutSeconds and the clock, since the pod got its node",
        "Cluster",
        "never",
        "start timeout",
        "the trainer did not start within run.startTimeoutSeconds",
        "mend the cause and submit the job again",
    ),
    Row(
        "NotAllowed",
        "the spec and the operator's lists of what a job may name",
        "User",
        "never",
        "none",
        "the spec names something that the administrator does not allow",
        "name one of what the message lists in a new job, or ask who runs the cluster",
    ),
    Row(
        "DeadlineExceeded",
        "run.activeDeadlineSeconds and the clock; job status.conditions[Failed]",
        "User",
        "never",
        "none",
        "the job ran longer than run.activeDeadlineSeconds",
        "raise it, or train fewer epochs",
    ),
)

_TRAINERS: dict[str, tuple[Fault, str]] = {
    "InvalidSpec": ("User", "correct the manifest, delete the job and submit it again"),
    "DatasetInvalid": ("User", "correct the dataset, delete the job and submit it again"),
    "WeightsUnavailable": ("User", "check backbone.weights and its sha256, delete the job and submit it again"),
    "StorageUnavailable": ("Cluster", "check that the storage answers"),
    "Crash": ("Trainer", "the end of the log tells where"),
    "OutOfGPUMemory": ("User", "make training.batchSize or the input smaller, or freeze more"),
    "GPUNotVisible": ("Cluster", "tell who runs the cluster: the pod has a GPU that TensorFlow does not see"),
    "ExportFailed": ("User", "take the format out of output.formats; the message tells where the model itself lies"),
    "NonFiniteLoss": ("User", "lower training.optimizer.learningRate"),
    "PeerLost": ("Cluster", "it goes on from its last checkpoint"),
    "StorageDenied": ("User", "check the credentials in the Secret that secretRef names"),
    "Stalled": ("Trainer", "the end of the log tells what it waited for"),
}
"""Fault and advice of the reasons that the trainer chooses; code, retrying and meaning are the contract's."""


def _trainers() -> tuple[Row, ...]:
    return tuple(
        Row(ending.reason, f"{ENDED}.exitCode {int(ending.code)}", fault, ending.retry, "none", ending.meaning, advice)
        for ending in ENDINGS
        if ending.reason in _TRAINERS
        for fault, advice in (_TRAINERS[ending.reason],)
    )


TRAINERS: tuple[Row, ...] = _trainers()
"""The reasons that the trainer chooses itself."""
