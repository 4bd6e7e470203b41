"""The API server is away for a while: the process stays, its jobs go on, and all is as before when it is back."""

import time
from collections.abc import Iterator

import pytest

from tests.cluster.api import poll
from tests.component.operator.pods import DONE
from tests.faults.conftest import MakeWorld
from tests.faults.faults import Answer, Hold, Rule
from tests.faults.paths import finish
from tests.faults.world import World

LONGER_THAN_THE_LEASE = 15.0


@pytest.fixture
def leading(make_world: MakeWorld) -> Iterator[World]:
    """A world whose operator leads; it gives the lease back with the test, for there is one a cluster."""
    world = make_world().start(request_timeout_seconds=2, leader_election=True)
    world.operator.wait_leading()
    yield world
    world.operator.stop()


@pytest.mark.checklist(15)
@pytest.mark.parametrize("seconds", [LONGER_THAN_THE_LEASE, pytest.param(60.0, marks=pytest.mark.slow)])
def test_the_server_is_away_and_comes_back(leading: World, seconds: float) -> None:
    world = leading
    world.jobs.create("steady")
    pod = world.player.run("steady")
    before = world.jobs.wait_phase("steady", "Running")
    pid = world.operator.child.pid
    world.proxy.go_away()
    away = time.monotonic()
    poll(lambda: world.operator.page("/readyz")[0], lambda code: code == 503, 10, "red readiness")
    world.player.end(pod, 0, DONE.encode().decode())
    world.jobs.create("newcomer")
    poll(time.monotonic, lambda now: now - away > seconds, seconds + 1, "the outage")
    assert world.operator.page("/metrics")[1].count("transferjob_leader 0.0") == 1, "it must not write unheard"
    assert world.operator.page("/healthz") == (200, "ok\n")
    assert world.jobs.get("steady")["status"] == before
    world.proxy.come_back()
    world.jobs.wait_phase("steady", "Succeeded", 30)
    world.player.run("newcomer", deadline=30)
    world.operator.wait_ready(10)
    world.operator.wait_leading()
    assert world.operator.child.pid == pid
    assert world.operator.child.running


@pytest.mark.slow
def test_jobs_that_are_refused_or_get_no_answer_delay_no_other(make_world: MakeWorld) -> None:
    world = make_world().start(request_timeout_seconds=5)
    calm = timed(world, "calm")
    rules = {
        "invalid": Rule(Answer(422, "Invalid", message="spec: no"), name="invalid"),
        "forbidden": Rule(Answer(403, "Forbidden", message="cannot create resource"), name="forbidden"),
        "unheard": Rule(Hold(), name="unheard"),
    }
    with world.proxy.faults(*rules.values()):
        for name in rules:
            world.jobs.create(name)
        poll(
            lambda: [rule.hits for rule in rules.values()],
            lambda hits: min(hits) >= 1 and max(hits) > 3,
            20,
            "refusals",
        )
        beside = [timed(world, f"well-{number}") for number in range(3)]
        print(f"\na whole job alone: {calm:.1f} s, beside three stuck ones: {[round(taken, 1) for taken in beside]}")
        assert max(beside) < 2 * calm + 2.0
        for name, rule in rules.items():
            assert rule.hits < 40, f"{rule.hits} tries for {name} are a hot loop"
    for name in rules:
        world.player.run(name, deadline=60)


def timed(world: World, name: str) -> float:
    """Seconds of a whole path."""
    started = time.monotonic()
    finish(world, name)
    return time.monotonic() - started
