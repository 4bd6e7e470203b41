"""The operator is killed at each single write of each path; with its successor the job ends as without a kill."""

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


def walk(world: World, path: str, name: str, *rules: Rule) -> dict[str, Any]:
    since = world.cluster.audit.mark()
    with world.proxy.faults(*rules):
        PATHS[path](world, name)
        world.wait_rest()  # the last write, and with it the kill, may come after what the user sees last
        world.wait_restarted()
        return world.outcome(name, since=since)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("path", "reply_first"), CASES)
def test_a_kill_at_any_write_changes_nothing(world: World, path: str, reply_first: bool) -> None:
    which = f"{path}-{'after' if reply_first else 'before'}"
    expected = walk(world, path, f"{which}-0")
    writes = world.writes(f"{which}-0")
    print(f"\n{which}: {writes}")
    assert writes, "a path without a write proves nothing"
    for number in range(1, len(writes) + 1):
        name = f"{which}-{number}"
        kill = Rule(Call(world.kill_and_restart, reply_first), name=name, first=number, times=1)
        ended = walk(world, path, name, kill)
        assert kill.hits == 1, f"there was no write {number}: {world.writes(name)}"
        assert ended == expected, f"killed at write {number}, {writes[number - 1]}; all were {world.writes(name)}"
        assert ended["children made"] == 1
