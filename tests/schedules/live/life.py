"""Plays one schedule against the real control plane and an operator that is a process of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster.api import ApiError
from tests.cluster.controlplane import ControlPlane
from tests.schedules.live.acts import Acts
from tests.schedules.live.plan import Schedule, Step
from tests.schedules.live.rest import end
from tests.schedules.live.world import World
from tests.schedules.truth import NAME

_HEAD_START_SECONDS = 20.0
_OVERTAKEN = (404, 409, 422)


@dataclass
class Told:
    """What came of a schedule."""

    schedule: Schedule
    steps: list[str] = field(default_factory=list)
    """Each with the second at which it was done."""
    tally: Counter[str] = field(default_factory=Counter)
    """Steps, faults and kills."""
    seconds: float = 0.0
    rest_seconds: float = 0.0
    """From the last step to the first rest."""
    finding: str = ""
    """What did not hold; empty where all did."""

    def __str__(self) -> str:
        given = self.schedule
        begun = f"queued={given.queued}, suspend={given.suspend}, head start={given.head_start}"
        head = f"seed {given.seed}: {begun}, pods stay {given.toleration_seconds} s on a silent node"
        return "\n".join([head, *self.steps, f"{self.seconds:6.1f} s  {self.finding or 'all is well'}"])


def live(cluster: ControlPlane, account: Path, schedule: Schedule, log: Path) -> Told:
    """From the creation of a job to the end of everything, in a world of its own.

    Args:
        cluster: the control plane; schedules may share it.
        account: kubeconfig with the operator's rights.
        schedule: what happens.
        log: file that the operator's output is appended to.
    """
    told = Told(schedule)
    with World(cluster, account, log, toleration_seconds=schedule.toleration_seconds) as world:
        started = time.monotonic()
        try:
            _play(world, told, started)
            told.rest_seconds = end(world)
        except Exception as objection:
            told.finding = f"{type(objection).__name__}: {objection}"
        told.seconds = time.monotonic() - started
        world.faults.stop()
        told.tally += world.faults.befallen
        told.tally["operator killed"] += world.deaths
    return told


def _play(world: World, told: Told, started: float) -> None:
    acts, schedule = Acts(world), told.schedule
    acts.create(queued=schedule.queued, suspend=schedule.suspend)
    if schedule.head_start and not schedule.suspend:
        acts.wait(lambda: _runs(acts, world, admit=schedule.queued), _HEAD_START_SECONDS)
    for step in schedule.steps:
        second = time.monotonic() - started
        done = _do(acts, step)
        told.tally[f"step: {step.name}" if done else "nothing to do"] += 1
        told.steps.append(f"{second:6.1f} s  {step}{'' if done else ': nothing to do'}")
        world.pass_time(step.seconds, kubelets=step.kubelets)


def _do(acts: Acts, step: Step) -> bool:
    action: Callable[..., Any] = getattr(acts, step.name)
    try:
        return action(**step.arguments) is not False
    except ApiError as error:
        if error.code not in _OVERTAKEN:
            raise
        return False  # what it was meant for is gone, or is not what it was


def _runs(acts: Acts, world: World, *, admit: bool) -> bool:
    if admit:
        acts.kueue_admits()
    job = world.view.get("transferjobs", NAME) or {}
    return bool(job.get("status", {}).get("phase") == "Running")
