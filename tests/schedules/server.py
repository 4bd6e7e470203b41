"""A model of the API server: versions, watches, preconditions, finalizers, and the garbage collector.

Objects are JSON as on the wire and never changed in place, so that a watch and a lagging view may keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from tests.support.builders import NAMESPACE, T0
from transferjob_operator.core.times import format_time
from transferjob_operator.kube.errors import ApiError, error_from_status

Object = dict[str, Any]
Plural = Literal["transferjobs", "jobs", "pods", "nodes"]
Policy = Literal["Background", "Foreground", "Orphan"]
TRACKING = "batch.kubernetes.io/job-tracking"
GRACE_SECONDS = 30
PLURALS: tuple[Plural, ...] = ("transferjobs", "jobs", "pods", "nodes")
_KINDS = {"transferjobs": "TransferJob", "jobs": "Job", "pods": "Pod", "nodes": "Node"}
_HOLDS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a watch."""

    deleted: bool
    object: Object


@dataclass
class Server:
    """Everything that is stored, and everything that happened to it."""

    now: datetime = T0
    objects: dict[tuple[Plural, str], Object] = field(default_factory=dict)
    log: dict[Plural, list[Event]] = field(default_factory=lambda: {plural: [] for plural in PLURALS})
    version: int = 100
    made: int = 0
    orphaned: set[str] = field(default_factory=set)
    """UIDs of what lost its owner by a deletion that orphans: its user wanted it so."""

    def get(self, plural: Plural, name: str) -> Object | None:
        """The object of this name."""
        return self.objects.get((plural, name))

    def all(self, plural: Plural) -> list[Object]:
        """Every object of a kind."""
        return [item for (kind, _), item in self.objects.items() if kind == plural]

    def owned(self, plural: Plural, uid: str) -> list[Object]:
        """The objects with this owner."""
        return [item for item in self.all(plural) if owner_uid(item) == uid]

    def create(self, plural: Plural, manifest: Mapping[str, Any]) -> Object:
        """Stores a new object. Raises Conflict where the name is taken."""
        metadata = manifest["metadata"]
        if self.get(plural, metadata["name"]) is not None:
            raise refusal(409, "AlreadyExists")
        self.made += 1
        born = {
            "namespace": NAMESPACE,
            "uid": f"{plural}-{self.made:04}",
            "creationTimestamp": self.time,
            "generation": 1,
        }
        return self._store(plural, {"kind": _KINDS[plural], **manifest, "metadata": {**metadata, **born}})

    def patch(self, plural: Plural, name: str, patch: Mapping[str, Any]) -> Object:
        """A merge patch with the preconditions that its metadata names. Raises NotFound or Conflict."""
        known = self.expect(plural, name, patch.get("metadata") or {})
        changed = merged(known, patch)
        if "spec" in patch and changed["spec"] != known["spec"]:
            changed = merged(changed, {"metadata": {"generation": known["metadata"]["generation"] + 1}})
        return known if changed == known else self._store(plural, changed)

    def expect(self, plural: Plural, name: str, seen: Mapping[str, Any]) -> Object:
        """The object, where it is still what was seen. Raises NotFound or Conflict."""
        known = self.get(plural, name)
        if known is None:
            raise refusal(404, "NotFound")
        if any(known["metadata"][key] != seen[key] for key in ("uid", "resourceVersion") if key in seen):
            raise refusal(409, "Conflict")
        return known

    def delete(self, plural: Plural, name: str, policy: Policy = "Background", grace: int | None = None) -> Object:
        """Begins a deletion; what holds the object keeps it. Returns the object as it was left."""
        known = self.objects[plural, name]
        if plural == "pods":
            return self._delete_pod(known, grace)
        hold = _HOLDS.get(policy)
        if hold and hold not in finalizers(known):
            held = {"finalizers": [*finalizers(known), hold]}
            known = self.patch(plural, name, {"metadata": {**held, "deletionTimestamp": self.time}})
        elif not finalizers(known):
            self.drop(plural, name)
        return known

    def _delete_pod(self, pod: Object, grace: int | None) -> Object:
        now = grace == 0 or not pod["spec"].get("nodeName") or finished_pod(pod)
        seconds = 0 if now else GRACE_SECONDS
        if not pod["metadata"].get("deletionTimestamp") or now:
            told = {
                "deletionTimestamp": format_time(self.now + timedelta(seconds=seconds)),
                "deletionGracePeriodSeconds": seconds,
            }
            pod = self.patch("pods", pod["metadata"]["name"], {"metadata": told})
        self.reap(pod)
        return pod

    def release(self, plural: Plural, name: str, finalizer: str) -> None:
        """Takes a finalizer away; an object whose deletion waited for it is gone."""
        known = self.objects[plural, name]
        left = [item for item in finalizers(known) if item != finalizer]
        known = self.patch(plural, name, {"metadata": {"finalizers": left}})
        if plural == "pods":
            self.reap(known)
        elif known["metadata"].get("deletionTimestamp") and not left:
            self.drop(plural, name)

    def reap(self, pod: Object) -> None:
        """Removes a pod that nothing holds: not its kubelet, not a finalizer."""
        metadata = pod["metadata"]
        if metadata.get("deletionGracePeriodSeconds") == 0 and not finalizers(pod):
            self.drop("pods", metadata["name"])

    def drop(self, plural: Plural, name: str) -> None:
        """The object is gone."""
        gone = self.objects.pop((plural, name))
        self.version += 1
        last = {**gone, "metadata": {**gone["metadata"], "resourceVersion": str(self.version)}}
        self.log[plural].append(Event(True, last))

    def collect(self) -> bool:
        """One round of the garbage collector. Returns whether it did something."""
        before = self.version
        for plural in PLURALS[:2]:
            for item in self.all(plural):
                self._let_go(plural, item)
        uids = {item["metadata"]["uid"] for item in self.objects.values()}
        for plural in PLURALS[1:3]:
            for item in self.all(plural):
                if owner_uid(item) is not None and owner_uid(item) not in uids and not _leaves(item):
                    self.delete(plural, item["metadata"]["name"])
        return self.version != before

    def _let_go(self, plural: Plural, item: Object) -> None:
        metadata = item["metadata"]
        below: Plural = "jobs" if plural == "transferjobs" else "pods"
        dependents = self.owned(below, metadata["uid"])
        if "orphan" in finalizers(item):
            for child in dependents:
                self.orphaned.add(child["metadata"]["uid"])
                self.patch(below, child["metadata"]["name"], {"metadata": {"ownerReferences": []}})
            self.release(plural, metadata["name"], "orphan")
        elif "foregroundDeletion" in finalizers(item):
            for child in dependents:
                if not _leaves(child):
                    self.delete(below, child["metadata"]["name"], "Foreground")
            if not dependents:
                self.release(plural, metadata["name"], "foregroundDeletion")

    @property
    def time(self) -> str:
        """Now, as objects carry it."""
        return format_time(self.now)

    def _store(self, plural: Plural, item: Object) -> Object:
        self.version += 1
        stored = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self.version)}}
        self.objects[plural, stored["metadata"]["name"]] = stored
        self.log[plural].append(Event(False, stored))
        return stored


def merged(old: Any, patch: Mapping[str, Any]) -> Object:
    """RFC 7386, without touching the old document."""
    result = dict(old) if isinstance(old, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value) if isinstance(value, Mapping) else value
    return result


def refusal(code: int, reason: str) -> ApiError:
    """The error that the client raises for this answer."""
    return error_from_status({"reason": reason, "message": f"{reason} (model)"}, code)


def finalizers(item: Object) -> list[str]:
    """What holds an object that is to be deleted."""
    held: list[str] = item["metadata"].get("finalizers") or []
    return held


def owner_uid(item: Object) -> str | None:
    """UID of the controller."""
    references: list[Object] = item["metadata"].get("ownerReferences") or []
    return references[0]["uid"] if references else None


def finished_pod(pod: Object) -> bool:
    """Succeeded or Failed."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _leaves(item: Object) -> bool:
    return "deletionTimestamp" in item["metadata"]


def conditions(item: Object) -> Iterator[Object]:
    """The conditions that are true."""
    told = item.get("status", {}).get("conditions") or ()
    return (condition for condition in told if condition["status"] == "True")


def has(item: Object, kind: str) -> Object | None:
    """The condition of this type, where it is true."""
    return next((condition for condition in conditions(item) if condition["type"] == kind), None)


def with_condition(
    item: Object, kind: str, status: str, time: str, reason: str = "", message: str = ""
) -> list[Object]:
    """The conditions of an object with this one in them."""
    told = {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": time}
    others = [known for known in item.get("status", {}).get("conditions") or () if known["type"] != kind]
    return [*others, told]
