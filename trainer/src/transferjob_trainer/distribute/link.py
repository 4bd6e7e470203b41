"""Bytes to the next worker and from the one before, at once, with an end when nobody moves."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from time import monotonic

from ..errors import PeerLost

SILENT_SECONDS = 1800.0
"""Without a byte, after which a peer counts as lost, before training. A process that dies is noticed at once and a
machine within DEAD_SECONDS; a peer that reads its pictures more slowly is waited for. Less is borne while all train."""
DEAD_SECONDS = 30
"""A machine that answers no probe for so long is gone."""
_PROBES = 4
_LOOK_SECONDS = 1.0

Waiting = Callable[[], None]
"""Called once a second while nothing comes."""


def prepare(link: socket.socket) -> None:
    """Small messages go at once, and a machine that is gone is noticed though nothing is sent to it."""
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, DEAD_SECONDS // 3)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, DEAD_SECONDS // (_PROBES + 2))
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_SECONDS * 1000)
    link.setblocking(False)


class Links:
    """The two connections of a worker in the ring."""

    def __init__(self, before: socket.socket, after: socket.socket, waiting: Waiting) -> None:
        """Takes connections over.

        Args:
            before: from the worker before; read only.
            after: to the next worker; written only.
            waiting: see Waiting.
        """
        self._before, self._after, self._waiting = before, after, waiting
        self.patience = SILENT_SECONDS
        """Seconds without a byte that are borne."""
        for link in (before, after):
            prepare(link)

    def move(self, out: memoryview, into: memoryview) -> None:
        """Sends `out` to the next worker and fills `into` from the one before; both at once, for all send at once.

        Raises:
            PeerLost: a connection ended, or nothing moved for as long as patience lasts.
        """
        moved = monotonic()
        with selectors.DefaultSelector() as ready:
            if out:
                ready.register(self._after, selectors.EVENT_WRITE)
            if into:
                ready.register(self._before, selectors.EVENT_READ)
            while out or into:
                events = ready.select(_LOOK_SECONDS)
                if events:
                    moved = monotonic()
                elif monotonic() - moved > self.patience:
                    raise PeerLost(f"the neighbouring workers said nothing for {self.patience:.0f} s")
                else:
                    self._waiting()
                for key, _ in events:
                    if key.fileobj is self._after:
                        out = self._sent(out)
                        left = out
                    else:
                        into = self._received(into)
                        left = into
                    if not left:
                        ready.unregister(key.fileobj)

    def close(self) -> None:
        """Ends both connections."""
        self._before.close()
        self._after.close()

    def _sent(self, out: memoryview) -> memoryview:
        try:
            return out[self._after.send(out) :]
        except OSError as error:
            raise PeerLost(f"the next worker is gone ({error.strerror or error})") from None

    def _received(self, into: memoryview) -> memoryview:
        try:
            count = self._before.recv_into(into)
        except OSError as error:
            raise PeerLost(f"the worker before is gone ({error.strerror or error})") from None
        if not count:
            raise PeerLost("the worker before has closed its connection")
        return into[count:]
