"""One run from run file to published result, in the order in which a bad run costs least."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .advise.of_run import advice_of_run, resolved, wants_advice
from .backbones import build_graph
from .batch_norm_steps import too_few_steps
from .cache.inputs import Inputs
from .cache.prepare import Preparation, Prepared
from .checks import input_size
from .container.check import check_memory
from .contract.advice import AdviceReport
from .contract.metrics_words import metrics_words
from .contract.report import EvaluationReport
from .contract.result import Result
from .contract.run_file import RunFile
from .contract.uri import OUTPUT_SCHEMES, parse_uri
from .data import Dataset, Examples, OpenDataset
from .data.alike import alike
from .distribute.devices import Spread, training_devices
from .distribute.group import Group, joined
from .distribute.peers import check_batch, read_peers
from .distribute.share import WHOLE
from .evaluate import evaluation
from .freeze_count import freeze_count
from .log import RunLog
from .materials import built_backbone, fetched_weights, listed_dataset, scratch_folder
from .network import Network, build_network
from .precision import FLOAT32
from .progress_board import ProgressBoard
from .publication import Trained, dataset_report, final_split, published
from .publish import published_result
from .report.mistakes import Mistake, surest_mistakes
from .settings import RunSettings
from .storage import open_storage
from .taken_head import check_classes, take_head
from .tensorflow_setup import start_tensorflow
from .train.batches import steps_per_epoch
from .train.checkpoint.keeping import train_with_checkpoints
from .train.checkpoint.place import checkpoint_spec, checkpoint_storage, clear_checkpoints
from .train.fit import make_session
from .train.monitor import chosen_by_validation, too_few_to_choose, with_monitor
from .train.phases import resolve_phases
from .train.session import Session
from .weights import load_weights

_SHOWN = 10
"""Most names that a line of the log lists."""


def run(job: RunFile, settings: RunSettings, board: ProgressBoard, log: RunLog) -> Result:
    """Does what the run file says; returns the result that is published.

    Args:
        job: the run file, checked as checks.read_run_file does.
        settings: of the process.
        board: where the progress is told.
        log: where it is told in words.

    Raises:
        RunFailure: one of its kinds, each with its exit code and a sentence.
    """
    peers = read_peers(settings)
    check_batch(job.training.batch_size, peers.count if peers else 1, job.gpus)
    board.update(stage="CheckingStorage")
    location = parse_uri(job.output.uri, OUTPUT_SCHEMES)
    output = open_storage(location, settings.output_credentials, claims_root=settings.claims_root)
    earlier = published_result(job.job, output)
    checkpoints = checkpoint_storage(job, settings)
    if earlier is not None:
        clear_checkpoints(job, checkpoints, log.say)
        log.say(f"an earlier attempt has published {earlier.model_uri}; nothing is left to do")
        return earlier
    output.probe_write()
    if checkpoint_spec(job).uri is not None:
        checkpoints.probe_write()
    with scratch_folder(settings.scratch) as scratch, joined(peers, job, settings, board) as group:
        trained = _train(job, settings, board, log, scratch, group)
        if trained is None:
            return _published_by_chief(group, board, log)
        board.update(stage="Exporting", percent=100.0, remaining_seconds=0.0)
        result = published(trained, scratch / "result", output, attempt=settings.pod_uid, board=board, log=log)
        if group is not None:
            group.publish(result)
    clear_checkpoints(job, checkpoints, log.say)
    board.update(stage="Done")
    log.say(f"published {result.model_uri}")
    return result


def _published_by_chief(group: Group | None, board: ProgressBoard, log: RunLog) -> Result:
    """What another worker than the chief waits for: before it, its success would be a lie."""
    assert group is not None
    board.update(stage="Publishing", percent=100.0, remaining_seconds=0.0)
    result = group.published()
    board.update(stage="Done")
    log.say(f"worker 0 has published {result.model_uri}")
    return result


def _train(
    job: RunFile, settings: RunSettings, board: ProgressBoard, log: RunLog, scratch: Path, group: Group | None
) -> Trained | None:
    """Trains; what is to be published, or None on another worker than the chief."""
    share = WHOLE if group is None else group.share
    if group is not None:
        log.say(f"worker {share.index} of {share.count}, attempt {group.attempt}")
    weights = fetched_weights(job, settings, scratch)
    board.update(stage="BuildingModel")
    log.say(start_tensorflow(job.gpus, deterministic=bool(job.training.deterministic)))
    backbone = built_backbone(job, weights)
    if job.freeze.auto is None:
        # A wrong count is told before any picture is read; the head needs the number of classes and comes later.
        freeze_count(job.freeze, [layer.name for layer in backbone.layers], job.backbone)
    board.update(stage="LoadingData")
    with listed_dataset(job, settings, scratch, log) as opened:
        board.update(stage="LoadingWeights")
        advice = None
        if wants_advice(job):
            if weights is not None:
                load_weights(backbone, weights, job.backbone)
            checkpoints = checkpoint_storage(job, settings)
            advice = advice_of_run(job, backbone, opened, checkpoints, board, log, group)
            board.update(advice=advice, stage="BuildingModel")
            job = resolved(job, advice)
            # From the seed on, as a job begins that was given this freeze.
            backbone = built_backbone(job, weights)
        network = _network(job, backbone, weights, opened.catalogue.layout.classes, settings)
        board.update(model=network.report)
        log.say(network.describe())
        check_memory(job, network, len(opened.catalogue.paths), log.say, workers=share.count)
        inputs = Inputs(
            job=job,
            network=network,
            opened=opened,
            scratch=scratch,
            board=board,
            log=log,
            claims_root=settings.claims_root,
            group=group,
        )
        data = Preparation(inputs).run()
        dataset = data.dataset
        board.update(dataset=dataset_report(dataset))
        log.say(_describe(dataset))
        given, job = job.training.monitor, with_monitor(job, len(dataset.validation))
        for warning in _warnings(job, network, dataset, given):
            log.say(warning)
        session = make_session(network, job, data.source, board, log, spread=Spread(group, training_devices(job.gpus)))
        train_with_checkpoints(
            session,
            job,
            settings,
            board,
            log,
            dataset_digest=dataset.digest,
            scratch=scratch,
            group=group,
            views=data.views,
        )
        if group is not None and not group.chief:
            return None
        board.update(stage="Evaluating")
        return _evaluated(job, network, data, session, opened, log, advice)


def _warnings(job: RunFile, network: Network, dataset: Dataset, given: str | None) -> Iterator[str]:
    """What a user would rather know before hours of training than after."""
    each_epoch = steps_per_epoch(len(dataset.train), job.training.batch_size)
    phases, depth = resolve_phases(job, network.layer_names), len(network.layer_names)
    epochs = sum(phase.epochs for phase in phases if phase.frozen < depth)
    found = (
        too_few_steps(network, epochs * each_epoch),
        too_few_to_choose(len(dataset.validation), given, job),
    )
    return (warning for warning in found if warning is not None)


def _evaluated(
    job: RunFile,
    network: Network,
    data: Prepared,
    session: Session,
    opened: OpenDataset,
    log: RunLog,
    advice: AdviceReport | None,
) -> Trained:
    dataset, final = data.dataset, data.dataset.final
    outputs = data.probabilities(final)
    chose = chosen_by_validation(job)
    found = evaluation(outputs, final.labels, dataset.classes, final_split(dataset), validation_chose=chose)
    best = session.best.document.epoch
    log.say(f"best epoch {best}, {_figures(found)}")
    return Trained(
        job=job,
        network=_in_float32(network, job, len(dataset.classes)),
        dataset=dataset,
        samples=data.samples,
        plan=data.explanation,
        advice=advice,
        history=session.history,
        best_epoch=best,
        evaluation=found,
        mistakes=_mistakes(outputs, final, opened, log),
    )


def _mistakes(outputs: Any, final: Examples, opened: OpenDataset, log: RunLog) -> tuple[Mistake, ...]:
    """For the report, so what goes wrong here is said and no more."""
    try:
        return surest_mistakes(outputs, final, opened.pictures)
    except Exception as error:
        log.say(f"the report shows no pictures of mistakes: {error}")
        return surest_mistakes(outputs, final, lambda _paths: {})


def _figures(found: EvaluationReport) -> str:
    chosen = ", which the epoch was selected on" if found.selected_on else ""
    return f"{found.split} split{chosen}: {metrics_words(found.metrics())}"


def _network(
    job: RunFile, backbone: Any, weights: Path | None, classes: tuple[str, ...], settings: RunSettings
) -> Network:
    """The network with its weights in it."""
    taken = job.head_from
    if taken is not None:
        check_classes(taken, classes, settings.output_credentials, settings.claims_root)
    source = None if weights is None else load_weights(backbone, weights, job.backbone)
    network = build_network(job, backbone, *input_size(job), len(classes))
    if taken is not None:
        take_head(network.model, source, taken)
    return network


def _in_float32(network: Network, job: RunFile, classes: int) -> Network:
    """The network as it is published: computed in float32, with the same weights."""
    if network.model.dtype_policy.name == FLOAT32:
        return network
    twin = build_network(job, build_graph(job.backbone, *input_size(job)), *input_size(job), classes)
    twin.model.set_weights(network.model.get_weights())
    return twin


def _describe(dataset: Dataset) -> str:
    classes = _listed(dataset.classes)
    final = f", {len(dataset.test)} for the final figures" if dataset.test is not None else ""
    lines = [
        f"{len(dataset.train)} pictures to train on, {len(dataset.validation)} to measure on{final},"
        f" {len(dataset.classes)} classes: {classes}"
    ]
    if dataset.left_out:
        lines.append(f"left out, not in dataset.classes: {_listed(dataset.left_out)}")
    for names in alike(dataset.classes):
        lines.append(f"{' and '.join(map(repr, names))} count as {len(names)} classes; are they one?")
    if dataset.crossings:
        shown = [f"{crossing.path} is {crossing.copy}" for crossing in dataset.crossings[:_SHOWN]]
        lines.append(
            f"{len(dataset.crossings)} pictures have an exact copy on another side of the split, which makes figures"
            f" better than they are: {_listed(tuple(shown))}"
        )
    lines += [f"left out, broken: {file.path}: {file.reason}" for file in dataset.skipped[:_SHOWN]]
    return "\n".join(lines)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
