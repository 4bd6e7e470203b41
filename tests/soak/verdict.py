"""What must hold when a soak is over: no job lost, none doubled, nothing left behind, and rest."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from tests.cluster.api import poll
from tests.cluster.resources import jobs, pods
from tests.faults.world import ACCOUNT
from tests.soak.place import Place
from tests.soak.traffic import Ledger

_SHOWN = 10
_LEFT_SECONDS, _REST_SECONDS, _REST_DEADLINE = 90.0, 3.0, 60.0


def complaints(place: Place, ledger: Ledger) -> list[str]:
    """Sentences about what is wrong; none means well."""
    lost = [f"{name} ({entry.kind}, {entry}) never came to its end" for name, entry in ledger.open.items()]
    return [*_some(ledger.wrong), *_some(lost), *_some(_doubled(place)), *_left(place), *_restless(place)]


def written(place: Place) -> dict[str, int]:
    """The operator's writes by verb and resource, refused ones too."""
    counted = place.cluster.audit.count(
        lambda write: (write.verb, write.resource, write.subresource), failed=True, user=ACCOUNT
    )
    return {" ".join(filter(None, key)): number for key, number in sorted(counted.items())}


def _doubled(place: Place) -> list[str]:
    made = place.cluster.audit.writes(user=ACCOUNT, namespace=place.namespace, resource="jobs", verb="create")
    times = Counter(write.name for write in made)
    return [f"{name} got {number} child Jobs" for name, number in times.items() if number > 1]


def _left(place: Place) -> list[str]:
    api = place.cluster.api

    def left() -> list[str]:
        found = [("Job", item) for item in api.list(jobs(place.namespace))]
        found += [("Pod", item) for item in api.list(pods(place.namespace))]
        return [f"{kind} {item['metadata']['name']}" for kind, item in found]

    try:
        poll(left, lambda found: not found, _LEFT_SECONDS, "nothing left behind")
    except TimeoutError:
        return _some([f"{what} was left behind" for what in left()])
    return []


def _restless(place: Place) -> list[str]:
    def writes_in_a_while() -> dict[str, int]:
        mark = place.cluster.audit.mark()
        end = time.monotonic() + _REST_SECONDS
        poll(time.monotonic, lambda now: now >= end, _REST_SECONDS + 1, "a while of rest")
        found = place.cluster.audit.writes(since=mark, failed=True, user=ACCOUNT)
        return dict(Counter(f"{write.verb} {write.resource}" for write in found if write.resource != "leases"))

    try:
        poll(writes_in_a_while, lambda found: not found, _REST_DEADLINE, "rest")
    except TimeoutError as error:
        return [f"the operator writes on though nothing changes: {error}"]
    return []


def _some(sentences: list[Any]) -> list[str]:
    more = [f"... and {len(sentences) - _SHOWN} more like it"] if len(sentences) > _SHOWN else []
    return [*map(str, sentences[:_SHOWN]), *more]
