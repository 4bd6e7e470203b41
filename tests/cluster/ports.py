"""Free TCP ports on loopback."""

import contextlib
import random
import socket

LOOPBACK = "127.0.0.1"

# Below the kernel's range for outgoing connections: a port that is released and taken again later (a restarted server)
# cannot be lost to a client in between.
_LOWEST, _HIGHEST = 20000, 32000


def free_ports(count: int) -> list[int]:
    """`count` different ports that nothing on loopback listens on.

    Raises RuntimeError when the range is exhausted.
    """
    chosen: list[int] = []
    with contextlib.ExitStack() as held:
        for port in random.sample(range(_LOWEST, _HIGHEST), _HIGHEST - _LOWEST):
            if len(chosen) == count:
                return chosen
            probe = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind((LOOPBACK, port))
                chosen.append(port)
    raise RuntimeError(f"no {count} free ports between {_LOWEST} and {_HIGHEST} on {LOOPBACK}")
