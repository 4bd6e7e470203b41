"""One namespace of a real API server, as the checks of the schedules look at it."""

from __future__ import annotations

from tests.cluster.api import Api
from tests.cluster.resources import Resource, jobs, nodes, pods
from tests.schedules.server import Object, Plural, owner_uid

TRANSFER_JOBS = "transferjob.dev/v1alpha1", "transferjobs"


class RealView:
    """What there is, and whose it is."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api, self.namespace = api, namespace
        self.strangers: set[str] = set()
        """UIDs of Jobs that somebody else has made."""
        self.orphaning = False
        """A TransferJob was deleted in such a way that its child stays."""

    def get(self, plural: Plural, name: str) -> Object | None:
        """The object of this name."""
        return self._api.find(self.at(plural).named(name))

    def all(self, plural: Plural) -> list[Object]:
        """Every object of a kind."""
        return self._api.list(self.at(plural))

    def foreign(self) -> set[str]:
        """UIDs of Jobs that are nobody's business."""
        left = {job["metadata"]["uid"] for job in self.all("jobs") if owner_uid(job) is None}
        return left if self.orphaning else left & self.strangers

    def at(self, plural: Plural) -> Resource:
        """Where objects of a kind are."""
        where = {
            "transferjobs": Resource(*TRANSFER_JOBS, self.namespace),
            "jobs": jobs(self.namespace),
            "pods": pods(self.namespace),
            "nodes": nodes(),
        }
        return where[plural]
