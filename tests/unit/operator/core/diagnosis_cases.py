"""One case for each way not to run: a world of records, and the reason that it must be told with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from tests.support.builders import CHILD_UID, T0, make_child, make_condition, make_ended_pod, make_pod
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.records import Note, OtherContainer, PodRecord, Refusal, Terminated, Waiting

FEW_NODES = "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: x}, 2 Insufficient nvidia.com/gpu. "
BUSY = f"{FEW_NODES}preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No victims found"
NEVER = f"{FEW_NODES}preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
PULL = 'failed to pull and unpack image "registry.test/trainer:9": not found'
QUOTA = "exceeded quota: team, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=4, limited: 4"
SCHEDULED = make_condition("PodScheduled")


class Case(NamedTuple):
    """What is observed, and what must be said of it."""

    reason: str
    observed: Observed
    part: str
    holds_gpu: bool


def bound(**changes: Any) -> PodRecord:
    return make_pod(**{"node": "node-1", "scheduled": SCHEDULED, **changes})


def unscheduled(message: str, reason: str = "Unschedulable") -> PodRecord:
    return make_pod(scheduled=make_condition("PodScheduled", true=False, reason=reason, message=message))


def note(reason: str, message: str, uid: str = "pod-1", seconds: int = 5) -> Note:
    return Note(uid, reason, message, T0 + timedelta(seconds=seconds))


def world(*pods: PodRecord, notes: tuple[Note, ...] = (), **child: Any) -> Observed:
    return Observed(make_child(**child), pods, notes=notes)


def waits(reason: str, part: str, pod: PodRecord, *notes: Note) -> Case:
    return Case(reason, world(pod, notes=notes), part, False)


def holds(reason: str, part: str, waiting: str, message: str = "") -> Case:
    return Case(reason, world(bound(container=Waiting(waiting, message))), part, True)


def quiet(reason: str, part: str, *notes: Note) -> Case:
    return Case(reason, world(bound(container=Waiting("ContainerCreating", "")), notes=notes), part, True)


def refused(reason: str, code: int, message: str, part: str) -> Case:
    return Case(reason, Observed(refusal=Refusal(code, "Forbidden", message)), part, False)


def podless(reason: str, part: str, message: str) -> Case:
    return Case(reason, world(notes=(note("FailedCreate", message, CHILD_UID),)), part, False)


INIT = OtherContainer("setup", True, Waiting("CrashLoopBackOff", "back-off 5m0s"))

CASES: tuple[Case, ...] = (
    waits("Unschedulable", FEW_NODES.strip(), unscheduled(BUSY)),
    waits("Unschedulable", "0/0", unscheduled("0/0 nodes are available.")),
    waits(
        "Unschedulable",
        "cordoned",
        unscheduled(NEVER.replace("{gpu: x}", "{x}, 1 node(s) were unschedulable cordoned")),
    ),
    waits("ResourceMissing", "device plugin", unscheduled(NEVER)),
    waits(
        "VolumePending",
        "unbound",
        unscheduled("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
    ),
    waits("VolumePending", "get pvc", unscheduled('0/3 nodes are available: persistentvolumeclaim "data" not found.')),
    waits(
        "VolumePending",
        "no class fast",
        unscheduled("pod has unbound immediate PersistentVolumeClaims"),
        note("ProvisioningFailed", "no class fast", "claim-1"),
    ),
    waits(
        "SchedulingGated",
        "gate",
        unscheduled("Scheduling is blocked due to non-empty scheduling gates", "SchedulingGated"),
    ),
    waits("NoScheduler", "schedulerName", make_pod()),
    Case("WaitingForQuota", world(suspended=True, queue_name="team-a"), "queue team-a", False),
    podless(
        "QuotaExceeded", "used: requests.nvidia.com/gpu=4", f'Error creating: pods "flowers-x" is forbidden: {QUOTA}'
    ),
    podless(
        "QuotaExceeded", "must specify", 'Error creating: pods "f-x" is forbidden: failed quota: q: must specify cpu'
    ),
    podless(
        "LimitExceeded",
        "describe limitrange",
        'Error creating: pods "f-x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 16Gi',
    ),
    podless(
        "PodRejected",
        "hostPath",
        'Error creating: pods "f-x" is forbidden: violates PodSecurity "restricted:latest": hostPath',
    ),
    podless("PodRejected", "no tags", 'Error creating: admission webhook "images.test" denied the request: no tags'),
    podless(
        "WebhookUnavailable",
        "refused",
        'Error creating: Internal error occurred: failed calling webhook "w.test": refused',
    ),
    Case("PodNotCreated", world(), "no pod yet", False),
    refused("QuotaExceeded", 403, f'jobs.batch "flowers" is forbidden: {QUOTA}', "describe quota"),
    refused("OperatorForbidden", 403, 'jobs.batch is forbidden: User "x" cannot create resource "jobs"', "grant"),
    refused(
        "NamespaceTerminating", 403, 'unable to create new content in namespace "x" because it is being terminated', "x"
    ),
    refused("WebhookUnavailable", 500, 'Internal error occurred: failed calling webhook "w.test": timeout', "w.test"),
    refused("PodRejected", 400, 'admission webhook "w.test" denied the request: no owner', "no owner"),
    refused("PodRejected", 403, 'pods "x" is forbidden: no PriorityClass with name gold was found', "gold"),
    refused(
        "JobInvalid", 422, 'Job.batch "x" is invalid: spec.template.spec.nodeSelector: Invalid value', "nodeSelector"
    ),
    refused("JobInvalid", 413, "Request entity too large: limit is 3145728", "limit is"),
    holds("ImagePull", "registry.test/trainer:9", "ErrImagePull", PULL),
    holds(
        "ImagePull", PULL, "ImagePullBackOff", f'Back-off pulling image "registry.test/trainer:9": ErrImagePull: {PULL}'
    ),
    holds("ImagePull", "trainer:1", "ErrImageNeverPull", "pull policy is Never"),
    holds("InvalidImage", "spec.pod.image", "InvalidImageName", "couldn't parse image name"),
    holds("MissingSecret", 'secret "s3" not found', "CreateContainerConfigError", 'secret "s3" not found'),
    holds("MissingSecret", "key", "CreateContainerConfigError", "couldn't find key password in Secret team/s3"),
    holds("MissingConfig", "settings", "CreateContainerConfigError", 'configmap "settings" not found'),
    holds(
        "ContainerNotStarted",
        "runAsNonRoot",
        "CreateContainerConfigError",
        "container has runAsNonRoot and image runs as root",
    ),
    holds("ContainerNotStarted", "RunContainerError: no device", "RunContainerError", "no device"),
    quiet("MountFailed", "nfs server", note("FailedMount", "nfs server does not answer")),
    quiet(
        "MissingSecret",
        "creds",
        note("FailedMount", 'MountVolume.SetUp failed for volume "v" : secret "creds" not found'),
    ),
    quiet("SandboxFailed", "cni", note("FailedCreatePodSandBox", "plugin type cni failed")),
    quiet("PodStarting", "starts on node node-1"),
    Case("InitContainerFailed", world(bound(others=(INIT,))), "logs flowers-abcde -c setup", True),
    Case("SidecarRunning", world(make_ended_pod(0, phase="Running")), "flowers-abcde running", True),
    Case("NodeLost", world(bound(deletion_time=T0 - timedelta(minutes=3))), "node-1 does not answer", True),
)


def ended(code: int, beside: str, **changes: Any) -> PodRecord:
    other = OtherContainer(beside, False, Terminated(code, 0, "Error", "", T0, T0))
    return make_ended_pod(0, **{"phase": "Failed", "others": (other,), **changes})


def rejected(reason: str, message: str = "", **changes: Any) -> PodRecord:
    return make_pod(phase="Failed", reason=reason, message=message, node="node-1", **changes)


ENDS: tuple[tuple[str, PodRecord, str], ...] = (
    (
        "PodRejected",
        rejected("UnexpectedAdmissionError", "no healthy devices"),
        "UnexpectedAdmissionError: no healthy devices",
    ),
    ("PodRejected", rejected("OutOfcpu"), "OutOfcpu"),
    (
        "SharedGPURequest",
        rejected(
            "UnexpectedAdmissionError",
            "Allocate failed due to rpc error: code = Unknown desc = request for 'nvidia.com/gpu: 2' too large: "
            "maximum request size for shared resources is 1, which is unexpected",
        ),
        "nvidia.com/gpu: 2",
    ),
    ("PodRejected", rejected("NodeAffinity"), "NodeAffinity"),
    ("Evicted", rejected("Evicted", "low on memory"), "low on memory"),
    (
        "Evicted",
        make_ended_pod(137, disrupted=make_condition("DisruptionTarget", reason="EvictionByEvictionAPI")),
        "evicted",
    ),
    ("Evicted", rejected("Terminated", "shutting down"), "shutting down"),
    (
        "Preempted",
        make_ended_pod(143, disrupted=make_condition("DisruptionTarget", reason="PreemptionByScheduler")),
        "another",
    ),
    ("Preempted", make_ended_pod(75), "told to end"),
    (
        "NodeLost",
        make_ended_pod(137, disrupted=make_condition("DisruptionTarget", reason="DeletionByTaintManager")),
        "node-1",
    ),
    (
        "InitContainerFailed",
        rejected("", others=(OtherContainer("setup", True, Terminated(3, 0, "Error", "", T0, T0)),)),
        "code 3",
    ),
    ("SidecarFailed", ended(9, "proxy"), "container proxy beside the trainer failed with exit code 9"),
    ("Crash", make_ended_pod(0, phase="Failed"), "ended well"),
    ("Crash", make_pod(phase="Failed"), "before the trainer ran"),
    ("Crash", make_ended_pod(1), "exit code 1:"),
    ("Crash", make_ended_pod(2), "exit code 2:"),
    ("InvalidImage", make_ended_pod(126), "cannot be executed"),
    ("InvalidImage", make_ended_pod(127), "no such command"),
    (
        "InvalidImage",
        make_ended_pod(128, reason="StartError", message='exec: "python": executable file not found'),
        "python",
    ),
    ("ContainerNotStarted", make_ended_pod(128, reason="StartError", message="no nvidia runtime"), "no nvidia runtime"),
    ("Crash", make_ended_pod(134), "signal 6"),
    ("OutOfMemory", make_ended_pod(137, reason="OOMKilled"), "memory limit"),
    ("Killed", make_ended_pod(137), "signal 9"),
    ("Crash", make_ended_pod(139), "signal 11"),
    ("Killed", make_ended_pod(143), "signal 15"),
    ("Crash", make_ended_pod(159), "signal 31"),
    ("Crash", make_ended_pod(255), "exit code 255"),
)
