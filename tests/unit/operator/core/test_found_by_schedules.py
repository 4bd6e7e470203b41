"""What random schedules have found (tests/schedules), each as the pass that went wrong."""

from __future__ import annotations

from dataclasses import replace

from tests.support.builders import make_child, make_running_pod
from tests.unit.operator.core.passes import budget, look
from transferjob_operator.core.observed import Observed


def test_job_whose_name_was_taken_while_it_ran_is_not_said_to_run() -> None:
    running = look(10, Observed(make_child(), (make_running_pod(),))).status
    assert running.phase == "Running"

    taken = look(20, Observed(foreign_job=True), running).status

    shown = next(item for item in taken.conditions if item.type == "Running")
    assert (taken.phase, shown.status, shown.reason) == ("Restarting", "False", "NameConflict")


def test_job_whose_name_was_taken_holds_no_gpu_in_its_budget() -> None:
    running = look(10, Observed(make_child(), (make_running_pod(),))).status
    stranger = replace(make_child(), owner_uid="somebody")

    taken = look(20, Observed(stranger), running)
    later = look(500, Observed(stranger), taken.status)

    assert budget(taken.status).held_since is None
    assert later.status == taken.status
