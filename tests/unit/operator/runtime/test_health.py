"""Health and metrics as probes and Prometheus see them."""

from collections.abc import Iterator

import httpx
import pytest

from transferjob_operator.observability import catalogue
from transferjob_operator.observability.health import Health, HealthServer, Loop
from transferjob_operator.observability.metrics import Metrics, jobs_by_phase


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(clock)


@pytest.fixture
def url(health: Health) -> Iterator[str]:
    server = HealthServer("127.0.0.1", 0, health, Metrics("1.2.3"))
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def get(url: str) -> tuple[int, str]:
    answer = httpx.get(url, trust_env=False)
    return answer.status_code, answer.text


@pytest.mark.checklist(14)
def test_a_loop_that_does_not_stir_makes_liveness_red(health: Health, clock: Clock, url: str) -> None:
    health.add_loop(Loop("the watch", lambda: 1000.0, 60.0))
    clock.now += 59
    assert get(f"{url}/healthz") == (200, "ok\n")
    clock.now += 2
    assert get(f"{url}/healthz") == (503, "the watch has not stirred for 61 s (limit 60 s)\n")


def test_a_reason_not_to_be_ready_is_no_reason_to_restart(health: Health, url: str) -> None:
    health.add_readiness(lambda: None)
    health.add_readiness(lambda: "the API server is away")
    assert get(f"{url}/readyz") == (503, "the API server is away\n")
    assert get(f"{url}/healthz") == (200, "ok\n")


def test_pages_that_do_not_exist(url: str) -> None:
    assert get(f"{url}/secret")[0] == 404


def test_metrics_are_served_from_the_first_moment(url: str) -> None:
    text = get(f"{url}/metrics")[1]
    assert 'transferjob_build_info{version="1.2.3"} 1.0' in text
    assert "transferjob_workqueue_depth 0.0" in text


def test_no_label_can_name_a_job() -> None:
    general = [metric for metric in catalogue.CATALOGUE if metric not in catalogue.OF_EACH_JOB]
    labels = {label for metric in general for label in metric.labels}
    assert labels == {"result", "resource", "cause", "verb", "code", "phase", "reason", "state", "version"}
    assert len({metric.name for metric in catalogue.CATALOGUE}) == len(catalogue.CATALOGUE)


def test_phases_are_counted_and_unknown_words_do_not_make_series() -> None:
    counted = jobs_by_phase(["", "Running", "Running", "nonsense", "more nonsense"])
    assert (counted["Pending",], counted["Running",], counted["Failed",], counted["Unknown",]) == (1, 2, 0, 2)
