from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.builders import T0, make_child, make_job
from tests.unit.operator.core.diagnosis_cases import bound, unscheduled
from transferjob_operator.api.conditions import CONDITION_TYPES, ConditionType
from transferjob_operator.api.status import TransferJobStatus
from transferjob_operator.core.conditions import Claim, merge_conditions
from transferjob_operator.core.diagnosis.words import tells_more
from transferjob_operator.core.observed import Observed
from transferjob_operator.core.plan import decide
from transferjob_operator.core.records import PodRecord, Waiting
from transferjob_operator.core.settings import CoreSettings

SETTINGS = CoreSettings(trainer_image="trainer:1")
NODES = "{0}/{1} nodes are available: {1} Insufficient cpu. preemption: {0}/{1} nodes are available: {1} No victims."
BACK_OFF = 'Back-off pulling image "trainer:1"'


def told(pod: PodRecord, status: TransferJobStatus, seconds: int) -> TransferJobStatus:
    observed = Observed(make_child(), (pod,))
    return decide(make_job(), status, observed, SETTINGS, T0 + timedelta(seconds=seconds)).status


def pulling(reason: str, message: str) -> PodRecord:
    return bound(container=Waiting(reason, message))


def test_the_schedulers_words_with_other_counts_cost_no_write() -> None:
    first = told(unscheduled(NODES.format(0, 5)), TransferJobStatus(), 10)
    for nodes in range(6, 60):
        assert told(unscheduled(NODES.format(0, nodes)), first, 10 + nodes) == first
    other = told(unscheduled(NODES.format(0, 5).replace("cpu", "memory")), first, 90)
    assert other != first
    assert "Insufficient memory" in other.conditions[0].message


@pytest.mark.parametrize("bare", [BACK_OFF, f"{BACK_OFF}: ErrImagePull: no route to host"])
def test_the_kubelets_turns_between_error_and_back_off_cost_no_write(bare: str) -> None:
    first = told(pulling("ErrImagePull", "no route to host"), TransferJobStatus(), 10)
    assert "no route to host" in first.conditions[0].message
    assert told(pulling("ImagePullBackOff", bare), first, 20) == first
    assert told(pulling("ErrImagePull", "no route to host"), first, 30) == first


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("used: requests.cpu=48, limits.memory=1.5Gi", "used: requests.cpu=52, limits.memory=96Gi"),
        (f'sandbox "{"3f" * 32}": plugin failed', f'sandbox "{"a7" * 32}": plugin failed'),
        ("back-off 10s restarting", "back-off 2m40s restarting"),
        ("dial tcp 127.0.0.1:4567: refused", "dial tcp 127.0.0.1:9876: refused"),
        ("the image cannot be pulled. The kubelet says: no", "the image cannot be pulled"),
    ],
)
def test_what_tells_nothing_new(stored: str, said: str) -> None:
    assert not tells_more(stored, said)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("pod flowers-a starts on node node-1", "pod flowers-b starts on node node-2"),
        ("node node-1 does not answer", "node node-2 does not answer"),
        ("the image cannot be pulled", "the image cannot be pulled. The kubelet says: no"),
        ('secret "a" not found', 'secret "b" not found'),
    ],
)
def test_what_is_news(stored: str, said: str) -> None:
    assert tells_more(stored, said)


def test_a_condition_without_a_trouble_is_told_as_it_is() -> None:
    def claims(message: str) -> dict[ConditionType, Claim]:
        return {kind: Claim("False", "WaitingForWeights", message) for kind in CONDITION_TYPES}

    first = merge_conditions((), claims("waiting for TransferJob 1"), 1, T0)
    second = merge_conditions(first, claims("waiting for TransferJob 2"), 1, T0)
    assert {condition.message for condition in second} == {"waiting for TransferJob 2"}
