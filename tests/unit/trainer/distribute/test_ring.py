"""Workers as threads with real connections."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.cluster.ports import LOOPBACK, free_ports
from transferjob_trainer.distribute.join import join
from transferjob_trainer.distribute.peers import Peers
from transferjob_trainer.distribute.ring import Ring
from transferjob_trainer.errors import PeerLost

ADDING = """
import numpy as np
from transferjob_trainer.distribute.join import join
from transferjob_trainer.distribute.peers import Peers
from transferjob_trainer.errors import PeerLost
ring, _ = join(Peers(1, {places!r}), "127.0.0.1", "job", "pod-1", lambda: None, 20.0)
try:
    while True:
        ring.total(np.ones(4))
except PeerLost:
    print("lost")
"""

Work = Callable[[Ring, int], Any]


def together(
    count: int, work: Work, *, jobs: list[str] | None = None, seconds: float = 20.0, within: float = 30.0
) -> list[Any]:
    """What each worker's work returned or raised; all must be done within so many seconds."""
    places = tuple((LOOPBACK, port) for port in free_ports(count))
    made: list[Any] = [None] * count

    def one(index: int) -> None:
        try:
            job = jobs[index] if jobs else "job"
            ring, attempt = join(Peers(index, places), LOOPBACK, job, f"pod-{index}", lambda: None, seconds)
            assert attempt == "pod-0"
            try:
                made[index] = work(ring, index)
            finally:
                ring.close()
        except PeerLost as error:
            made[index] = error

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(within)
    assert not any(thread.is_alive() for thread in threads)
    return made


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("size", [1, 7, 300_001])
def test_all_get_the_same_bits_of_the_sum(count: int, size: int) -> None:
    values = np.random.default_rng(0).normal(size=(count, size)).astype(np.float32)
    sums = together(count, lambda ring, index: ring.total(values[index]))
    for one in sums:
        assert one.tobytes() == sums[0].tobytes()
    np.testing.assert_allclose(sums[0], values.astype(np.float64).sum(axis=0), rtol=1e-5, atol=1e-5)


def test_what_the_chief_says_all_hear() -> None:
    words = np.random.default_rng(1).bytes(3_000_000)
    assert together(3, lambda ring, index: ring.tell(words if index == 0 else None)) == [words] * 3


@pytest.mark.parametrize("lost", [0, 2])
def test_who_leaves_is_missed_at_once_by_all(lost: int) -> None:
    def work(ring: Ring, index: int) -> float:
        ring.total(np.ones(8))
        if index != lost:
            ring.total(np.ones(1_000_000))
        return 1.0

    started = time.monotonic()
    made = together(4, work)
    assert time.monotonic() - started < 5
    assert [type(one) for index, one in enumerate(made) if index != lost] == [PeerLost] * 3


def _add_for_ever(ring: Ring) -> None:
    while True:
        ring.total(np.ones(4))


def test_who_is_frozen_is_lost_when_patience_ends_and_learns_it_when_he_thaws() -> None:
    places = tuple((LOOPBACK, port) for port in free_ports(2))
    code = ADDING.format(places=places)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as peer:
        try:
            ring, _ = join(Peers(0, places), LOOPBACK, "job", "pod-0", lambda: None, 20.0)
            ring.be_patient(1.0)
            for _ in range(3):
                assert ring.total(np.ones(4)).tolist() == [2.0] * 4
            peer.send_signal(signal.SIGSTOP)
            with pytest.raises(PeerLost, match="said nothing for 1 s"):
                _add_for_ever(ring)
            ring.close()
            peer.send_signal(signal.SIGCONT)
            assert peer.communicate(timeout=10)[0] == "lost\n"
        finally:
            peer.kill()


def test_workers_that_do_not_do_the_same_end() -> None:
    made = together(2, lambda ring, index: ring.total(np.ones(10 if index else 12)))
    assert all("out of step" in str(one) or "gone" in str(one) or "closed" in str(one) for one in made)
    assert any("out of step" in str(one) for one in made)


def test_who_never_comes_is_named_when_the_time_is_over() -> None:
    places = tuple((LOOPBACK, port) for port in free_ports(2))
    with pytest.raises(PeerLost, match=r"worker 1 at 127\.0\.0\.1 did not answer"):
        join(Peers(0, places), LOOPBACK, "job", "pod-0", lambda: None, 1.0)
    with pytest.raises(PeerLost, match="worker 0 did not come"):
        join(Peers(1, places), LOOPBACK, "job", "pod-1", lambda: None, 1.0)


def test_a_stranger_is_turned_away() -> None:
    made = together(2, lambda ring, index: None, jobs=["job", "another"], seconds=2.0)
    assert [type(one) for one in made] == [PeerLost] * 2


def test_noise_on_the_port_does_not_keep_the_workers_apart() -> None:
    places = tuple((LOOPBACK, port) for port in free_ports(2))
    rings: list[Ring] = []

    def other() -> None:
        rings.append(join(Peers(1, places), LOOPBACK, "job", "pod-1", lambda: None, 20.0)[0])

    thread = threading.Thread(target=other)
    thread.start()
    deadline = time.monotonic() + 10
    while True:
        try:
            stranger = socket.create_connection(places[1], timeout=1)
            break
        except OSError:
            assert time.monotonic() < deadline
    stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
    rings.append(join(Peers(0, places), LOOPBACK, "job", "pod-0", lambda: None, 20.0)[0])
    thread.join(20)
    stranger.close()
    for ring in rings:
        ring.close()
    assert len(rings) == 2
