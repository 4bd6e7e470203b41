"""What to do next, by phase and reason."""

from __future__ import annotations

from .fields import Object, mappings, text
from .job import has_succeeded, name_of, namespace_of, phase_of, reason_of

_RESUBMIT = "Correct the manifest, then: transferjob delete {name} && transferjob submit -f FILE"
_BY_REASON = {
    "InvalidSpec": _RESUBMIT,
    "DatasetInvalid": "Correct the dataset at {dataset}, delete the job and submit it again.",
    "WeightsUnavailable": "Check spec.backbone.weights and its sha256, delete the job and submit it again.",
    "StorageDenied": "Check the credentials in the Secret that secretRef names, delete the job and submit it again.",
    "StorageUnavailable": "Check that the storage answers, delete the job and submit it again.",
    "OutOfGPUMemory": "Make training.batchSize or the input smaller, or freeze more; then submit the job again.",
    "OutOfMemory": "Raise resources.memory or make training.batchSize smaller; then submit the job again.",
    "NonFiniteLoss": "Lower training.optimizer.learningRate; then submit the job again.",
    "GPUNotVisible": "Tell who runs the cluster: the pod has a GPU that TensorFlow does not see.",
    "Unschedulable": "It starts when a node has room; lower resources, or ask who runs the cluster.",
    "VolumePending": "Check the claim: kubectl{n} get pvc",
    "MissingSecret": "Create the Secret that secretRef names; the job goes on by itself.",
    "ImagePull": "Tell who runs the cluster: the trainer's image cannot be pulled.",
    "QuotaExceeded": "It starts when the namespace's quota has room: kubectl{n} describe quota",
}
_BY_PHASE = {
    "Pending": "transferjob status {name}{n} --watch",
    "Starting": "transferjob status {name}{n} --watch",
    "Running": "transferjob logs {name}{n} -f",
    "Restarting": "transferjob status {name}{n} --watch",
    "Failed": "transferjob logs {name}{n}",
    "Suspended": """kubectl{n} patch tj {name} --type merge -p '{{"spec":{{"run":{{"suspend":false}}}}}}'""",
}


def next_step(job: Object) -> str:
    """One sentence or command; empty when there is nothing to do."""
    if has_succeeded(job):
        return _use_the_model(job)
    template = _BY_REASON.get(reason_of(job).word) or _BY_PHASE.get(phase_of(job), "")
    namespace = namespace_of(job)
    option = f" -n {namespace}" if namespace and namespace != "default" else ""
    return template.format(name=name_of(job), n=option, dataset=text(job, "spec", "dataset", "uri") or "its URI")


def _use_the_model(job: Object) -> str:
    for artifact in mappings(job, "status", "result", "artifacts"):
        if text(artifact, "format") == "Keras" and text(artifact, "uri"):
            return f"Copy {text(artifact, 'uri')} and load it with keras.saving.load_model."
    return "Its .keras file loads with keras.saving.load_model." if text(job, "status", "result", "modelURI") else ""
