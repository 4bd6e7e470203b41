"""Steps that many of the operator's tests take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.cluster.api import poll
from tests.component.operator.pods import Jobs, PodPlayer, ProgressEndpoint


def training(jobs: Jobs, player: PodPlayer, name: str, **spec: Any) -> str:
    """Applies a job and starts its pod; returns the pod's name once the status says that it runs."""
    jobs.create(name, **spec)
    pod = player.run(name)
    jobs.wait_phase(name, "Running")
    return pod


@contextmanager
def standing_still(player: PodPlayer, pod: str) -> Iterator[None]:
    """The pod's progress can be asked for, and is in its first epoch all the time."""
    with ProgressEndpoint(player.address, player.uid(pod)) as endpoint:
        endpoint.say(epoch=1, epochs=10)
        yield


def let_pass(seconds: float, what: str) -> None:
    """Lets time pass in which something must not happen, or that counts by itself."""
    until = time.monotonic() + seconds
    poll(time.monotonic, lambda now: now > until, seconds + 1, what)
