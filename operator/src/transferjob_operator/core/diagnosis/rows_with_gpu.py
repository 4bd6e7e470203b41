"""Rows of what keeps a pod that holds a node, and its GPUs, from starting: it has run.startTimeoutSeconds."""

from __future__ import annotations

from .row import ENDED, STARTING, WAITING, Fault, Hold, Retried, Row


def _holds(reason: str, reads: str, fault: Fault, what: str, advice: str, *, hopeless: bool = False) -> Row:
    hold: Hold = "none" if hopeless else "start timeout"
    retried: Retried = "never" if hopeless else "waits"
    return Row(reason, reads, fault, retried, hold, what, advice, "the kubelet", hopeless)


WITH_GPU: tuple[Row, ...] = (
    _holds(
        "ImagePull",
        WAITING,
        "User",
        "the image {image} cannot be pulled",
        "check its name and tag, spec.pod.imagePullSecrets, and that the node reaches the registry",
    ),
    _holds(
        "InvalidImage",
        f"{WAITING}; {ENDED}",
        "User",
        "the image {image} cannot be used",
        "correct spec.pod.image: it must name an image that holds the trainer",
        hopeless=True,
    ),
    _holds(
        "MissingSecret",
        WAITING,
        "User",
        "a Secret that the container needs is not there",
        "create it in the job's namespace; the job then goes on by itself",
    ),
    _holds(
        "MissingConfig",
        WAITING,
        "User",
        "a ConfigMap that the container needs is not there",
        "create it in the job's namespace; the job then goes on by itself",
    ),
    _holds(
        "MountFailed",
        STARTING,
        "Cluster",
        "a volume of the pod cannot be mounted on node {node}",
        "check the claim and its storage: kubectl describe pod {pod}",
    ),
    _holds(
        "SandboxFailed",
        STARTING,
        "Cluster",
        "node {node} cannot set up the pod's sandbox",
        "tell who runs the cluster: network plugin or runtimeClassName of that node",
    ),
    _holds(
        "ContainerNotStarted",
        f"{WAITING}; {ENDED}",
        "User",
        "the container cannot be started",
        "check spec.pod: image, env, volumes and security settings must fit together",
    ),
    _holds(
        "InitContainerFailed",
        "pod status.initContainerStatuses",
        "Cluster",
        "the init container {container}, which something in the cluster added, does not get done",
        "kubectl logs {pod} -c {container} shows why",
    ),
    Row(
        "SidecarRunning",
        f"{ENDED}; pod status.phase still Running",
        "Cluster",
        "free",
        "one minute",
        "the trainer has ended, and a container beside it keeps pod {pod} running",
        "how the trainer ended counts, and the pod is deleted so that its GPU is free; "
        "keep injected sidecars out of training pods, or make them native sidecars",
        "the kubelet",
    ),
    Row(
        "ProgressUnknown",
        "GET /progress of the pod, asked every few seconds",
        "Cluster",
        "waits",
        "until it ends",
        "pod {pod} runs on node {node}, and its progress cannot be read since {since}",
        "the job goes on; a NetworkPolicy may keep the operator from port 8080 of the pod",
    ),
    Row(
        "PodStarting",
        "pod spec.nodeName; nothing of it runs yet",
        "Cluster",
        "waits",
        "start timeout",
        "pod {pod} starts on node {node}",
        "the first pull of a large image takes minutes",
        "the kubelet",
        normal=True,
    ),
)
