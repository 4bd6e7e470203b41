"""The operator's metrics, made from the catalogue in a registry of their own."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from . import catalogue
from .catalogue import Metric

PHASES = ("", "Pending", "Starting", "Running", "Suspended", "Restarting", "Succeeded", "Failed")
Samples = Callable[[], Mapping[tuple[str, ...], float]]
"""Values of a metric's labels, in its order, to its value."""


class Metrics:
    """One method for each thing that happens; gauges that are read at scrape time are given as functions."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        made = [metric for metric in catalogue.CATALOGUE if metric not in catalogue.READ_AT_SCRAPE]
        self._counters = {
            m: Counter(m.name, m.help, m.labels, registry=self.registry) for m in made if m.kind == "counter"
        }
        self._gauges = {m: Gauge(m.name, m.help, m.labels, registry=self.registry) for m in made if m.kind == "gauge"}
        self._histograms = {
            m: Histogram(m.name, m.help, m.labels, buckets=m.buckets, registry=self.registry)
            for m in made
            if m.kind == "histogram"
        }
        self._gauges[catalogue.BUILD_INFO].labels(version).set(1)

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def observe_at_scrape(self, metric: Metric, samples: Samples) -> None:
        """Fills a gauge when it is read."""
        self.registry.register(_ScrapeTime(metric, samples))

    def depth(self, keys: int) -> None:
        """So many keys are queued."""
        self._gauges[catalogue.QUEUE_DEPTH].set(keys)

    def waited(self, seconds: float) -> None:
        """A key was handed out after so long in the queue."""
        self._histograms[catalogue.QUEUE_SECONDS].observe(seconds)

    def retried(self) -> None:
        """A key was queued again because its pass failed."""
        self._counters[catalogue.QUEUE_RETRIES].inc()

    def reconciled(self, result: str, seconds: float) -> None:
        """A pass ended."""
        self._counters[catalogue.RECONCILES].labels(result).inc()
        self._histograms[catalogue.RECONCILE_SECONDS].labels(result).observe(seconds)

    def watch_restarted(self, resource: str, cause: str) -> None:
        """A watch was opened again."""
        self._counters[catalogue.WATCH_RESTARTS].labels(resource, cause).inc()

    def api_answered(self, verb: str, code: int, seconds: float) -> None:
        """The API server answered, or did not (code 0)."""
        self._counters[catalogue.API_REQUESTS].labels(verb, str(code)).inc()
        self._histograms[catalogue.API_SECONDS].labels(verb).observe(seconds)

    def job_finished(self, reason: str) -> None:
        """A job has its outcome in status."""
        self._counters[catalogue.JOBS_FINISHED].labels(reason).inc()

    def job_took(self, phase: str, *, queued: float | None, ran: float | None, gpu_seconds: float | None) -> None:
        """What a finished job took, in seconds; None where it never came so far."""
        if queued is not None:
            self._histograms[catalogue.JOB_QUEUED_SECONDS].observe(queued)
        if ran is not None:
            self._histograms[catalogue.JOB_RUN_SECONDS].labels(phase).observe(ran)
        if gpu_seconds is not None:
            self._counters[catalogue.GPU_SECONDS].labels(phase).inc(gpu_seconds)

    def event_dropped(self) -> None:
        """An Event was not delivered."""
        self._counters[catalogue.EVENTS_DROPPED].inc()

    def progress_pulled(self, found: bool) -> None:
        """A pod was asked for its progress."""
        self._counters[catalogue.PROGRESS_PULLS].labels("ok" if found else "none").inc()


def jobs_by_phase(phases: Iterable[str]) -> dict[tuple[str, ...], float]:
    """How many jobs are in each phase: no status yet counts as Pending, a word that is no phase as Unknown."""
    known = ((phase or "Pending") if phase in PHASES else "Unknown" for phase in phases)
    counts = Tally({phase: 0 for phase in PHASES if phase})
    counts.update(known)
    return {(phase,): float(count) for phase, count in counts.items()}


class _ScrapeTime(Collector):
    def __init__(self, metric: Metric, samples: Samples) -> None:
        self._metric, self._samples = metric, samples

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(self._metric.name, self._metric.help, labels=self._metric.labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._metric.name, self._metric.help, labels=self._metric.labels)
        for labels, value in self._samples().items():
            family.add_metric(labels, value)
        yield family
