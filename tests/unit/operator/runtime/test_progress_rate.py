from __future__ import annotations

from transferjob_operator.runtime.progress_rate import SPREAD, WRITES_PER_SECOND, ProgressRate

BASE_SECONDS = 10.0


def test_the_interval_stretches_with_the_number_of_jobs() -> None:
    now, running = [0.0], [10]
    rate = ProgressRate(BASE_SECONDS, lambda: running[0], lambda: now[0])
    assert rate.interval("a") == BASE_SECONDS
    running[0] = 1000
    assert rate.interval("a") == BASE_SECONDS  # counted a moment ago
    now[0] = 2.0
    assert 50.0 <= rate.interval("a") <= 50.0 * (1 + SPREAD)


def test_jobs_that_began_together_soon_write_apart_and_within_the_budget() -> None:
    rate = ProgressRate(BASE_SECONDS, lambda: 1000, lambda: 0.0)
    intervals = [rate.interval(f"0f6c2f6e-{number}") for number in range(1000)]
    seconds = 600
    written = sorted(turn * interval for interval in intervals for turn in range(1, int(seconds / interval) + 1))
    assert len(written) / seconds <= WRITES_PER_SECOND
    late = [time for time in written if time > seconds / 2]
    busiest = max(sum(start <= time < start + 5 for time in late) for start in range(seconds // 2, seconds - 5))
    assert busiest / 5 < 2 * WRITES_PER_SECOND
