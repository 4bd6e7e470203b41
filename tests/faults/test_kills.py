"""The operator is killed at each single write of each path; with its successor the job ends as without a kill."""

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.faults import Call, Rule
from tests.faults.paths import PATHS
from tests.faults.world import World

CASES = [
    pytest.param(
        path,
        reply_first,
        id=f"{path}-{'after' if reply_first else 'before'}-the-reply",
        marks=[] if (path, reply_first) == ("finish", False) else pytest.mark.slow,
    )
    for path in PATHS
    for reply_first in (False, True)
]


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    return make_world().start()


@pytest.fixture(scope="module")
def undisturbed(world: World) -> Callable[[str], tuple[dict[str, Any], list[str]]]:
    """What a path leads to without a kill, and by which writes."""

    @cache
    def outcome(path: str) -> tuple[dict[str, Any], list[str]]:
        name = f"calm-{path}"
        return walk(world, path, name), world.writes(name)

    return outcome


def walk(world: World, path: str, name: str, *rules: Rule) -> dict[str, Any]:
    since = world.cluster.audit.mark()
    with world.proxy.faults(*rules):
        PATHS[path](world, name)
        world.wait_rest()  # the last write, and with it the kill, may come after what the user sees last
        world.wait_restarted()
        return world.outcome(name, since=since)


@pytest.mark.checklist(1, 5, 16)
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("path", "reply_first"), CASES)
def test_a_kill_at_any_write_changes_nothing(
    world: World,
    undisturbed: Callable[[str], tuple[dict[str, Any], list[str]]],
    path: str,
    reply_first: bool,
) -> None:
    expected, writes = undisturbed(path)
    print(f"\n{path}: {writes}")
    assert writes, "a path without a write proves nothing"
    for number in itertools.count(1):
        name = f"{path}-{'after' if reply_first else 'before'}-{number}"
        kill = Rule(Call(world.kill_and_restart, reply_first), name=name, first=number, times=1)
        ended = walk(world, path, name, kill)
        made = world.writes(name)
        assert ended == expected, f"killed at write {number}; all were {made}"
        assert ended["children made"] == 1
        if not kill.hits:
            break
    # Two changes that come close together may be one write of status: so many kills can be one less than writes.
    assert number >= len(writes), f"there was no write {number}: {made}"
