"""Under every fault between operator and API server a job ends as it does without one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.faults import (
    Answer,
    CutAfter,
    Delay,
    ExpiredAfter,
    Fault,
    Hold,
    Late,
    LoseReply,
    LoseRequest,
    Lost,
    OldList,
    Rule,
    SilentAfter,
    Swapped,
    Twice,
)
from tests.faults.paths import PATHS
from tests.faults.world import World

WATCH = frozenset({"watch"})
READS = frozenset({"list", "watch", "get"})
Rules = Callable[[], tuple[Rule, ...]]
FAULTS: dict[str, tuple[tuple[int, ...], Rules]] = {
    "watches cut": ((7,), lambda: (Rule(CutAfter(1), WATCH),)),
    "watches silent": ((14,), lambda: (Rule(SilentAfter(1), WATCH),)),
    "watches expired": ((13,), lambda: (Rule(ExpiredAfter(1), WATCH, times=6),)),
    "events twice": ((7,), lambda: (Rule(Twice(), WATCH),)),
    "events late": ((7,), lambda: (Rule(Late(0.3), WATCH),)),
    "events swapped": ((7,), lambda: (Rule(Swapped(), WATCH),)),
    "events lost": ((7,), lambda: (Rule(Lost(3), WATCH),)),
    "old lists": ((6,), lambda: (Rule(OldList(), frozenset({"list"})), Rule(ExpiredAfter(1), WATCH, times=6))),
    "reads 500": ((15,), lambda: (Rule(Answer(500, "InternalError"), READS, every=2),)),
    "requests lost": ((15,), lambda: (every_other_write(LoseRequest()),)),
    "replies lost": ((16,), lambda: (every_other_write(LoseReply()),)),
    "writes held": ((14, 15), lambda: (Rule(Hold(), first=2, times=1),)),
    "writes late": ((15,), lambda: (Rule(Delay(0.5)),)),
    "writes 409": ((12,), lambda: (every_other_write(Answer(409, "Conflict")),)),
    "writes 429": ((15,), lambda: (every_other_write(Answer(429, "TooManyRequests", retry_after=1)),)),
    "writes 500": ((15,), lambda: (every_other_write(Answer(500, "InternalError")),)),
    "writes 503": ((15,), lambda: (every_other_write(Answer(503, "ServiceUnavailable", retry_after=1)),)),
}
"""Each with the lines of the checklist that it is about."""
QUICK = {"watches cut", "watches silent", "watches expired", "events lost", "old lists", "replies lost", "writes 409"}


def is_quick(path: str, fault: str) -> bool:
    return path == "finish" and fault in QUICK


CASES = [
    pytest.param(
        path,
        fault,
        id=f"{path}-{fault}",
        marks=[pytest.mark.checklist(*lines), *([] if is_quick(path, fault) else [pytest.mark.slow])],
    )
    for path in PATHS
    for fault, (lines, _) in FAULTS.items()
    if path != "retry" or "writes" in fault or "watches" in fault
]


def every_other_write(fault: Fault) -> Rule:
    return Rule(fault, every=2)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    return make_world().start(watch_idle_seconds=4, resync_seconds=5, request_timeout_seconds=2)


@pytest.fixture(scope="module")
def undisturbed(world: World) -> Callable[[str], dict[str, Any]]:
    """What a path leads to when nothing is in its way."""
    known: dict[str, dict[str, Any]] = {}

    def outcome(path: str) -> dict[str, Any]:
        if path not in known:
            known[path] = walk(world, path, f"calm-{path}")
        return known[path]

    return outcome


@pytest.fixture(autouse=True)
def nothing_left(world: World) -> Iterator[None]:
    yield
    world.clear()


def walk(world: World, path: str, name: str, *rules: Rule) -> dict[str, Any]:
    since = world.cluster.audit.mark()
    with world.proxy.faults(*rules):
        PATHS[path](world, name)
    return world.outcome(name, since=since)


@pytest.mark.parametrize(("path", "fault"), CASES)
def test_a_job_ends_as_it_does_undisturbed(
    world: World, undisturbed: Callable[[str], dict[str, Any]], path: str, fault: str
) -> None:
    expected = undisturbed(path)
    rules = FAULTS[fault][1]()
    ended = walk(world, path, f"{path}-{fault.replace(' ', '-')}", *rules)
    assert all(rule.hits for rule in rules), "the fault befell nothing: the test proves nothing"
    assert ended == expected
    assert ended["children made"] == 1
    assert world.operator.page("/healthz")[0] == 200
