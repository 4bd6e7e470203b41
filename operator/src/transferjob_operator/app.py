"""The composition root: builds the parts from settings, starts them in order, and stops them in the other."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version

from .core.naming import CHILD_SELECTOR
from .core.nodes import project_node
from .core.observed import Observed
from .core.projection import project_job, project_pod
from .core.settings import CoreSettings
from .errors import OperatorError
from .kube import rest
from .kube.client import KubeClient, load_configuration
from .kube.document import project_document
from .kube.events import EventSender, Reporter
from .kube.lease import LeaseElector, LeaseName
from .kube.reflector import Hooks, Project, Reflector, Source, Timing
from .kube.store import Change, Key, R, Store
from .kube.writer import Writer
from .malloc import FreedMemory, share_one_arena
from .observability import catalogue
from .observability.health import Health, HealthServer, Loop
from .observability.logging import configure_logging
from .observability.metrics import Metrics
from .runtime.controller import WORKER_DEADLINE_SECONDS, Controller
from .runtime.gather import Gatherer
from .runtime.job_metrics import count_finished
from .runtime.logs import Logs
from .runtime.mapping import Mapping
from .runtime.node_watch import NodeWatch
from .runtime.notes import Notes
from .runtime.observing import AnyReflector, observe_stores, observe_watches, watch_reflectors
from .runtime.profile_file import ProfileFile
from .runtime.progress_puller import ProgressPuller
from .runtime.progress_rate import ProgressRate
from .runtime.recent_times import RecentTimes
from .runtime.reconcile import Reconciler, Seams
from .runtime.stores import Stores
from .runtime.workqueue import Priority, WorkQueue
from .settings import Settings

_LEASE_LOOP_SECONDS = 60.0
_STOP_WORKERS_SECONDS = 3.0
_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
_POLL_SECONDS = 0.5

log = logging.getLogger(__name__)


def run(settings: Settings) -> int:
    """Runs the operator until SIGTERM or SIGINT, or until leadership is lost.

    Returns:
        The exit code: 0 after a signal, 1 after leadership was lost.

    Raises:
        OperatorError: it could not start.
    """
    share_one_arena()
    configure_logging(settings.log_format, settings.log_level)
    stop = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # before any thread starts: all inherit it, and run() waits
    operator = Operator(settings, stop)
    operator.start()
    freed = FreedMemory()
    while not stop.is_set() and not _is_asked_to_stop():
        freed.give_back_when_due()
    stop.set()
    operator.stop()
    return 1 if operator.lost_leadership else 0


def _is_asked_to_stop() -> bool:
    got = signal.sigtimedwait(_SIGNALS, _POLL_SECONDS)
    # CPython returns a siginfo of garbage where SIGCONT interrupts a wait whose time had passed meanwhile.
    return got is not None and got.si_signo in _SIGNALS


class Operator:
    """All parts of one operator process."""

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._settings, self._stop = settings, stop
        self.lost_leadership = False
        self._metrics = Metrics(version("transferjob"))
        read_configuration = partial(load_configuration, settings.kubeconfig, settings.context)
        self._client = KubeClient(
            read_configuration(),
            pool_size=settings.workers + 8,
            user_agent=f"transferjob-operator/{version('transferjob')}",
            on_response=self._metrics.api_answered,
            reload=read_configuration,
            read_timeout=settings.request_timeout_seconds,
        )
        self._profiles = ProfileFile(settings.profiles)
        self._timing = Timing(idle=settings.watch_idle_seconds, resync=settings.resync_seconds)
        self._stores = Stores()
        self._queue: WorkQueue[Key] = WorkQueue(metrics=self._metrics)
        self._mapping = Mapping(self._stores.jobs, self._stores.pods)
        self._reflectors = list(self._make_reflectors())
        self._nodes = self._make_node_watch()
        reporter = Reporter("transferjob.dev/operator", settings.identity)
        self._events = EventSender(
            self._client, reporter, self._metrics.event_dropped, is_crowded=lambda: self._queue.crowded
        )
        self._puller = ProgressPuller(on_result=self._metrics.progress_pulled)
        self._notes = Notes(self._client, self._hear)
        self._logs = Logs(self._client, self._hear)
        self._controller = self._make_controller()
        self._elector = self._make_elector()
        self._server = self._make_server()

    def start(self) -> None:
        """Starts everything; workers begin once the stores are filled and this process leads."""
        self._server.start()
        self._events.start()
        for reflector in self._reflectors:
            reflector.start()
        self._nodes.start()
        if self._elector is None:
            self._begin()
        else:
            self._elector.start()
        log.info("started; health on port %d", self._server.port)

    def stop(self) -> None:
        """Lets running writes end, gives the lease back, and stops, within 5 seconds."""
        log.info("stopping")
        idle = self._controller.stop(_STOP_WORKERS_SECONDS)
        if self._elector is not None and idle:
            self._elector.stop(0.5)  # not before the last write: the next leader must not meet it
        self._puller.close()
        self._notes.close()
        self._logs.close()
        self._events.stop(0.5)
        self._nodes.stop(0.1)
        for reflector in self._reflectors:
            reflector.stop(0.1)
        self._server.stop()
        log.info("stopped")

    @property
    def leading(self) -> bool:
        """Whether this process may write."""
        return not self._stop.is_set() and (self._elector is None or self._elector.leading)

    @property
    def may_finish(self) -> bool:
        """Whether a pass that has begun may go on writing: also while this process stops."""
        return self._elector is None or self._elector.leading

    def _begin(self) -> None:
        threading.Thread(target=self._work_when_synced, name="begin", daemon=True).start()

    def _work_when_synced(self) -> None:
        while not self._stop.is_set():
            if all(reflector.wait_synced(1.0) for reflector in self._reflectors):
                self._controller.start()
                log.info("working on %d TransferJobs", len(self._stores.documents))
                return

    def _lose(self) -> None:
        log.error("another process leads; this one ends")
        self.lost_leadership = True
        self._stop.set()

    def _make_reflectors(self) -> Iterator[AnyReflector]:
        mapping, stores = self._mapping, self._stores
        for namespace in self._settings.namespaces or (None,):
            jobs = Source(rest.TRANSFER_JOBS, namespace)
            children = Source(rest.JOBS, namespace, CHILD_SELECTOR)
            pods = Source(rest.PODS, namespace, CHILD_SELECTOR)
            yield self._follow(pods, stores.pods, project_pod, mapping.of_pod)
            yield self._follow(children, stores.jobs, project_job, mapping.of_job)
            yield self._follow(jobs, stores.documents, project_document, mapping.of_document, Priority.FRESH)

    def _hear(self, key: Key) -> None:
        """Something about a job was answered that no watch tells."""
        self._queue.add(key, Priority.FOLLOW_UP)

    def _make_node_watch(self) -> NodeWatch:
        reflector = self._follow(Source(rest.NODES), self._stores.nodes, project_node, self._mapping.of_node)
        return NodeWatch(self._client, reflector, wanted=self._settings.node_lost_seconds > 0)

    def _follow(
        self,
        source: Source,
        store: Store[R],
        project: Project[R],
        keys: Callable[[Change[R]], Iterator[Key]],
        priority: Priority = Priority.FOLLOW_UP,
    ) -> Reflector[R]:
        return Reflector(self._client, source, store, project, self._hooks(keys, priority), self._timing)

    def _hooks(self, keys: Callable[[Change[R]], Iterator[Key]], priority: Priority) -> Hooks[R]:
        def on_change(change: Change[R], listed: bool) -> None:
            for key in keys(change):
                self._queue.add(key, Priority.STARTUP if listed else priority)

        return Hooks(on_change, lambda resource, cause: self._metrics.watch_restarted(resource.plural, cause))

    def _make_controller(self) -> Controller:
        settings = self._settings
        stores = self._stores
        writer = Writer(self._client, stores.documents, stores.jobs, stores.pods, lambda: self.may_finish)
        written = RecentTimes()
        core = CoreSettings(
            settings.trainer_image,
            settings.image_pull_policy,
            settings.keep_log_tail,
            node_lost_seconds=settings.node_lost_seconds,
            unreachable_toleration_seconds=settings.unreachable_toleration_seconds,
            imagenet_mirror=settings.imagenet_mirror or None,
            allowed=settings.allowed,
        )
        rate = ProgressRate(core.progress_write_seconds, lambda: self._stores.phases().count("Running"))
        seams = Seams(
            writer,
            self._events,
            self._puller,
            rate.interval,
            self._hear,
            on_finished=partial(count_finished, self._metrics),
            profiles=self._profiles.current,
            log_end=self._logs.end_of,
        )
        gatherer = Gatherer(stores, writer, self._puller, written.at, self._notes.about, self._log_tail)
        return Controller(
            self._queue,
            Reconciler(gatherer, seams, core, written),
            settings.workers,
            may_write=lambda: self.leading,
            on_pass=self._metrics.reconciled,
        )

    def _log_tail(self, key: Key, observed: Observed) -> tuple[str | None, bool]:
        return self._logs.tail(key, observed) if self._settings.keep_log_tail else (None, False)

    def _make_elector(self) -> LeaseElector | None:
        settings = self._settings
        if not settings.leader_election:
            return None
        lease = LeaseName(settings.lease_namespace, settings.lease_name, settings.identity)
        return LeaseElector(self._client, lease, on_started=self._begin, on_lost=self._lose)

    def _make_server(self) -> HealthServer:
        self._metrics.observe_at_scrape(catalogue.LEADER, lambda: {(): float(self.leading)})
        observe_stores(self._metrics, self._stores, each_job=self._settings.job_metrics)
        observe_watches(self._metrics, self._reflectors)
        health = Health()
        watch_reflectors(health, self._reflectors, self._timing)
        health.add_loop(Loop("a worker", lambda: self._controller.last_attempt, WORKER_DEADLINE_SECONDS))
        if (elector := self._elector) is not None:
            health.add_loop(Loop("the election", lambda: elector.last_attempt, _LEASE_LOOP_SECONDS))
        try:
            return HealthServer(self._settings.health_address, self._settings.health_port, health, self._metrics)
        except OSError as error:
            raise OperatorError(f"--health-port {self._settings.health_port} cannot be served: {error}") from error
