"""Every panel of the dashboard and every recording rule has data in a real Prometheus that scrapes a real operator and
what a trainer shows of itself; build/dashboard.png shows the panels."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.chart import prometheus
from tests.chart.panels import draw
from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.pods import DONE, Jobs, PodPlayer, playing
from tests.support.helm import CHART
from tests.support.installation import install
from tests.support.operator_process import OperatorProcess
from transferjob_operator.observability.catalogue import EACH_EPOCH
from transferjob_operator.reference.chart.dashboard import PANELS
from transferjob_trainer.contract.progress import ENDPOINT_PORT
from transferjob_trainer.progress_board import ProgressBoard
from transferjob_trainer.progress_server import serving

RULES = CHART / "files/rules.yaml"
RECORDED = [rule["record"] for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]]


@pytest.mark.slow
@pytest.mark.skipif(prometheus.BINARY is None, reason="prometheus is not here; it is Debian's package of that name")
def test_every_panel_has_data(cluster: ControlPlane, namespace: str, tmp_path: Path) -> None:
    jobs = Jobs(cluster.api, namespace)
    started = time.monotonic()
    with (
        OperatorProcess(install(cluster), tmp_path / "log", namespaces=namespace, leader_election=False) as operator,
        playing(cluster.api, namespace) as player,
        prometheus.prometheus(tmp_path, _targets(operator, player), [RULES]) as server,
    ):
        for name in ("first", "second"):
            # Two scrapes apart: a counter that is there from its first value on has no increase.
            jobs.create(name)
            player.end(player.run(name), 0, DONE.encode().decode())
            jobs.wait_phase(name, "Succeeded")
            done = f'transferjob_jobs_finished_total{{reason="Succeeded"}} >= {1 if name == "first" else 2}'
            poll(partial(server.query, done), bool, 20, "the end of a job is scraped")
        jobs.create("trains")
        board = ProgressBoard(player.uid(player.run("trains")))
        with serving(board, player.address, ENDPOINT_PORT):
            for epoch in (1, 2, 3):
                board.update(stage="Training", epoch=epoch, epochs=3, loss=1 / epoch)
                poll(partial(server.query, f"{EACH_EPOCH.name} == {epoch}"), bool, 30, f"epoch {epoch}")
            poll(partial(server.query, "transferjob_trainer_epoch == 3"), bool, 30, "the trainer's own epoch")
            for panel in PANELS:
                poll(partial(server.query, panel.query), bool, 30, f"data of {panel.title}")
            for name in RECORDED:
                poll(partial(server.query, name), bool, 30, f"data of {name}")
            (each,) = server.query(EACH_EPOCH.name)
            assert (each["metric"]["job_namespace"], each["metric"]["job_name"]) == (namespace, "trains")
            held = server.query('max by (state) (transferjob_gpus{state="training"})')
            assert held[0]["value"][1] == "1"
        draw(server, PANELS, int(time.monotonic() - started), Path("build/dashboard.png"))


def _targets(operator: OperatorProcess, player: PodPlayer) -> dict[str, str]:
    return {"operator": operator.address, "trainer": f"{player.address}:{ENDPOINT_PORT}"}
