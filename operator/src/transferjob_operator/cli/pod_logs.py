"""The trainer's log, from the pod that runs or ran."""

from __future__ import annotations

import codecs
import sys
import time
from collections.abc import Iterator
from typing import Any

from transferjob_trainer.contract.environment import CONTAINER_NAME

from ..kube.errors import ApiError, Invalid, NotFound
from ..kube.rest import PODS, list_page
from . import requests
from .cluster import Cluster, Job
from .errors import CliError
from .exit_codes import ExitCode
from .output import note
from .views.fields import clean, text
from .views.job import is_over, name_of, namespace_of, phase_of, reason_of

_IDLE_SECONDS = 24 * 3600.0
_POLL_SECONDS = 0.5

Pod = dict[str, Any]


def print_logs(cluster: Cluster, job: Job, tail: int | None) -> None:
    """Prints what the newest pod has logged, else what status kept; raises CliError when there is nothing."""
    pod = newest_pod(cluster, job)
    if pod is None:
        _print_kept(job, tail)
        return
    try:
        _print_stream(cluster, pod, follow=False, tail=tail)
    except (Invalid, NotFound) as error:
        raise _nothing_yet(job) from error


def follow_logs(cluster: Cluster, job: Job, tail: int | None) -> None:
    """Prints the log as it grows, of one pod after another, until the job has an outcome and its last pod has ended."""
    printed: set[str] = set()
    while True:
        pod = newest_pod(cluster, job)
        if pod is not None and pod["metadata"]["uid"] not in printed:
            if printed:
                note(f"--- a new attempt: pod {pod['metadata']['name']} ---")
            if _followed(cluster, pod, tail):
                printed.add(pod["metadata"]["uid"])
        elif is_over(job):
            if not printed:
                _print_kept(job, tail)
            return
        time.sleep(_POLL_SECONDS)
        job = cluster.get(name_of(job))


def _followed(cluster: Cluster, pod: Pod, tail: int | None) -> bool:
    """Whether there was a log to follow; False while the container has not started."""
    try:
        _print_stream(cluster, pod, follow=True, tail=tail)
    except (Invalid, NotFound):
        return text(pod, "status", "phase") in ("Succeeded", "Failed")
    return True


def newest_pod(cluster: Cluster, job: Job) -> Pod | None:
    """The pod of the newest attempt, of several workers the chief's. Raises CliError."""
    child = text(job, "status", "jobName")
    if not child:
        return None
    selector = f"batch.kubernetes.io/job-name={child}"
    with cluster.explained():
        pods = cluster.send(list_page(PODS, namespace_of(job), label_selector=selector))["items"]
    return max(pods, key=lambda pod: (str(pod["metadata"]["creationTimestamp"]), _index(pod)), default=None)


def _index(pod: Pod) -> int:
    """Of workers that started together, the chief has index 0 and the whole log."""
    labels = pod["metadata"].get("labels") or {}
    index = str(labels.get("batch.kubernetes.io/job-completion-index", "0"))
    return -int(index) if index.isdecimal() else 0


def _print_stream(cluster: Cluster, pod: Pod, *, follow: bool, tail: int | None) -> None:
    """Raises Invalid or NotFound when the container has no log (yet)."""
    metadata = pod["metadata"]
    request = requests.logs(metadata["namespace"], metadata["name"], CONTAINER_NAME, follow=follow, tail=tail)
    try:
        with cluster.client.open_stream(request, idle_timeout=_IDLE_SECONDS) as stream:
            for piece in decoded(stream.chunks()):
                sys.stdout.write(piece)
                sys.stdout.flush()
    except (Invalid, NotFound):
        raise
    except ApiError as error:
        with cluster.explained():
            raise error


def decoded(chunks: Iterator[bytes]) -> Iterator[str]:
    """UTF-8 text of pieces that may end inside a character, without control characters."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for chunk in chunks:
        yield clean(decoder.decode(chunk))
    yield clean(decoder.decode(b"", final=True))


def _print_kept(job: Job, tail: int | None) -> None:
    kept = text(job, "status", "failure", "logTail") or text(job, "status", "lastRestart", "logTail")
    if not kept:
        raise _nothing_yet(job)
    note("The pod is gone; these are the last lines that the job's status kept.")
    lines = kept.rstrip("\n").splitlines()
    for line in lines[max(0, len(lines) - tail) :] if tail is not None else lines:
        print(line)


def _nothing_yet(job: Job) -> CliError:
    why = str(reason_of(job))
    because = f" ({why})" if why and not is_over(job) else ""
    return CliError(
        f"TransferJob {name_of(job)} has no log: it is {phase_of(job)}{because} and has no pod that ran.",
        ExitCode.NOT_FOUND,
    )
