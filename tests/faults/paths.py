"""The paths that a job can take, each as the user and the cluster walk it; each step waits for what it needs."""

from tests.cluster.resources import jobs as batch_jobs
from tests.component.operator.pods import DONE
from tests.faults.world import DEADLINE, World
from transferjob_trainer.contract import Termination

_LONGER_THAN_THE_PAUSE = 30.0
"""The Job controller makes the second pod 10 s after the first one's end: by the end of a container, as it is told."""
_WRONG = Termination(reason="InvalidSpec", message="freeze.upTo: no layer nowhere in ResNet50")


def finish(world: World, name: str) -> None:
    """Created, running, succeeded."""
    pod = _running(world, name)
    world.player.end(pod, 0, DONE.encode().decode())
    world.jobs.wait_phase(name, "Succeeded", DEADLINE)


def fail(world: World, name: str) -> None:
    """Created, running, failed by the user's fault: not tried again."""
    pod = _running(world, name)
    world.player.end(pod, 64, _WRONG.encode().decode())
    world.jobs.wait_phase(name, "Failed", DEADLINE)


def retry(world: World, name: str) -> None:
    """The first attempt fails by the cluster's fault, the second one succeeds."""
    pod = _running(world, name, run={"retries": 1})
    world.player.end(pod, 69, seconds_ago=_LONGER_THAN_THE_PAUSE)
    pod = world.player.run(name, deadline=DEADLINE)
    world.jobs.wait(name, lambda job: (job["status"]["phase"], job["status"]["attempts"]) == ("Running", 2), DEADLINE)
    world.player.end(pod, 0, DONE.encode().decode())
    world.jobs.wait_phase(name, "Succeeded", DEADLINE)


def pause(world: World, name: str) -> None:
    """Suspended while it runs, and resumed."""
    pod = _running(world, name)
    world.jobs.suspend(name, True)
    world.cluster.api.wait_for(batch_jobs(world.namespace, name), lambda job: job["spec"]["suspend"] is True, DEADLINE)
    world.player.let_go(pod)
    world.jobs.wait_phase(name, "Suspended", DEADLINE)
    world.jobs.suspend(name, False)
    pod = world.player.run(name, deadline=DEADLINE)
    world.jobs.wait_phase(name, "Running", DEADLINE)
    world.player.end(pod, 0, DONE.encode().decode())
    world.jobs.wait_phase(name, "Succeeded", DEADLINE)


def delete(world: World, name: str) -> None:
    """Deleted while it runs."""
    pod = _running(world, name)
    world.cluster.api.delete(world.jobs.at(name))
    world.cluster.api.wait_gone(batch_jobs(world.namespace, name), DEADLINE)
    world.player.let_go(pod)


def expire(world: World, name: str) -> None:
    """Succeeded, and deleted when its time to live is over."""
    pod = _running(world, name, run={"ttlSecondsAfterFinished": 1})
    world.player.end(pod, 0, DONE.encode().decode())
    world.cluster.api.wait_gone(world.jobs.at(name), DEADLINE)
    world.cluster.api.wait_gone(batch_jobs(world.namespace, name), DEADLINE)


PATHS = {path.__name__: path for path in (finish, fail, retry, pause, delete, expire)}


def _running(world: World, name: str, **spec: object) -> str:
    world.jobs.create(name, **spec)
    pod = world.player.run(name, deadline=DEADLINE)
    world.jobs.wait_phase(name, "Running", DEADLINE)
    return pod
