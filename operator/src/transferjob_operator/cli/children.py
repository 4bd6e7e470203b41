"""What runs for a job, and what the cluster tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.naming import OWNER_UID_LABEL
from ..kube.errors import ApiError, Forbidden, NotFound
from ..kube.rest import CORE_EVENTS, JOBS, PODS, get, list_page, list_selected
from .cluster import Cluster, Job
from .views.events import Told, told
from .views.fields import mappings, text
from .views.job import namespace_of

_MOST_EVENTS = 200
"""Of one object."""
_MOST_PODS = 20

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Children:
    """Objects of a job; `hidden` names kinds that may not be read."""

    jobs: list[Found]
    pods: list[Found]
    hidden: list[str]


def children_of(cluster: Cluster, job: Job) -> Children:
    """The child Job and its pods, newest last. What may not be read is left out. Raises CliError."""
    namespace, hidden = namespace_of(job), []
    jobs: list[Found] = []
    pods: list[Found] = []
    with cluster.explained():
        name = text(job, "status", "jobName")
        try:
            jobs = [dict(cluster.send(get(JOBS, namespace, name)))] if name else []
        except NotFound:
            jobs = []
        except Forbidden:
            hidden.append("Jobs")
        try:
            selector = f"{OWNER_UID_LABEL}={job['metadata']['uid']}"
            pods = list(cluster.send(list_page(PODS, namespace, label_selector=selector))["items"])
        except Forbidden:
            hidden.append("pods")
    pods.sort(key=lambda pod: (text(pod, "metadata", "creationTimestamp"), text(pod, "metadata", "name")))
    return Children(jobs, pods, hidden)


def events_of(cluster: Cluster, job: Job, children: Children) -> list[Told]:
    """Events of a job, its child Job and its newest pods, oldest first.

    Raises:
        ApiError: they may not be read, or the server does not answer.
    """
    objects = [job, *children.jobs, *children.pods[-_MOST_PODS:]]
    found = []
    for item in objects:
        selector = f"involvedObject.uid={item['metadata']['uid']}"
        page = cluster.send(list_selected(CORE_EVENTS, namespace_of(job), selector, _MOST_EVENTS))
        found += [told(event) for event in mappings(page, "items")]
    return sorted(found, key=lambda event: event.time)


def events_or_why(cluster: Cluster, job: Job, children: Children) -> tuple[list[Told], str]:
    """Events, or none and why."""
    try:
        return events_of(cluster, job, children), ""
    except Forbidden:
        return [], "you have no right to read Events here"
    except ApiError as error:
        return [], f"Events cannot be read: {error.reason}"
