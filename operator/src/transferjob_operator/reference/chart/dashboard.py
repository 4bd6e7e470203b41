"""The Grafana dashboard: a table of panels, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

WIDTH, HEIGHT = 12, 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: a query and how its values read."""

    title: str
    query: str
    legend: str
    unit: str = "short"
    """Grafana's name of the unit."""


PANELS = (
    Panel("TransferJobs by phase", "max by (phase) (transferjob_jobs)", "{{phase}}"),
    Panel("GPUs held, by what is done with them", "max by (state) (transferjob_gpus)", "{{state}}"),
    Panel(
        "Finished within an hour, by reason",
        "sum by (reason) (increase(transferjob_jobs_finished_total[1h]))",
        "{{reason}}",
    ),
    Panel(
        "GPU hours of finished jobs, a day",
        "sum by (phase) (increase(transferjob_gpu_seconds_total[1d])) / 3600",
        "{{phase}}",
    ),
    Panel(
        "Time in the queue, 95 %",
        "histogram_quantile(0.95, sum by (le) (increase(transferjob_job_queued_seconds_bucket[1d])))",
        "95 %",
        "s",
    ),
    Panel(
        "Time from first run to end, 95 %",
        "histogram_quantile(0.95, sum by (le, phase) (increase(transferjob_job_run_seconds_bucket[1d])))",
        "{{phase}}",
        "s",
    ),
    Panel(
        "Epoch of running jobs",
        "max by (job_namespace, job_name) (transferjob_each_job_epoch)",
        "{{job_namespace}}/{{job_name}}",
    ),
    Panel(
        "Training loss of running jobs",
        "max by (job_namespace, job_name) (transferjob_each_job_loss)",
        "{{job_namespace}}/{{job_name}}",
    ),
    Panel(
        "Questions for progress a second", "sum by (result) (rate(transferjob_progress_pulls_total[5m]))", "{{result}}"
    ),
    Panel("Who leads", "max by (pod, instance) (transferjob_leader)", "{{instance}}"),
    Panel("TransferJobs that wait for a worker", "max(transferjob_workqueue_depth)", "waiting"),
    Panel("Passes a second, by result", "sum by (result) (rate(transferjob_reconcile_total[5m]))", "{{result}}"),
    Panel(
        "Seconds of a pass, 99 %",
        "histogram_quantile(0.99, sum by (le) (rate(transferjob_reconcile_duration_seconds_bucket[5m])))",
        "99 %",
        "s",
    ),
    Panel(
        "Requests to the API server a second",
        "sum by (verb, code) (rate(transferjob_api_requests_total[5m]))",
        "{{verb}} {{code}}",
    ),
    Panel(
        "Seconds since a watch heard something",
        "max by (resource) (transferjob_watch_last_contact_seconds)",
        "{{resource}}",
        "s",
    ),
    Panel("Objects held", "max by (resource) (transferjob_stored_objects)", "{{resource}}"),
)


def render_dashboard() -> str:
    """The text of files/dashboard.json."""
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    dashboard = {
        "uid": "transferjob",
        "title": "transferjob",
        "tags": ["transferjob"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [_panel(number, panel) for number, panel in enumerate(PANELS)],
    }
    return orjson.dumps(dashboard, option=orjson.OPT_INDENT_2).decode() + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, 2)
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": _SOURCE, "expr": panel.query, "legendFormat": panel.legend}],
    }
