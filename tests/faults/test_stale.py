"""What the operator has not heard of yet must not make it do again what was undone for good."""

import pytest

from tests.cluster.resources import jobs as batch_jobs
from tests.faults.conftest import MakeWorld
from tests.faults.faults import Lost, Rule
from tests.faults.world import ACCOUNT, DEADLINE


@pytest.mark.slow
@pytest.mark.checklist(5, 7)
def test_a_job_whose_deletion_was_not_heard_of_gets_no_second_child(make_world: MakeWorld) -> None:
    world = make_world().start()
    world.jobs.create("flowers")
    pod = world.player.run("flowers", deadline=DEADLINE)
    world.jobs.wait_phase("flowers", "Running", DEADLINE)
    child = batch_jobs(world.namespace, "flowers")
    uid = world.cluster.api.get(child)["metadata"]["uid"]
    unheard = Rule(Lost(1_000), {"watch"}, resource="transferjobs")
    with world.proxy.faults(unheard):
        world.cluster.api.delete(world.jobs.at("flowers"))
        # The garbage collector learns of a new kind of owner within 30 s.
        world.cluster.api.wait_for(
            batch_jobs(world.namespace), lambda there: uid not in [job["metadata"]["uid"] for job in there["items"]], 60
        )
        world.player.let_go(pod)
        world.wait_rest()
    made = world.cluster.audit.writes(user=ACCOUNT, namespace=world.namespace, resource="jobs", verb="create")
    assert [write.name for write in made] == ["flowers"]
    assert world.cluster.api.find(child) is None
