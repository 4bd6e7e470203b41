"""The promises of the operator, one line each, in groups: what `make checklist` asks a test for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SOAK = "make soak"


@dataclass(frozen=True)
class Line:
    """One promise."""

    number: int
    group: str
    words: str
    whole: str = ""
    """Command that proves at full size what the tests prove scaled down."""


GROUPS: dict[str, tuple[str, ...]] = {
    "A process that dies": (
        "Killed at any single write of any path, and started again: the end is that of an undisturbed run",
        "No decision rests on what only the process remembers",
        "The outcome stands in the status, acknowledged, before a child is removed",
        "The same pod is never counted twice",
    ),
    "A view that is old or has gaps": (
        "A cache behind our own write: no second child, no second count, no wrong failure",
        "Old data after a restart: no successor of the same name is deleted",
        "Events lost, swapped or doubled: a full comparison repairs it within one period",
        "Deleted and made again under the same name while nobody watched: a new job, no old child adopted",
        "A child that others delete comes back while its job runs, and never after its end",
        "A child's labels or owner edited by hand, a stranger under its name: told, not adopted, not overwritten",
    ),
    "Errors of the API server": (
        "409 on creation: success where the child is ours, NameConflict where it is another's",
        "409 on a change: read anew and decided anew, no field of another writer lost",
        "410 on a watch or a page: a new list, no hot loop",
        "A half-open connection is left after the limit of silence; a loop that stalls makes liveness red",
        "429, 500, 503, time-outs, new tokens and certificates, ten minutes away: no restart, jobs untouched",
        "A reply that was lost: the repetition changes nothing",
        "403, a resource that is not installed, 413 and 422: told in the job, and others go on",
        "Quota, limits, Pod Security, webhooks that are away or slow: told with the reason and tried again",
    ),
    "Concurrency and leadership": (
        "Of two replicas one writes; the late writes of a leader that was paused harm nothing",
        "A key is in one worker's hands only; a slow or failing one keeps no other waiting",
        "Suspension, selectors and tolerations that others set on the child are not fought over",
        "Writers of status and of spec race and lose nothing of each other",
    ),
    "Time": (
        "Clocks that jump, time suspended, a time to live of 0 or over a restart, timers far ahead: all exact",
        "A deadline at the moment of success: success wins, decided once, and the end never changes",
        "Timers survive a restart, and 10,000 at one moment keep no change waiting",
    ),
    "Pods and nodes that fail": (
        "Each exit code, init containers and sidecars: told apart, each with its reason",
        "What cannot start is diagnosed and gives its GPU back; what waits without a GPU waits",
        "A lost node, eviction, preemption, drain: a disruption, not the user's fault, resumed from the checkpoint",
        "SIGTERM ignored or in mid-write, half-written checkpoints, retries used up exactly at the limit",
        "A worker that dies leaves no other hanging; standing still is TrainingStalled, suspended is not",
        "Unknown devices, MIG names, shares of a GPU that admission refuses",
    ),
    "Life of a job": (
        "Deleted in every state with each policy, in a namespace that ends, without an operator: nothing is stuck",
        "Suspended and resumed in every state, a hundred times: no residue",
        "Immutable fields are refused, others act, there and back again is as if nothing was",
        "The resource upgraded and downgraded under live objects; old objects; a status missing or garbled",
        "An upgrade of the operator restarts no pod; SIGTERM ends the write in flight and gives up the lease",
    ),
    "Edges of the spec": (
        "Names of 63 and 253 characters, with one beginning, with dots, with a digit first",
        "Bounds, null, empty, duplicates, any script, 10 kB, 1 MB, odd quantities, wrong case, odd URIs",
        "A freeze count too high, an unknown backbone, wrong classes, no data: told before a GPU is held",
        "Injection, paths that climb, secrets of other namespaces: harmless or refused",
    ),
    "Load": (
        "Thousands of jobs: throughput, delay, memory and writes a job within bounds",
        "Progress of a thousand at once: one bounded write a job in an interval",
        "Series, memory, threads and descriptors stay flat however many jobs came and went",
        "Nothing changes: nothing is written",
    ),
    "Property": ("Any schedule of edits, faults, crashes and delays comes to rest: status true, one child, no orphan",),
}
"""Words of the lines by group; the number of a line is its place."""

WHOLE = {15: SOAK, 41: SOAK, 43: SOAK}


def _lines() -> Iterator[Line]:
    every = ((group, words) for group, lines in GROUPS.items() for words in lines)
    for number, (group, words) in enumerate(every, 1):
        yield Line(number, group, words, WHOLE.get(number, ""))


LINES: tuple[Line, ...] = tuple(_lines())
