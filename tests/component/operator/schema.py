"""The resource as a version that checks nothing would define it: so that objects can be made that no schema lets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.cluster.api import ApiError, Object, poll
from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource

DEFINITION = Resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "transferjobs.transferjob.dev")


@contextmanager
def loosened(cluster: ControlPlane) -> Iterator[None]:
    """Any document is a TransferJob; afterwards the schema is as it was."""
    strict = cluster.api.get(DEFINITION)["spec"]["versions"]
    anything: Any = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    cluster.api.patch(DEFINITION, {"spec": {"versions": [{**strict[0], "schema": anything}]}})
    try:
        yield
    finally:
        cluster.api.patch(DEFINITION, {"spec": {"versions": strict}})


def until_accepted(attempt: Callable[[], Object]) -> Object:
    """A changed schema is taken up a moment after it was written."""

    def once() -> Object | None:
        try:
            return attempt()
        except ApiError as error:
            if error.code not in (400, 422):
                raise
            return None

    made = poll(once, lambda found: found is not None, 15, "the loosened schema")
    assert made is not None
    return made
