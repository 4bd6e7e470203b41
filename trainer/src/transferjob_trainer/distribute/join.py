"""How the workers of one attempt find each other.

The chief begins: it says to worker 1 who it is, worker 1 says so to worker 2, and the last one to the chief. So each
learns the attempt's id, the chief's pod UID, and a worker that belongs to an earlier attempt closes no ring.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

from pydantic import ValidationError

from ..contract.base import Document
from ..errors import PeerLost
from .link import Links, Waiting
from .peers import Peers
from .ring import Ring

JOIN_SECONDS = 600.0
"""For all workers to be there: pods of one Job may have to wait for nodes and images."""
GREETING_SECONDS = 5.0
"""For a stranger who connects and says nothing."""
MAX_GREETING_BYTES = 1024
_RETRY_SECONDS = 0.3
_WELCOME = b"\x01"

Say = Callable[[str], None]


class Greeting(Document):
    """What a worker says to the next one: a line of JSON."""

    job: str
    """UID of the job."""
    attempt: str
    """The chief's pod UID."""
    workers: int
    """How many there are."""
    worker: int
    """Index of the one that greets."""


def join(
    peers: Peers, address: str, job: str, pod_uid: str, waiting: Waiting, seconds: float = JOIN_SECONDS
) -> tuple[Ring, str]:
    """Waits for the other workers; gives the ring and the attempt's id.

    Args:
        peers: who they are.
        address: where this worker listens.
        job: UID of the job.
        pod_uid: of this worker; the chief's becomes the attempt's id.
        waiting: called about once a second while nothing happens.
        seconds: for all to be there.

    Raises:
        PeerLost: they were not, and the message says which one was missing.
        OSError: the port cannot be listened on.
    """
    with socket.create_server((address, peers.places[peers.index][1]), backlog=16) as listener:
        joining = _Joining(peers, listener, job, waiting, monotonic() + seconds)
        return joining.as_chief(pod_uid) if peers.index == 0 else joining.as_other()


class _Joining:
    def __init__(self, peers: Peers, listener: socket.socket, job: str, waiting: Waiting, deadline: float) -> None:
        self._peers, self._listener, self._job = peers, listener, job
        self._waiting, self._deadline = waiting, deadline

    def as_chief(self, attempt: str) -> tuple[Ring, str]:
        after = self._greeted(attempt, before=None)
        assert after is not None
        before, _ = self._accepted(attempt)
        return self._ring(before, after), attempt

    def as_other(self) -> tuple[Ring, str]:
        while True:
            before, attempt = self._accepted(None)
            after = self._greeted(attempt, before)
            if after is not None:
                return self._ring(before, after), attempt
            before.close()

    def _ring(self, before: socket.socket, after: socket.socket) -> Ring:
        return Ring(self._peers.index, self._peers.count, Links(before, after, self._waiting))

    def _greeted(self, attempt: str, before: socket.socket | None) -> socket.socket | None:
        """A connection to the next worker, which has welcomed us; None when the one before is gone meanwhile."""
        following = (self._peers.index + 1) % self._peers.count
        own = Greeting(job=self._job, attempt=attempt, workers=self._peers.count, worker=self._peers.index)
        while before is None or not _ended(before):
            self._must_go_on(f"worker {following} at {self._peers.places[following][0]} did not answer")
            after = self._connected(following)
            if after is None:
                continue
            after.sendall(own.model_dump_json(by_alias=True).encode() + b"\n")
            if self._welcomed(after, before):
                return after
            after.close()
            sleep(_RETRY_SECONDS)
        return None

    def _connected(self, following: int) -> socket.socket | None:
        try:
            return socket.create_connection(self._peers.places[following], timeout=GREETING_SECONDS)
        except OSError:  # not there yet: its name, its pod or its process
            self._waiting()
            sleep(_RETRY_SECONDS)
            return None

    def _welcomed(self, after: socket.socket, before: socket.socket | None) -> bool:
        """The next worker answers when it is at that point, which may take as long as for the others to come."""
        while before is None or not _ended(before):
            self._must_go_on("the next worker did not answer")
            if select.select([after], [], [], 1.0)[0]:
                with suppress(OSError):
                    return after.recv(1) == _WELCOME
                return False
            self._waiting()
        return False

    def _accepted(self, attempt: str | None) -> tuple[socket.socket, str]:
        """A connection from the worker before, and the attempt that it belongs to."""
        previous = (self._peers.index - 1) % self._peers.count
        while True:
            self._must_go_on(f"worker {previous} did not come")
            if not select.select([self._listener], [], [], 1.0)[0]:
                self._waiting()
                continue
            link, _ = self._listener.accept()
            greeting = _heard(link)
            if greeting is not None and self._is_ours(greeting, previous, attempt) and _answered(link):
                return link, greeting.attempt
            link.close()

    def _is_ours(self, greeting: Greeting, previous: int, attempt: str | None) -> bool:
        place = (greeting.job, greeting.worker, greeting.workers)
        return place == (self._job, previous, self._peers.count) and attempt in (None, greeting.attempt)

    def _must_go_on(self, missing: str) -> None:
        if monotonic() > self._deadline:
            raise PeerLost(f"the workers of this attempt did not come together: {missing}")


def _heard(link: socket.socket) -> Greeting | None:
    """What somebody who has connected says; None when that is no greeting."""
    deadline, heard = monotonic() + GREETING_SECONDS, b""
    try:
        while not heard.endswith(b"\n") and len(heard) < MAX_GREETING_BYTES:
            link.settimeout(max(0.01, deadline - monotonic()))
            more = link.recv(MAX_GREETING_BYTES - len(heard))
            if not more:
                return None
            heard += more
        return Greeting.model_validate_json(heard)
    except (OSError, ValidationError):
        return None


def _answered(link: socket.socket) -> bool:
    try:
        link.sendall(_WELCOME)
    except OSError:
        return False
    return True


def _ended(link: socket.socket) -> bool:
    """Whether the other side has closed; nothing is taken from the connection."""
    if not select.select([link], [], [], 0)[0]:
        return False
    try:
        return link.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True
