"""What the health pages and the metrics tell of the stores and of the watches that fill them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from ..kube.reflector import Reflector, Timing
from ..observability import catalogue
from ..observability.health import Health, Loop
from ..observability.metrics import Metrics, jobs_by_phase
from .held_gpus import gpus_held
from .job_metrics import observe_each
from .stores import Stores

STALE_SECONDS = 150.0
"""A watch that heard nothing for longer, bookmarks included, makes the operator unready."""
AnyReflector = Reflector[Any]


def observe_stores(metrics: Metrics, stores: Stores, *, each_job: bool) -> None:
    """Jobs by phase and objects stored are counted when somebody looks; with `each_job` a few series a job as well."""
    metrics.observe_at_scrape(catalogue.JOBS, lambda: jobs_by_phase(stores.phases()))
    metrics.observe_at_scrape(catalogue.GPUS, lambda: gpus_held(stores.documents.all()))
    metrics.observe_at_scrape(catalogue.STORED, stores.sizes)
    if each_job:
        observe_each(metrics, stores.documents.all)


def observe_watches(metrics: Metrics, reflectors: Iterable[AnyReflector]) -> None:
    """The age of the last word of each resource's watch; of several namespaces the oldest."""
    followed = tuple(reflectors)

    def ages() -> dict[tuple[str, ...], float]:
        now, found = time.monotonic(), dict[tuple[str, ...], float]()
        for reflector in followed:
            resource = (reflector.source.resource.plural,)
            found[resource] = max(found.get(resource, 0.0), _silence(reflector, now))
        return found

    metrics.observe_at_scrape(catalogue.WATCH_AGE, ages)


def watch_reflectors(health: Health, reflectors: Iterable[AnyReflector], timing: Timing) -> None:
    """Alive means that each tries; ready means that each hears."""
    for reflector in reflectors:
        name = f"the watch of {reflector.source}"
        health.add_loop(Loop(name, _last_attempt(reflector), timing.attempt_deadline))
        health.add_readiness(_freshness(reflector))


def _last_attempt(reflector: AnyReflector) -> Callable[[], float]:
    return lambda: reflector.last_attempt


def _freshness(reflector: AnyReflector) -> Callable[[], str | None]:
    def check() -> str | None:
        if reflector.last_error:
            return reflector.last_error
        if not reflector.synced:
            return f"{reflector.source} have not been read yet"
        silent = _silence(reflector, time.monotonic())
        return f"nothing heard of {reflector.source} for {silent:.0f} s" if silent > STALE_SECONDS else None

    return check


def _silence(reflector: AnyReflector, now: float) -> float:
    return now - reflector.last_contact if reflector.last_contact is not None else float("inf")
