"""How a schedule ends: faults stop, the world rests, what is suspended goes on, what runs succeeds, all goes."""

from __future__ import annotations

import time

from tests.schedules.live.world import World
from tests.schedules.nodes import leaves
from tests.schedules.server import Object
from tests.schedules.truth import NAME, at_rest, over
from tests.support.builders import make_result_message

REST_SECONDS, QUIET_SECONDS, LOOK_SECONDS = 90.0, 2.0, 0.5
WRITES_OF_A_SETTLEMENT = 60


def end(world: World) -> float:
    """Makes all of it happen. Returns the seconds until the first rest.

    Raises:
        AssertionError: what must hold at rest does not, or rest does not come.
        RuntimeError: the operator has ended by itself.
    """
    started = time.monotonic()
    world.recover()
    settle(world)
    seconds = time.monotonic() - started
    _resume(world)
    _finish(world)
    _start_anew(world)
    _leave(world)
    return seconds


def settle(world: World) -> None:
    """Time goes on until status tells the truth and the operator has written nothing for a while."""
    begun, end = world.audit.mark(), time.monotonic() + REST_SECONDS
    while True:
        world.check_operator()
        complaint = _untrue(world)
        if complaint is None:
            mark = world.audit.mark()
            world.pass_time(QUIET_SECONDS)
            written = world.audit.writes(mark)
            complaint = f"the operator writes on: {written}" if written else _untrue(world)
            if complaint is None:
                break
        if time.monotonic() > end:
            raise AssertionError(f"no rest after {REST_SECONDS:g} s: {complaint}; {_shown(world)}")
        _admit(world)
        world.pass_time(LOOK_SECONDS)
    writes = world.audit.writes(begun)
    assert len(writes) <= WRITES_OF_A_SETTLEMENT, f"it took {len(writes)} writes to come to rest: {writes}"


def _admit(world: World) -> None:
    """Kueue has room for a job that should run."""
    job = world.view.get("transferjobs", NAME)
    if job is not None and not over(job) and not job["spec"].get("run", {}).get("suspend"):
        world.queue.admit()


def _untrue(world: World) -> str | None:
    """What does not hold now."""
    try:
        at_rest(world.view, world.view.foreign())
    except (AssertionError, KeyError) as objection:  # a field may not be there yet
        return str(objection) if isinstance(objection, AssertionError) else f"there is no {objection}"
    job = world.view.get("transferjobs", NAME)
    return _due(job) if job is not None else None


def _due(job: Object) -> str | None:
    """What must still happen to a job by its own limits."""
    run = job["spec"].get("run", {})
    if leaves(job):
        return "the job is still being deleted"
    if over(job):
        return "its time to live is not over" if run.get("ttlSecondsAfterFinished") is not None else None
    runs = job["status"]["phase"] == "Running"
    return "its deadline has not ended it" if runs and run.get("activeDeadlineSeconds") is not None else None


def _resume(world: World) -> None:
    job = world.view.get("transferjobs", NAME)
    if job is not None and not over(job) and job["spec"].get("run", {}).get("suspend"):
        world.jobs.suspend(NAME, False)
        settle(world)


def _finish(world: World) -> None:
    job, pod = world.view.get("transferjobs", NAME), world.kubelets.running()
    if job is None or pod is None or job["status"]["phase"] != "Running":
        return
    world.kubelets.end(pod, 0, message=make_result_message())
    settle(world)
    ended = world.view.get("transferjobs", NAME)
    assert ended is None or ended["status"]["phase"] == "Succeeded", f"what has succeeded is {_shown(world)}"


def _start_anew(world: World) -> None:
    """Another operator has nothing to write."""
    mark = world.audit.mark()
    world.kill()
    world.wait_ready()
    world.pass_time(QUIET_SECONDS)
    assert not (written := world.audit.writes(mark)), f"writes after a restart at rest: {written}"
    assert (complaint := _untrue(world)) is None, f"after a restart at rest: {complaint}"


def _leave(world: World) -> None:
    world.jobs.delete(NAME)
    settle(world)
    assert world.view.get("transferjobs", NAME) is None, f"the job stays: {_shown(world)}"


def _shown(world: World) -> str:
    """What there is, in short."""
    job = world.view.get("transferjobs", NAME) or {}
    run, status = job.get("spec", {}).get("run"), job.get("status")
    children = [
        (item["metadata"]["uid"], item["spec"].get("suspend"), item.get("status")) for item in world.view.all("jobs")
    ]
    pods = [(item["metadata"]["name"], item["status"].get("phase"), leaves(item)) for item in world.view.all("pods")]
    return f"job: run {run}, status {status}; children: {children}; pods: {pods}"
