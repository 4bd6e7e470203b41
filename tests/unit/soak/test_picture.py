"""The picture of a soak: a document that shows what the samples say."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from tests.soak.picture import picture
from tests.soak.samples import Sample, slopes

SVG = "{http://www.w3.org/2000/svg}"
FIRST = Sample(
    seconds=0.0,
    rss_mib=60.0,
    threads=28,
    descriptors=17,
    series=380,
    each_job_series=9,
    stored_jobs=50,
    stored_children=50,
    stored_pods=40,
    queue_depth=0,
    cpu_seconds=1.0,
    leads=True,
)


@pytest.fixture
def growing() -> list[Sample]:
    return [replace(FIRST, seconds=60.0 * minute, rss_mib=60.0 + minute) for minute in range(31)]


def test_growth_and_rest_are_told_apart_and_the_outage_is_grey(growing: list[Sample]) -> None:
    drawn = ElementTree.fromstring(picture(growing, slopes(growing), [(600.0, 1200.0)]))
    words = [text.text or "" for text in drawn.iter(f"{SVG}text")]
    assert "+60.0/h" in words
    assert (words.count("grows"), words.count("flat")) == (1, 6)
    assert "30 min" in words
    grey = [box for box in drawn.iter(f"{SVG}rect") if box.get("fill") == "#eeeeee"]
    assert len(grey) == 7
    left, width = (float(grey[0].get(name, "0")) for name in ("x", "width"))
    line = next(drawn.iter(f"{SVG}polyline")).get("points", "").split()
    across = [float(point.split(",")[0]) for point in line]
    assert (left, left + width) == pytest.approx((across[10], across[20]), abs=0.2)


def test_what_rises_is_drawn_rising(growing: list[Sample]) -> None:
    drawn = ElementTree.fromstring(picture(growing, slopes(growing)))
    memory, threads = (
        [float(p.split(",")[1]) for p in line.get("points", "").split()]
        for line in list(drawn.iter(f"{SVG}polyline"))[:2]
    )
    assert memory == sorted(memory, reverse=True)
    assert memory[0] > memory[-1]
    assert len(set(threads)) == 1
