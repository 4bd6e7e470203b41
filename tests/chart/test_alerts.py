"""Recording rules, alerts and their runbooks: by promtool, and by the tables that they speak of."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.helm import CHART
from transferjob_operator.core.diagnosis.rows_of_ends import ENDS, TRAINERS
from transferjob_operator.core.diagnosis.rows_with_gpu import WITH_GPU
from transferjob_operator.observability.catalogue import CATALOGUE
from transferjob_operator.reference.chart.dashboard import PANELS

ROOT = CHART.parents[1]
RULES = CHART / "files/rules.yaml"
TESTS = Path(__file__).with_name("alerts.yaml")
GROUPS = yaml.safe_load(RULES.read_text())["groups"]
ALERTS = {rule["alert"]: rule for group in GROUPS for rule in group["rules"] if "alert" in rule}
EXPRESSIONS = [str(rule["expr"]) for group in GROUPS for rule in group["rules"]]
NO_PROMTOOL = "promtool is not here; it comes with Debian's package prometheus"


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip(NO_PROMTOOL)
    return found


def test_each_alert_fires_where_it_should_and_nowhere_else(promtool: str, tmp_path: Path) -> None:
    tests = tmp_path / "alerts.yaml"
    tests.write_text(TESTS.read_text().replace("{rules}", str(RULES)))
    done = subprocess.run([promtool, "test", "rules", tests], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    fired = {
        case["alertname"]
        for test in yaml.safe_load(TESTS.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert fired == set(ALERTS)


def test_every_query_of_the_dashboard_is_one(promtool: str, tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": panel.query} for number, panel in enumerate(PANELS)]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_a_runbook(name: str) -> None:
    page = ALERTS[name]["annotations"]["runbook"]
    assert page == f"docs/runbooks/{name}.md"
    assert (ROOT / page).read_text().startswith(f"# {name}\n")


def test_no_runbook_is_of_an_alert_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")} == set(ALERTS)


def test_the_clusters_reasons_are_those_of_the_table() -> None:
    found = re.search(r'reason=~"([^"]+)"', ALERTS["TransferJobsFailForClusterReasons"]["expr"])
    assert found is not None
    rows = {row.reason for row in (*WITH_GPU, *ENDS, *TRAINERS) if row.fault == "Cluster"}
    assert set(found[1].split("|")) == rows


@pytest.mark.parametrize("expression", [*EXPRESSIONS, *(panel.query for panel in PANELS)])
def test_every_metric_is_in_the_catalogue(expression: str) -> None:
    series = {name for metric in CATALOGUE for name in (metric.name, f"{metric.name}_bucket")}
    used = set(re.findall(r"\btransferjob_\w+", expression))
    assert used <= series


def test_no_label_is_one_that_the_scrape_gives_to_every_series() -> None:
    given = {"job", "instance", "namespace", "pod", "container", "service", "endpoint", "node"}
    assert {metric.name: given & set(metric.labels) for metric in CATALOGUE if given & set(metric.labels)} == {}
