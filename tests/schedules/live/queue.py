"""What Kueue does to the child of a queued job, in the writes that matter here: it lets it run, and takes that back."""

from __future__ import annotations

from tests.cluster.api import Api, ApiError
from tests.cluster.resources import jobs
from tests.schedules.truth import NAME, ended
from tests.support.kueue import QUEUE_LABEL

_OVERTAKEN = (404, 409, 422)


class Queue:
    """The quota of one namespace."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self._child = api, jobs(namespace, NAME)

    def admit(self) -> bool:
        """The child may run. Returns whether one was waiting for it."""
        return self._switch(suspend=False)

    def displace(self) -> bool:
        """The child must stop, and its start time is emptied. Returns whether it ran."""
        displaced = self._switch(suspend=True)
        if displaced:
            self._patch("status", {"status": {"startTime": None}})
        return displaced

    def _switch(self, *, suspend: bool) -> bool:
        child = self._api.find(self._child)
        if child is None or ended(child) or QUEUE_LABEL not in (child["metadata"].get("labels") or {}):
            return False
        if bool(child["spec"].get("suspend")) == suspend:
            return False
        return self._patch(None, {"metadata": {"uid": child["metadata"]["uid"]}, "spec": {"suspend": suspend}})

    def _patch(self, subresource: str | None, patch: dict[str, object]) -> bool:
        try:
            self._api.patch(self._child._replace(subresource=subresource), patch)
        except ApiError as error:
            if error.code not in _OVERTAKEN:
                raise
            return False
        return True
