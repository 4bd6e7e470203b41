"""Every panel of the dashboard and every recording rule has data in a real Prometheus that scrapes a real operator."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.chart import prometheus
from tests.cluster.api import poll
from tests.cluster.controlplane import ControlPlane
from tests.component.operator.pods import DONE, Jobs, ProgressEndpoint, playing
from tests.support.helm import CHART
from tests.support.installation import install
from tests.support.operator_process import OperatorProcess
from transferjob_operator.reference.chart.dashboard import PANELS

RULES = CHART / "files/rules.yaml"
RECORDED = [rule["record"] for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]]


@pytest.mark.slow
@pytest.mark.skipif(prometheus.BINARY is None, reason="prometheus is not here; it is Debian's package of that name")
def test_every_panel_has_data(cluster: ControlPlane, namespace: str, tmp_path: Path) -> None:
    jobs = Jobs(cluster.api, namespace)
    with (
        OperatorProcess(install(cluster), tmp_path / "log", namespaces=namespace, leader_election=False) as operator,
        playing(cluster.api, namespace) as player,
        prometheus.prometheus(tmp_path, {"operator": operator.address}, [RULES]) as server,
    ):
        for name in ("first", "second"):
            # Two scrapes apart: a counter that is there from its first value on has no increase.
            jobs.create(name)
            player.end(player.run(name), 0, DONE.encode().decode())
            jobs.wait_phase(name, "Succeeded")
            done = f'transferjob_jobs_finished_total{{reason="Succeeded"}} >= {1 if name == "first" else 2}'
            poll(partial(server.query, done), bool, 20, "the end of a job is scraped")
        jobs.create("trains")
        pod = player.run("trains")
        with ProgressEndpoint(player.address, player.uid(pod)) as endpoint:
            endpoint.say(epoch=1, epochs=3, loss=0.5)
            for panel in PANELS:
                poll(partial(server.query, panel.query), bool, 30, f"data of {panel.title}")
            for name in RECORDED:
                poll(partial(server.query, name), bool, 30, f"data of {name}")
            held = server.query('max by (state) (transferjob_gpus{state="training"})')
            assert held[0]["value"][1] == "1"
