"""Training of a network on a dataset in memory."""

from __future__ import annotations

from collections.abc import Sequence

from ..contract.run_file import RunFile
from ..data import Dataset
from ..distribute.devices import ALONE, Spread
from ..distribute.share import WHOLE, Share
from ..log import RunLog
from ..network import Network
from ..progress_board import ProgressBoard
from .class_weights import example_weights
from .feed import Feed, ImageFeed, Order, Views
from .learner import Learner, whole_learner
from .phase_run import Source
from .phases import Phase, resolve_phases
from .session import Hook, Session
from .watch import Watch


def make_image_feed(dataset: Dataset, run: RunFile, share: Share = WHOLE, views: Views | None = None) -> ImageFeed:
    """The pictures of a dataset as the run wants to see them.

    Raises:
        InvalidSpec: a weight for a class that the dataset does not have.
    """
    training, train = run.training, dataset.train
    return ImageFeed(
        train,
        dataset.validation,
        Order(training.batch_size, training.seed, share),
        weights=example_weights(training.class_weights, train.labels, dataset.classes),
        augmentation=training.augmentation,
        views=views,
        classes=len(dataset.classes),
    )


def picture_source(
    network: Network, dataset: Dataset, run: RunFile, share: Share = WHOLE, views: Views | None = None
) -> Source:
    """Feeds every phase with pictures, and trains the whole network on them."""
    feed = make_image_feed(dataset, run, share, views)

    def source(_phase: Phase) -> tuple[Feed, Learner]:
        return feed, whole_learner(network.model)

    return source


def make_session(
    network: Network,
    run: RunFile,
    source: Source,
    board: ProgressBoard,
    log: RunLog,
    hooks: Sequence[Hook] = (),
    *,
    most_steps: int | None = None,
    spread: Spread = ALONE,
) -> Session:
    """The training of a run, ready to begin or to take over a state.

    Raises:
        InvalidSpec: a phase freezes less than the job says, or names a layer that is not there.
    """
    names = network.layer_names
    phases = resolve_phases(run, names)
    watch = Watch(board, log, phases, len(names))
    return Session(network, run, phases, source, watch, hooks, most_steps, spread)
