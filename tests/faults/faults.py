"""What can go wrong between a client and the API server, and the rules that say when it does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from tests.faults.seen import Seen

Lines = AsyncIterator[bytes]
WRITES = frozenset({"create", "update", "patch", "delete"})


class Cut(Exception):
    """The connection ends here, without a word."""


@dataclass(frozen=True)
class Answer:
    """The proxy answers in the server's place; the server hears nothing."""

    code: int
    reason: str
    retry_after: int | None = None
    message: str = "a fault of the test"

    @property
    def body(self) -> bytes:
        """The Status object."""
        status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "metadata": {}}
        return json.dumps({**status, "code": self.code, "reason": self.reason, "message": self.message}).encode()


@dataclass(frozen=True)
class LoseRequest:
    """The connection breaks before the server has heard anything."""


@dataclass(frozen=True)
class LoseReply:
    """The server has done it, and the connection breaks before the answer comes."""


@dataclass(frozen=True)
class Hold:
    """Half open: the connection stays and nothing ever comes; the server hears nothing."""


@dataclass(frozen=True)
class Delay:
    """The request waits so many seconds on its way."""

    seconds: float


@dataclass(frozen=True)
class OldList:
    """A list is the last one from before the fault, whatever has happened since."""


@dataclass(frozen=True)
class Call:
    """The test does something between the server's answer and its client, or just after the client has got it."""

    action: Callable[[Seen], None]
    reply_first: bool = False


class WatchFault:
    """Changes the lines of a watch."""

    async def apply(self, lines: Lines) -> Lines:
        """The lines that the client gets."""
        async for line in lines:
            yield line


@dataclass(frozen=True)
class CutAfter(WatchFault):
    """The watch breaks after so many events."""

    events: int

    async def apply(self, lines: Lines) -> Lines:
        left = self.events
        async for line in lines:
            yield line
            left -= is_news(line)
            if left <= 0:
                raise Cut


@dataclass(frozen=True)
class SilentAfter(WatchFault):
    """Half open: after so many events nothing comes any more, and nothing ends."""

    events: int

    async def apply(self, lines: Lines) -> Lines:
        left = self.events
        async for line in lines:
            if left <= 0:
                await asyncio.Event().wait()
            yield line
            left -= is_news(line)


@dataclass(frozen=True)
class ExpiredAfter(WatchFault):
    """The watch ends with 410 after so many events."""

    events: int

    async def apply(self, lines: Lines) -> Lines:
        left = self.events
        async for line in lines:
            if left <= 0:
                yield json.dumps({"type": "ERROR", "object": json.loads(Answer(410, "Expired").body)}).encode() + b"\n"
                return
            yield line
            left -= is_news(line)


@dataclass(frozen=True)
class Twice(WatchFault):
    """Each event comes twice."""

    async def apply(self, lines: Lines) -> Lines:
        async for line in lines:
            yield line
            yield line


@dataclass(frozen=True)
class Late(WatchFault):
    """Each event comes so many seconds later."""

    seconds: float

    async def apply(self, lines: Lines) -> Lines:
        async for line in lines:
            await asyncio.sleep(self.seconds)
            yield line


@dataclass(frozen=True)
class Swapped(WatchFault):
    """Each event comes behind the one that follows it, or is followed by itself where none does."""

    async def apply(self, lines: Lines) -> Lines:
        held: bytes | None = None
        async for line in lines:
            yield line
            if held is not None:
                yield held
            held = line


@dataclass(frozen=True)
class Lost(WatchFault):
    """Of so many events one comes; bookmarks do, so that the client does not know what it missed."""

    of: int

    async def apply(self, lines: Lines) -> Lines:
        count = 0
        async for line in lines:
            count += is_news(line)
            if not is_news(line) or count % self.of == 0:
                yield line


Fault = Answer | LoseRequest | LoseReply | Hold | Delay | OldList | Call | WatchFault


@dataclass(eq=False)
class Rule:
    """Which requests a fault befalls: of those that fit, every so many-th from the first on, so many times."""

    fault: Fault
    verbs: frozenset[str] | set[str] = WRITES
    resource: str | None = None
    namespace: str | None = None
    name: str | None = None
    first: int = 1
    every: int = 1
    times: int | None = None
    fitting: int = field(default=0, init=False)
    hits: int = field(default=0, init=False)

    def takes(self, seen: Seen) -> bool:
        """Whether this request is befallen; counts."""
        if not self._fits(seen) or (self.times is not None and self.hits >= self.times):
            return False
        self.fitting += 1
        hit = self.fitting >= self.first and (self.fitting - self.first) % self.every == 0
        self.hits += hit
        return hit

    def _fits(self, seen: Seen) -> bool:
        wanted = ((self.resource, seen.resource), (self.namespace, seen.namespace), (self.name, seen.name))
        background = seen.verb in WRITES and not seen.is_write and self.resource is None
        return seen.verb in self.verbs and not background and all(want in (None, got) for want, got in wanted)


def is_news(line: bytes) -> bool:
    """Whether a line of a watch is about an object."""
    return bool(line.strip()) and b'"type":"BOOKMARK"' not in line[:32]
