"""Which samples of a soak are judged, and by which bound."""

import pytest

from tests.soak.samples import Sample, slopes

MINUTES = 30


def sample(
    minute: int, *, rss_mib: float = 80.0, descriptors: int = 18, away: bool = False, scale: float = 60.0
) -> Sample:
    return Sample(
        seconds=scale * minute,
        rss_mib=rss_mib,
        threads=28,
        descriptors=descriptors,
        series=390,
        each_job_series=0,
        stored_jobs=50,
        stored_children=50,
        stored_pods=50,
        queue_depth=0,
        cpu_seconds=0.0,
        leads=True,
        away=away,
    )


@pytest.mark.checklist(43)
def test_what_comes_back_with_the_api_server_is_no_growth() -> None:
    def run(told: bool) -> list[Sample]:
        outage = range(10, 23)
        return [sample(at, descriptors=4 if at in outage else 18, away=told and at in outage) for at in range(MINUTES)]

    assert slopes(run(told=False))["descriptors"]["grows"]
    assert not slopes(run(told=True))["descriptors"]["grows"]


@pytest.mark.checklist(43)
@pytest.mark.parametrize(("scale", "growth"), [(60.0, True), (10.0, False)])
def test_memory_pools_may_fill_in_the_first_minutes(scale: float, growth: bool) -> None:
    risen = [sample(at, rss_mib=80.0 + 0.25 * at, scale=scale) for at in range(MINUTES + 1)]
    assert slopes(risen)["rss_mib"]["grows"] is growth
