from __future__ import annotations

from typing import Any

from transferjob_operator.kube.eventseries import SeriesMemory


def event(
    name: str, *, uid: str = "job-1", note: str = "the image cannot be pulled", time: str = "t0"
) -> dict[str, Any]:
    told = {"type": "Warning", "reason": "ImagePull", "note": note, "eventTime": time}
    return {"metadata": {"name": name}, "regarding": {"uid": uid}, **told}


def test_the_same_told_again_counts_on_the_first_event() -> None:
    memory = SeriesMemory()
    assert memory.add(event("first")) is None
    for count in (2, 3):
        series = memory.add(event(f"again-{count}", time=f"t{count}"))
        assert series is not None
        assert (series.name, series.patch()) == ("first", {"series": {"count": count, "lastObservedTime": f"t{count}"}})


def test_other_words_or_another_job_are_events_of_their_own() -> None:
    memory = SeriesMemory()
    memory.add(event("first"))
    assert memory.add(event("second", note="a secret is missing")) is None
    assert memory.add(event("third", uid="job-2")) is None


def test_what_was_forgotten_is_told_anew() -> None:
    memory = SeriesMemory(limit=2)
    for number in range(3):
        memory.add(event(f"event-{number}", note=str(number)))
    assert memory.add(event("again", note="0")) is None
    assert memory.add(event("again", note="2")) is not None
