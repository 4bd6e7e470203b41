from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transferjob_operator.core.projection import project_note, project_pod
from transferjob_operator.core.records import Terminated, Waiting

RUNNING = {"name": "trainer", "image": "trainer:9", "state": {"running": {}}}
PROXY_FAILED = {"name": "proxy", "state": {"terminated": {"exitCode": 9, "reason": "Error"}}}
SETUP_WAITS = {"name": "setup", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
DO_WELL: list[dict[str, Any]] = [
    {"name": "a", "state": {"running": {}}},
    {"name": "b", "state": {"terminated": {"exitCode": 0}}},
    {"name": "c", "state": {"waiting": {"reason": "PodInitializing"}}},
    {"name": "d", "state": {}},
]


def test_only_containers_in_trouble_are_kept_beside_the_trainer() -> None:
    status = {"initContainerStatuses": [*DO_WELL, SETUP_WAITS], "containerStatuses": [RUNNING, *DO_WELL, PROXY_FAILED]}
    pod = project_pod({"status": status})
    assert [(other.name, other.init) for other in pod.others] == [("setup", True), ("proxy", False)]
    assert isinstance(pod.others[0].state, Waiting)
    assert isinstance(pod.others[1].state, Terminated)
    assert pod.image == "trainer:9"


def test_the_claims_of_a_pod_are_kept_by_name() -> None:
    volumes = [{"name": "shm", "emptyDir": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "flowers"}}]
    assert project_pod({"spec": {"volumes": volumes}}).claims == ("flowers",)


@pytest.mark.parametrize(
    "times",
    [
        {"lastTimestamp": "2026-11-24T10:00:00Z"},
        {"lastTimestamp": None, "series": {"lastObservedTime": "2026-11-24T10:00:00.000000Z"}},
        {"eventTime": "2026-11-24T10:00:00.000000Z"},
    ],
)
def test_an_event_of_either_api_is_read_with_its_last_time(times: dict[str, Any]) -> None:
    about = {"involvedObject": {"uid": "pod-1"}, "reason": "FailedMount", "message": "nfs"}
    note = project_note({**about, **times})
    assert (note.object_uid, note.reason, note.message) == ("pod-1", "FailedMount", "nfs")
    assert note.time == datetime(2026, 11, 24, 10, tzinfo=UTC)


_ODD = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.none(), max_size=2)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("involvedObject", "reason", "message", "series"), _ODD)))
def test_an_odd_event_never_breaks_the_reader(raw: dict[str, Any]) -> None:
    assert project_note(raw).time is None


@given(st.lists(_ODD, max_size=3), st.lists(st.fixed_dictionaries({"persistentVolumeClaim": _ODD}), max_size=3))
def test_odd_containers_and_volumes_never_break_the_reader(containers: list[Any], volumes: list[Any]) -> None:
    raw = {"spec": {"volumes": [*containers, *volumes]}, "status": {"initContainerStatuses": containers}}
    pod = project_pod(raw)
    assert (pod.others, pod.claims) == ((), ())
