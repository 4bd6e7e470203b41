"""Rows of what keeps a job waiting without a GPU: it may wait until run.queueTimeoutSeconds."""

from __future__ import annotations

from .row import REFUSED, SCHEDULED, Fault, Row, Speaker


def _waits(reason: str, reads: str, fault: Fault, what: str, advice: str, speaker: Speaker = "") -> Row:
    return Row(reason, reads, fault, "waits", "none", what, advice, speaker)


WITHOUT_GPU: tuple[Row, ...] = (
    Row(
        "WaitingForQuota",
        "job spec.suspend and its queue label",
        "Cluster",
        "waits",
        "none",
        "queue {queue} has not admitted the Job yet",
        "it starts when the queue has room",
        normal=True,
    ),
    _waits(
        "Unschedulable",
        SCHEDULED,
        "Cluster",
        "no node takes the pod now",
        "it starts when one has room; otherwise lower spec.resources or change spec.pod's placement",
        "the scheduler",
    ),
    _waits(
        "ResourceMissing",
        SCHEDULED,
        "Cluster",
        "no node offers what the pod asks for, however idle it is",
        "lower spec.resources, correct resources.gpuResource, or install the device plugin that offers it",
        "the scheduler",
    ),
    _waits(
        "VolumePending",
        SCHEDULED,
        "User",
        "a volume of the pod is not there",
        "check the claim: kubectl get pvc",
        "the scheduler",
    ),
    _waits(
        "NoScheduler",
        SCHEDULED,
        "User",
        "no scheduler has taken the pod up",
        "check spec.pod.schedulerName, or ask who runs the cluster",
    ),
    _waits(
        "SchedulingGated",
        SCHEDULED,
        "Cluster",
        "the pod is held back by a scheduling gate",
        "it goes on when the component that set the gate removes it",
        "the scheduler",
    ),
    _waits(
        "QuotaExceeded",
        REFUSED,
        "Cluster",
        "a quota of the namespace is used up",
        "it is tried again by itself; kubectl describe quota shows what is used",
        "the API server",
    ),
    _waits(
        "LimitExceeded",
        REFUSED,
        "User",
        "the pod is outside the namespace's limits",
        "set spec.resources within them: kubectl describe limitrange",
        "the API server",
    ),
    _waits(
        "WebhookUnavailable",
        REFUSED,
        "Cluster",
        "an admission webhook of the cluster does not answer",
        "it is tried again by itself; tell who runs the cluster",
        "the API server",
    ),
    _waits(
        "OperatorForbidden",
        "answer to a request of the operator",
        "Cluster",
        "the operator may not do this in this namespace",
        "it is tried again by itself; tell who runs the cluster to grant the operator its rights",
        "the API server",
    ),
    _waits(
        "NamespaceTerminating",
        REFUSED,
        "User",
        "the namespace is being deleted",
        "submit the job in another namespace",
        "the API server",
    ),
    _waits(
        "JobInvalid",
        "answer to the creation of the Job",
        "User",
        "the API server does not take the Job made from this spec",
        "it is tried again by itself; correct spec.pod in a new job, or tell who runs the operator",
        "the API server",
    ),
    _waits(
        "PodNotCreated",
        "job status: active, and no pod for so long; Events of the Job tell why",
        "Cluster",
        "the Job has no pod yet",
        "it is tried again by itself; kubectl describe job shows more",
        "the Job controller",
    ),
    _waits(
        "UnknownProfile",
        "spec.profile and the operator's file of profiles",
        "User",
        "there is no profile {profile}",
        "the job starts when the administrator adds it; otherwise name one of these in a new job: {names}",
    ),
    _waits(
        "NameConflict",
        "Job with the child's name: metadata.ownerReferences",
        "User",
        "Job {name} exists in namespace {namespace} and belongs to somebody else",
        "rename it or submit this job under another name",
    ),
)
