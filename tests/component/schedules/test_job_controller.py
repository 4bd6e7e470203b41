"""The Job controller of the model does what the real one does: the same counts, conditions and pods at every rest."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.controlplane import ControlPlane
from tests.component.operator.pods import PodPlayer, playing
from tests.component.schedules.modelled import ModelWorld
from tests.component.schedules.real import RealWorld
from tests.component.schedules.traces import QUICK, WITH_BACK_OFF, Trace

AT_ONCE = 10


@pytest.fixture
def player(cluster: ControlPlane, namespace: str) -> Iterator[PodPlayer]:
    with playing(cluster.api, namespace) as player:
        yield player


def compare(cluster: ControlPlane, player: PodPlayer, traces: tuple[Trace, ...]) -> None:
    """Plays the traces side by side; each that differs is told."""

    def play(trace: Trace) -> str:
        model = ModelWorld()
        trace(model)
        name = trace.__name__.replace("_", "-").lower()
        try:
            trace(RealWorld(cluster.api, player, name, model.pictures))
        except (AssertionError, TimeoutError) as error:
            return f"{name}: {error}"
        return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        differences = [told for told in pool.map(play, traces) if told]
    assert not differences, "\n".join(differences)


@pytest.mark.checklist(45)
def test_model_and_controller_come_to_the_same_rest(cluster: ControlPlane, player: PodPlayer) -> None:
    compare(cluster, player, QUICK)


@pytest.mark.slow  # the Job controller waits for 10 s before each second pod
@pytest.mark.checklist(45)
def test_model_and_controller_go_on_alike_after_a_back_off(cluster: ControlPlane, player: PodPlayer) -> None:
    compare(cluster, player, WITH_BACK_OFF)
