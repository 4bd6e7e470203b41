"""Every metric of the operator in one table: name, kind, labels, help.

No label carries a job's name but those of OF_EACH_JOB, which are read from the live store at each scrape, hold the jobs
that are not over, and can be switched off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FAST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LONG_BUCKETS = (1.0, 10.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 43200.0, 86400.0, 259200.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = FAST_BUCKETS
    """Upper bounds of a histogram's buckets."""


QUEUE_DEPTH = Metric("transferjob_workqueue_depth", "gauge", "TransferJobs that wait for a worker.")
QUEUE_SECONDS = Metric(
    "transferjob_workqueue_queue_duration_seconds", "histogram", "Seconds from queueing to the start of a pass."
)
QUEUE_RETRIES = Metric("transferjob_workqueue_retries_total", "counter", "Passes that failed and were queued again.")
RECONCILES = Metric(
    "transferjob_reconcile_total",
    "counter",
    "Passes by result: unchanged, written, gone, conflict, error (the API server), failed (a fault of the operator).",
    ("result",),
)
RECONCILE_SECONDS = Metric("transferjob_reconcile_duration_seconds", "histogram", "Seconds of one pass.", ("result",))
WATCH_RESTARTS = Metric(
    "transferjob_watch_restarts_total",
    "counter",
    "Watches that were opened again, by cause: ended, broken, expired, resync (a list was due), failed (our fault).",
    ("resource", "cause"),
)
WATCH_AGE = Metric(
    "transferjob_watch_last_contact_seconds", "gauge", "Seconds since a watch last heard of the server.", ("resource",)
)
API_REQUESTS = Metric(
    "transferjob_api_requests_total",
    "counter",
    "Requests to the API server by verb and HTTP status; 0 where no answer came.",
    ("verb", "code"),
)
API_SECONDS = Metric("transferjob_api_request_duration_seconds", "histogram", "Seconds to an answer.", ("verb",))
LEADER = Metric("transferjob_leader", "gauge", "1 while this process leads and writes.")
JOBS = Metric("transferjob_jobs", "gauge", "TransferJobs by phase.", ("phase",))
STORED = Metric("transferjob_stored_objects", "gauge", "Objects of the cluster that this process holds.", ("resource",))
JOBS_FINISHED = Metric(
    "transferjob_jobs_finished_total", "counter", "TransferJobs that this process saw finish, by reason.", ("reason",)
)
JOB_QUEUED_SECONDS = Metric(
    "transferjob_job_queued_seconds",
    "histogram",
    "Seconds from the first look at a TransferJob to its first run, of those that this process saw finish.",
    buckets=LONG_BUCKETS,
)
JOB_RUN_SECONDS = Metric(
    "transferjob_job_run_seconds",
    "histogram",
    "Seconds from the first run of a TransferJob to its end, of those that this process saw finish.",
    ("phase",),
    LONG_BUCKETS,
)
GPU_SECONDS = Metric(
    "transferjob_gpu_seconds_total",
    "counter",
    "GPUs times the seconds that they were held, by the TransferJobs that this process saw finish.",
    ("phase",),
)
GPUS = Metric(
    "transferjob_gpus",
    "gauge",
    "GPUs that pods of TransferJobs hold: training, starting (held, nothing trained yet) or stalled.",
    ("state",),
)
EVENTS_DROPPED = Metric("transferjob_events_dropped_total", "counter", "Events that were not delivered.")
PROGRESS_PULLS = Metric(
    "transferjob_progress_pulls_total", "counter", "Progress documents asked for, by result: ok, none.", ("result",)
)
_WHOSE = ("job_namespace", "job_name")
"""Labels of a single TransferJob: Prometheus gives `namespace` and `job` of the scraped target to every series."""
EACH_EPOCH = Metric("transferjob_each_job_epoch", "gauge", "Epoch of a TransferJob that is not over.", _WHOSE)
EACH_LOSS = Metric("transferjob_each_job_loss", "gauge", "Training loss of a TransferJob that is not over.", _WHOSE)
EACH_GPU_SECONDS = Metric(
    "transferjob_each_job_gpu_seconds",
    "gauge",
    "GPUs times seconds that a TransferJob that is not over has held in attempts that have ended.",
    _WHOSE,
)
BUILD_INFO = Metric("transferjob_build_info", "gauge", "1, with the version of the operator.", ("version",))

OF_EACH_JOB = (EACH_EPOCH, EACH_LOSS, EACH_GPU_SECONDS)
READ_AT_SCRAPE = (WATCH_AGE, JOBS, GPUS, STORED, LEADER, *OF_EACH_JOB)
"""Read from the live state when Prometheus asks; all others count what has happened."""

CATALOGUE = (
    QUEUE_DEPTH,
    QUEUE_SECONDS,
    QUEUE_RETRIES,
    RECONCILES,
    RECONCILE_SECONDS,
    WATCH_RESTARTS,
    WATCH_AGE,
    API_REQUESTS,
    API_SECONDS,
    LEADER,
    JOBS,
    GPUS,
    STORED,
    JOBS_FINISHED,
    JOB_QUEUED_SECONDS,
    JOB_RUN_SECONDS,
    GPU_SECONDS,
    *OF_EACH_JOB,
    EVENTS_DROPPED,
    PROGRESS_PULLS,
    BUILD_INFO,
)
