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
_COLLECTED = (catalogue.WATCH_AGE, catalogue.JOBS, catalogue.LEADER)
Samples = Callable[[], Mapping[str, float]]


class Metrics:
    """One method for each thing that happens; gauges that are read at scrape time are given as functions."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        made = [metric for metric in catalogue.CATALOGUE if metric not in _COLLECTED]
        self._counters = {
            m: Counter(m.name, m.help, m.labels, registry=self.registry) for m in made if m.kind == "counter"
        }
        self._gauges = {m: Gauge(m.name, m.help, m.labels, registry=self.registry) for m in made if m.kind == "gauge"}
        self._histograms = {
            m: Histogram(m.name, m.help, m.labels, buckets=catalogue.FAST_BUCKETS, registry=self.registry)
            for m in made
            if m.kind == "histogram"
        }
        self._gauges[catalogue.BUILD_INFO].labels(version).set(1)

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)

    def observe_at_scrape(self, metric: Metric, samples: Samples) -> None:
        """Fills a gauge when it is read: label value (empty for none) to number."""
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

    def event_dropped(self) -> None:
        """An Event was not delivered."""
        self._counters[catalogue.EVENTS_DROPPED].inc()

    def progress_pulled(self, found: bool) -> None:
        """A pod was asked for its progress."""
        self._counters[catalogue.PROGRESS_PULLS].labels("ok" if found else "none").inc()


def jobs_by_phase(phases: Iterable[str]) -> dict[str, float]:
    """How many jobs are in each phase: no status yet counts as Pending, a word that is no phase as Unknown."""
    known = ((phase or "Pending") if phase in PHASES else "Unknown" for phase in phases)
    return {phase: 0.0 for phase in PHASES if phase} | {phase: float(count) for phase, count in Tally(known).items()}


class _ScrapeTime(Collector):
    def __init__(self, metric: Metric, samples: Samples) -> None:
        self._metric, self._samples = metric, samples

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(self._metric.name, self._metric.help, labels=self._metric.labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._metric.name, self._metric.help, labels=self._metric.labels)
        for label, value in self._samples().items():
            family.add_metric([label] if self._metric.labels else [], value)
        yield family
