"""One pass over one job, the only imperative sequence: gather, decide, write the child, write status once, tell.

Deletions come after the status: an outcome must be told before what it was read from is gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from ..api.status import TransferJobStatus
from ..core.decision import (
    Action,
    CreateJob,
    CreateService,
    Decision,
    DeleteJob,
    DeletePod,
    DeleteTransferJob,
    EventValue,
    ReleasePod,
    SuspendJob,
)
from ..core.diagnosis.log_tail import LogOf
from ..core.diagnosis.refusal import is_refusal
from ..core.plan import decide_invalid
from ..core.profiled import decide_with_profile
from ..core.profiles import Profiles
from ..core.records import PodRecord, Refusal
from ..core.settings import CoreSettings
from ..kube import rest
from ..kube.errors import ApiError, Conflict
from ..kube.events import EventSender
from ..kube.store import Key
from ..kube.writer import NameTaken, Writer
from ..observability.logging import add_log_fields
from .confirm import LOOKS
from .gather import Gatherer, View
from .logs import RECHECK_SECONDS
from .progress_puller import ProgressPuller
from .recent_times import RecentTimes
from .words_hold import WordsHold

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PassResult:
    """How a pass ended: `unchanged`, `written` or `gone`; and after how many seconds to look again."""

    result: str
    requeue_after: float | None = None


@dataclass(frozen=True, slots=True)
class Seams:
    """What a pass needs besides the view."""

    writer: Writer
    events: EventSender
    puller: ProgressPuller
    progress_interval: Callable[[str], float]
    enqueue: Callable[[Key], None]
    on_finished: Callable[[str, TransferJobStatus], None] = lambda _reason, _status: None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    profiles: Callable[[], Profiles] = dict
    log_end: Callable[[Key, LogOf], tuple[str | None, bool]] = lambda _key, _log: (None, False)


class Reconciler:
    """Makes passes; one instance serves all workers."""

    def __init__(self, gatherer: Gatherer, seams: Seams, settings: CoreSettings, written: RecentTimes) -> None:
        self._gatherer, self._seams, self._settings = gatherer, seams, settings
        self._progress_written = written
        self._words = WordsHold()

    def reconcile(self, key: Key) -> PassResult:
        """Makes one pass over a job.

        Raises:
            Conflict: what the decision rests on has changed.
            ApiError: the API server did not do what was asked; nothing after it was tried.
        """
        view = self._gatherer.view(key)
        if view is None:
            return PassResult("gone")
        if view.status.pod_uid:
            add_log_fields(attempt=view.status.pod_uid)
        view, decision, awaited = self._heard(key, view, self._decide(view))
        if awaited:
            return PassResult("unchanged", RECHECK_SECONDS)
        view, decision, refused = self._act(*self._confirmed(view, decision))
        held = self._words.wait(view.document.uid, view.status, decision.status, self._seams.clock())
        wrote = not held and self._write_status(view, decision)
        for action in decision.actions:
            self._take_away(action)
        for event in decision.events:
            self._tell(view, event)
        if refused is not None:
            raise refused  # told in the status; tried again later and later
        return self._result(key, decision, wrote, held)

    def _decide(self, view: View) -> Decision:
        now = self._seams.clock()
        if view.job is None:
            return decide_invalid(view.generation, view.problems, view.status, now)
        settings = replace(
            self._settings,
            progress_write_seconds=self._seams.progress_interval(view.document.uid),
            profiles=self._seams.profiles(),
        )
        return decide_with_profile(view.job, view.status, view.observed, settings, now)

    def _heard(self, key: Key, view: View, decision: Decision) -> tuple[View, Decision, bool]:
        """The decision with the end of the log that it wants to quote, or whether that is still awaited."""
        if decision.log_of is None:
            return view, decision, False
        tail, awaited = self._seams.log_end(key, decision.log_of)
        if tail is None:
            return view, decision, awaited
        view = replace(view, observed=replace(view.observed, log_tail=tail))
        return view, self._decide(view), False

    def _confirmed(self, view: View, decision: Decision) -> tuple[View, Decision]:
        """The decision, made anew after each look at the server that has shown the view to be old."""
        for look in LOOKS:
            newer = look(self._seams.writer, view, decision)
            if newer is not None:
                view, decision = newer, self._decide(newer)
        return view, decision

    def _act(self, view: View, decision: Decision) -> tuple[View, Decision, ApiError | None]:
        """Writes to the child what comes before the status; where that is refused, decides anew with the answer."""
        try:
            for action in decision.actions:
                self._write_child(action)
        except NameTaken as taken:
            job = taken.resource is rest.JOBS
            view = replace(view, observed=replace(view.observed, foreign_job=job, foreign_service=not job))
        except ApiError as error:
            if isinstance(error, Conflict) or not is_refusal(error.code, error.message):
                raise
            refusal = Refusal(error.code, error.reason, error.message)
            view = replace(view, observed=replace(view.observed, refusal=refusal))
            return view, self._decide(view), error
        else:
            return view, decision, None
        return view, self._decide(view), None

    def _write_child(self, action: Action) -> None:
        writer = self._seams.writer
        if isinstance(action, CreateService):
            writer.create_service(action.manifest)
        elif isinstance(action, CreateJob):
            writer.create_job(action.manifest)
        elif isinstance(action, SuspendJob):
            writer.suspend_job(action.namespace, action.name, action.uid, action.suspend, action.resource_version)

    def _take_away(self, action: Action) -> None:
        writer = self._seams.writer
        match action:
            case DeleteJob():
                writer.delete_job(action.namespace, action.name, action.uid, action.resource_version)
            case DeleteTransferJob():
                log.info("the time to live after the end is over: the TransferJob is deleted")
                writer.delete_transfer_job(action.namespace, action.name, action.uid, action.resource_version)
            case DeletePod():
                writer.delete_pod(action.namespace, action.name, action.uid)
            case ReleasePod():
                self._release(action)

    def _release(self, pod: ReleasePod) -> None:
        """In this order a death in between is made good by the next pass, which still sees a pod that has not ended."""
        writer = self._seams.writer
        log.warning("pod %s is given up: %s", pod.name, pod.message)
        writer.delete_pod(pod.namespace, pod.name, pod.uid, grace_seconds=0)
        writer.fail_pod(pod.namespace, pod.name, pod.uid, pod.reason, pod.message)

    def _write_status(self, view: View, decision: Decision) -> bool:
        if decision.status == view.status:
            return False
        uid = view.document.uid
        wrote = self._seams.writer.write_status(view.document, view.stored_status, decision.status.to_json())
        if wrote and decision.status.progress != view.status.progress:
            self._progress_written.note(uid, self._seams.clock())
        if decision.status.finished and not view.status.finished:
            self._finished(uid, decision)
        return wrote

    def _finished(self, uid: str, decision: Decision) -> None:
        self._progress_written.forget(uid)
        self._words.forget(uid)
        failure = decision.status.failure
        reason = failure.reason if failure else "Succeeded"
        log.info("the job is over: %s", f"{reason}: {failure.message}" if failure else reason)
        self._seams.on_finished(reason, decision.status)

    def _tell(self, view: View, event: EventValue) -> None:
        log.info("%s: %s", event.reason, event.message)
        self._seams.events.send(view.document, event)

    def _result(self, key: Key, decision: Decision, wrote: bool, held: float) -> PassResult:
        # What was just done is in the stores already, and no watch will tell of it again; but for the job's own end.
        times = [0.0] if any(not isinstance(action, DeleteTransferJob) for action in decision.actions) else []
        times += [held] if held else []
        times += [decision.requeue_after] if decision.requeue_after is not None else []
        times += [self._poll(key, decision.poll_progress)] if decision.poll_progress else []
        return PassResult("written" if wrote or decision.actions else "unchanged", min(times, default=None))

    def _poll(self, key: Key, pod: PodRecord) -> float:
        if pod.ip is None:
            return self._seams.puller.interval
        return self._seams.puller.request(pod.ip, pod.uid, partial(self._seams.enqueue, key))
