"""Loopback addresses: one /16 of 127.0.0.0/8 for each node, one address of it for each pod."""

from __future__ import annotations

import contextlib
import random
import socket
from ipaddress import IPv4Address

KUBELET_PORT = 10250
_PODS = 65_000


class NoAddressError(Exception):
    """No loopback range, or no address in it, is free; the message says which."""


def claim_node_address() -> socket.socket:
    """Takes a free range 127.N.0.0/16 by listening on 127.N.0.1:10250; raises NoAddressError when all are taken.

    The kernel is the registry: while the socket is open no other node on this machine gets the range, and it is free
    again however the node ends.
    """
    for second in random.sample(range(2, 255), 253):
        with contextlib.suppress(NoAddressError):
            return listen_on(f"127.{second}.0.1")
    raise NoAddressError(f"no loopback range is free: port {KUBELET_PORT} is taken on every 127.N.0.1, N from 2 to 254")


def listen_on(address: str) -> socket.socket:
    """Takes the range of one address 127.N.0.1; raises NoAddressError when another node has it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, KUBELET_PORT))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise NoAddressError(f"cannot listen on {address}:{KUBELET_PORT}: {error.strerror}") from error
    return listener


class PodAddresses:
    """The pod addresses of one node, handed out in turn so that one comes back as late as possible."""

    def __init__(self, node_address: str) -> None:
        self._base = int(IPv4Address(node_address))
        self._next = 0
        self._held: set[str] = set()

    def take(self) -> str:
        """Gives an address that no living pod of this node has; raises NoAddressError."""
        for _ in range(_PODS):
            self._next = self._next % _PODS + 1
            address = str(IPv4Address(self._base + self._next))
            if address not in self._held:
                self._held.add(address)
                return address
        raise NoAddressError(f"all {_PODS} pod addresses of this node are in use")

    def give_back(self, address: str) -> None:
        """Frees the address of a pod that is gone."""
        self._held.discard(address)
