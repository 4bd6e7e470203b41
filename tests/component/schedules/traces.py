"""Lives of one Job, each told once and played in the model and on the control plane."""

from __future__ import annotations

from collections.abc import Callable

from tests.component.schedules.world import Policy, World

Trace = Callable[[World], None]


def success(world: World) -> None:
    world.begin()
    world.look()
    world.run()
    world.end(0)
    world.look()


def fault_of_the_user(world: World) -> None:
    world.begin()
    world.run()
    world.end(64)
    world.look()


def no_retry_left(world: World) -> None:
    world.begin(retries=0)
    world.run()
    world.end(70)
    world.look()


def free_end_waits(world: World) -> None:
    world.begin(retries=0)
    world.run()
    world.end(75)
    world.look()


def killed_and_counted(world: World) -> None:
    world.begin()
    world.run()
    world.end(137)
    world.look()


def preempted(world: World) -> None:
    world.begin(retries=0)
    world.run()
    world.preempt()
    world.look()
    world.let_go()
    world.look()


def no_second_pod_beside_one_that_ends(world: World) -> None:
    world.begin(retries=0)
    world.run()
    world.delete_pod()
    world.look()
    world.let_go(137)
    world.look()


def done_while_it_is_deleted(world: World) -> None:
    world.begin()
    world.run()
    world.delete_pod()
    world.end(0)
    world.look()


def suspended_while_it_runs(world: World) -> None:
    world.begin()
    world.run()
    world.suspend(True)
    world.look()
    world.let_go()
    world.look()
    world.suspend(False)
    world.look()


def done_while_it_is_suspended(world: World) -> None:
    world.begin()
    world.run()
    world.suspend(True)
    world.look()
    world.let_go(0)
    world.look()


def resumed_while_its_pod_still_ends(world: World) -> None:
    world.begin()
    world.run()
    world.suspend(True)
    world.look()
    world.suspend(False)
    world.look()
    world.let_go()
    world.look()


def created_suspended(world: World) -> None:
    world.begin(suspend=True)
    world.look()
    world.suspend(False)
    world.look()


def deleted(policy: Policy) -> Trace:
    """Deleted while its pod runs."""

    def trace(world: World) -> None:
        world.begin()
        world.run()
        world.look()
        world.delete(policy)
        world.look()
        if policy == "Orphan":
            world.delete_pod()
        world.let_go()
        world.look()

    trace.__name__ = f"deleted_{policy}"
    return trace


def deleted_while_its_pod_ends(world: World) -> None:
    world.begin()
    world.run()
    world.delete_pod()
    world.look()
    world.delete("Foreground")
    world.look()
    world.let_go()
    world.look()


def late_deletion_after_success(world: World) -> None:
    world.begin()
    world.run()
    world.end(0)
    world.look()
    world.delete_pod()
    world.look()
    world.delete("Background")
    world.look()


def retries_used_up(world: World) -> None:
    world.begin(retries=1)
    world.run()
    world.end(70)
    world.look()
    world.run()
    world.end(137)
    world.look()


def success_after_a_free_end(world: World) -> None:
    world.begin(retries=0)
    world.run()
    world.end(75)
    world.look()
    world.run()
    world.end(0)
    world.look()


def fault_of_the_user_after_a_preemption(world: World) -> None:
    world.begin()
    world.run()
    world.preempt()
    world.let_go()
    world.run()
    world.end(65)
    world.look()


QUICK: tuple[Trace, ...] = (
    success,
    fault_of_the_user,
    no_retry_left,
    free_end_waits,
    killed_and_counted,
    preempted,
    no_second_pod_beside_one_that_ends,
    done_while_it_is_deleted,
    suspended_while_it_runs,
    done_while_it_is_suspended,
    resumed_while_its_pod_still_ends,
    created_suspended,
    deleted("Background"),
    deleted("Foreground"),
    deleted("Orphan"),
    deleted_while_its_pod_ends,
    late_deletion_after_success,
)
WITH_BACK_OFF: tuple[Trace, ...] = (retries_used_up, success_after_a_free_end, fault_of_the_user_after_a_preemption)
