"""After the outcome: what still runs is deleted, and run.ttlSecondsAfterFinished."""

from __future__ import annotations

import pytest

from tests.support.builders import make_child, make_condition, make_ended_pod, make_job, make_running_pod
from tests.unit.operator.core.passes import SETTINGS, at, look
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import Decision, DeleteJob, DeleteTransferJob, decide

DONE = make_child(conditions=(make_condition("Complete", time=at(90)),), completion_time=at(90))
ENDED = Observed(DONE, (make_ended_pod(0, finished_at=at(90)),))
DELETION = DeleteTransferJob("default", "flowers", make_job().metadata.uid, "1")


def over(**run: object) -> Decision:
    ran = look(5, Observed(make_child(), (make_running_pod(),)))
    return look(91, ENDED, ran.status, **run)


def test_the_outcome_is_told_first_and_the_deletion_is_due_after_the_time_to_live() -> None:
    done = over(ttlSecondsAfterFinished=600)
    assert (done.status.phase, done.actions, done.requeue_after) == ("Succeeded", (), 599)
    assert look(689, ENDED, done.status, ttlSecondsAfterFinished=600).requeue_after == 1
    assert look(690, ENDED, done.status, ttlSecondsAfterFinished=600).actions == (DELETION,)


def test_zero_deletes_in_the_pass_after_the_outcome() -> None:
    done = over(ttlSecondsAfterFinished=0)
    assert (done.actions, done.requeue_after) == ((), 0)
    assert look(91, ENDED, done.status, ttlSecondsAfterFinished=0).actions == (DELETION,)


@pytest.mark.checklist(25)
def test_an_operator_that_was_away_deletes_what_is_due_and_nothing_else() -> None:
    done = over(ttlSecondsAfterFinished=600).status
    assert look(1_000_000, Observed(), done, ttlSecondsAfterFinished=600).actions == (DELETION,)
    assert look(1_000_000, Observed(), done) == Decision(done)
    # The clock was wrong when the job ended: it has all of its time to live, no more.
    assert look(10, Observed(), done, ttlSecondsAfterFinished=600).requeue_after == 600


def test_a_child_that_was_made_too_late_is_deleted_if_it_is_still_as_it_was_seen() -> None:
    done = over().status
    late = look(200, Observed(make_child(uid="late", resource_version="77")), done)
    assert late == Decision(done, (DeleteJob("default", "flowers", "late", "77"),))


def test_finished_leaving_and_strange_children_are_left_alone() -> None:
    done = over().status
    for child in (
        DONE,
        make_child(deletion_time=at(100)),
        make_child(owner_uid="stranger"),
        make_child(owner_uid=None),
    ):
        assert look(200, Observed(child), done) == Decision(done)


def test_a_job_that_is_being_deleted_is_left_to_the_garbage_collector() -> None:
    job = make_job()
    leaving = job.model_copy(update={"metadata": job.metadata.model_copy(update={"deletion_timestamp": at(95)})})
    for observed in (Observed(), Observed(make_child(), (make_running_pod(),)), ENDED):
        decision = decide(leaving, over().status, observed, SETTINGS, at(100))
        assert (decision.actions, decision.requeue_after) == ((), None)
