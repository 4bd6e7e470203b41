"""A proxy on loopback between a client and the API server, which makes the faults that its rules ask for."""

import asyncio
import contextlib
import ssl
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import yaml

from tests.cluster.controlplane import ControlPlane
from tests.cluster.ports import LOOPBACK, free_ports
from tests.faults.faults import Answer, Call, Cut, Delay, Hold, LoseReply, LoseRequest, OldList, Rule, WatchFault
from tests.faults.seen import Seen, understand
from tests.faults.wire import LIMIT, Head, body_pieces, chunk, read_body, read_head

T = TypeVar("T")
_STOP_SECONDS = 10.0
_BROKEN = (OSError, asyncio.IncompleteReadError, Cut, ValueError)


class FaultProxy:
    """Serves in a thread of its own; what it does not change it passes on as it is."""

    def __init__(self, cluster: ControlPlane, *, remember: int | None = None) -> None:
        """Prepares; `with` starts. Its certificate is signed by the cluster's own authority.

        `remember` is how many requests `seen` holds, the last ones; all without it.
        """
        (self._port,) = free_ports(1)
        server = urlsplit(cluster.url)
        self._upstream = (server.hostname or LOOPBACK, server.port or 443)
        pair = cluster.ca.server(f"fault-proxy-{self._port}", [LOOPBACK])
        self._serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._serving.load_cert_chain(pair.certificate, pair.key)
        self._asking = ssl.create_default_context(cafile=str(cluster.ca.path))
        self.url = f"https://{LOOPBACK}:{self._port}"
        self.seen: deque[Seen] = deque(maxlen=remember)
        self._rules: list[Rule] = []
        self._lists: dict[str, tuple[Head, bytes]] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._watches: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        self.come_back()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_away()
        self._do(self._loop.shutdown_asyncgens)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        self._loop.close()

    def kubeconfig(self, original: Path, folder: Path) -> Path:
        """A copy of a kubeconfig that leads through this proxy."""
        document = yaml.safe_load(original.read_text())
        document["clusters"][0]["cluster"]["server"] = self.url
        copy = folder / f"through-proxy-{self._port}.yaml"
        copy.touch(mode=0o600)
        copy.write_text(yaml.safe_dump(document))
        return copy

    @contextlib.contextmanager
    def faults(self, *rules: Rule, cut: bool = True) -> Iterator[None]:
        """Has these rules for a while. Watches are opened anew, so that the rules meet them, unless `cut` is false."""
        self._rules = [*rules, *self._rules]
        if cut:
            self.cut_watches()
        try:
            yield
        finally:
            self._rules = [rule for rule in self._rules if rule not in rules]
            if cut:
                self.cut_watches()

    def writes(self, namespace: str, name: str | None = None) -> list[Seen]:
        """The writes that came, refused and lost ones too; Events and the Lease left out."""
        came = [seen for seen in list(self.seen) if seen.is_write and seen.namespace == namespace]
        return [seen for seen in came if name in (None, seen.name)]

    def cut_watches(self) -> None:
        """Breaks every open watch."""
        self._do(self._cut_watches)

    def go_away(self) -> None:
        """Breaks all connections and refuses new ones, as a server does that is not there."""
        self._do(self._close)

    def come_back(self) -> None:
        """Serves again."""
        self._do(self._listen)

    def _do(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(_STOP_SECONDS)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, LOOPBACK, self._port, ssl=self._serving, limit=LIMIT, backlog=256
        )

    async def _close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        tasks = list(self._connections)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # the transports of aborted connections are closed by the loop's next rounds

    async def _cut_watches(self) -> None:
        for writer in list(self._watches):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with contextlib.suppress(*_BROKEN, asyncio.CancelledError):
                while (head := await read_head(reader)) is not None:
                    await self._serve(head, await read_body(reader, head), writer)
        finally:
            self._connections.discard(task)
            self._watches.discard(writer)
            writer.transport.abort()

    async def _serve(self, head: Head, body: bytes, writer: asyncio.StreamWriter) -> None:
        method, target, _ = head.start.split(" ")
        seen = understand(method, target, body)
        self.seen.append(seen)
        fault = next((rule.fault for rule in self._rules if rule.takes(seen)), None)
        match fault:
            case LoseRequest():
                raise Cut
            case Hold():
                await asyncio.Event().wait()
            case Delay():
                await asyncio.sleep(fault.seconds)
            case Answer():
                await _send(writer, _head_of(fault), fault.body)
                return
            case OldList() if (old := self._lists.get(seen.target)) is not None:
                await _send(writer, *old)
                return
        async with self._ask(head, body) as (answer, upstream):
            if seen.verb == "watch" and answer.start.split(" ")[1] == "200":
                await self._relay(answer, upstream, writer, fault if isinstance(fault, WatchFault) else WatchFault())
            else:
                await self._pass_on(seen, fault, (answer, await read_body(upstream, answer)), writer)

    @contextlib.asynccontextmanager
    async def _ask(self, head: Head, body: bytes) -> AsyncIterator[tuple[Head, asyncio.StreamReader]]:
        reader, writer = await asyncio.open_connection(*self._upstream, ssl=self._asking, limit=LIMIT)
        try:
            writer.write(head.encode(connection="close") + body)
            await writer.drain()
            answer = await read_head(reader)
            if answer is None:
                raise Cut
            yield answer, reader
        finally:
            writer.transport.abort()

    async def _pass_on(
        self, seen: Seen, fault: object, reply: tuple[Head, bytes], writer: asyncio.StreamWriter
    ) -> None:
        if seen.verb == "list":
            self._lists[seen.target] = reply
        if isinstance(fault, LoseReply):
            raise Cut
        if isinstance(fault, Call) and fault.reply_first:
            await _send(writer, *reply)
        if isinstance(fault, Call):
            await self._loop.run_in_executor(None, fault.action, seen)
        if not isinstance(fault, Call) or not fault.reply_first:
            await _send(writer, *reply)

    async def _relay(
        self, answer: Head, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: WatchFault
    ) -> None:
        self._watches.add(writer)
        writer.write(answer.encode(chunked=True, connection="close"))
        await writer.drain()
        async for line in fault.apply(_lines(body_pieces(upstream, answer))):
            writer.write(chunk(line))
            await writer.drain()
        writer.write(chunk(b""))
        await writer.drain()
        raise Cut


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"


async def _send(writer: asyncio.StreamWriter, head: Head, body: bytes) -> None:
    writer.write(head.encode(connection="keep-alive", content_length=str(len(body))) + body)
    await writer.drain()


def _head_of(answer: Answer) -> Head:
    headers = [("Content-Type", "application/json")]
    headers += [("Retry-After", str(answer.retry_after))] if answer.retry_after is not None else []
    return Head(f"HTTP/1.1 {answer.code} {answer.reason}", tuple(headers))
