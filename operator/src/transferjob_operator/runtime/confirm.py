"""Looks at the server before a decision is acted on that an old view would make wrong; each returns a newer view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..core.decision import CreateJob, Decision, ReleasePod
from ..kube.writer import Writer
from .gather import View


def reread_pods(writer: Writer, view: View, decision: Decision) -> View | None:
    """A Job that has ended without a pod that has: the pods are read anew, for the result is in them."""
    if not decision.reread_pods or view.observed.job is None:
        return None
    pods = writer.reread_pods(view.observed.job)
    return replace(view, observed=replace(view.observed, pods=pods, pods_reread=True))


def find_owner(writer: Writer, view: View, decision: Decision) -> View | None:
    """A child that has vanished and is to be made again: the garbage collector takes it when the TransferJob is gone.

    Raises:
        Conflict: it is gone, or changed.
    """
    if view.status.job_uid and any(isinstance(action, CreateJob) for action in decision.actions):
        writer.confirm(view.document)
    return None


def hear_nodes(writer: Writer, view: View, decision: Decision) -> View | None:
    """Pods that are to be given up: those stay whose node is heard of after all."""
    nodes = {action.node for action in decision.actions if isinstance(action, ReleasePod)}
    heard = {node for node in nodes if writer.unreachable_since(node) is None}
    if not heard:
        return None
    silent = {node: since for node, since in view.observed.unreachable.items() if node not in heard}
    return replace(view, observed=replace(view.observed, unreachable=silent))


Look = Callable[[Writer, View, Decision], View | None]
LOOKS: tuple[Look, ...] = (reread_pods, find_owner, hear_nodes)
