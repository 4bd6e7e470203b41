"""The preview of a run file: what freezes, what learns, phases, plan, memory and time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..advise.limits import deepest_choice, with_count
from ..cache.budget import memory_budget
from ..checks import input_size
from ..container.need import SLOTS
from ..contract.block_table import block_table
from ..contract.head import HeadSpec
from ..contract.layer_table import LayerFacts
from ..contract.run_file import RunFile
from ..freeze_count import freeze_count
from ..plan.explain import explain
from ..plan.planner import Budgets, Demand, PhaseDemand, Plan, make_plan
from ..plan.rates import rates_of
from ..train.phases import Phase, resolve_phases
from .shapes import Shapes

_BYTES = 4
_NO_SCALE = ("inception_v3", "inception_resnet_v2")
"""Families whose BatchNorms have no scale."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the run file does not say."""

    pictures: int
    """Of the dataset."""
    classes: int
    """Of the dataset, where head.classes does not say."""
    cores: int
    memory: int
    """Bytes that the pod may use."""


def preview(run: RunFile, around: Circumstances) -> dict[str, Any]:
    """The preview as a document.

    Raises:
        InvalidSpec: the spec is impossible: a freeze beyond the backbone, a phase that freezes less than the job.
    """
    height, width = input_size(run)
    shapes = Shapes(run.backbone, height, width)
    if run.freeze.auto is not None:
        return _undecided(run, around, shapes)
    frozen = freeze_count(run.freeze, shapes.names, run.backbone)
    phases = resolve_phases(run, shapes.names)
    model = _model(run, shapes, frozen, run.head.classes or around.classes)
    need = _memory(run, shapes, min(phase.frozen for phase in phases), model["trainableParameters"])
    costs = shapes.costs(run.head.pooling)
    plan = _plan(run, around, phases, shapes, model, sum(need.values()))
    return {
        "input": {"height": height, "width": width},
        "model": model,
        "phases": [_phase(phase) for phase in phases],
        "memory": {**need, "device": "GPU" if run.gpus else "CPU", "batchSize": run.training.batch_size},
        "plan": {"cache": explain(plan, costs, shapes.names), "seconds": round(plan.choice.seconds, 1),
                 "secondsWithoutCache": round(plan.without.seconds, 1), "gpuSeconds": _gpu_seconds(run, plan)},
        "assumed": {"pictures": around.pictures, "classes": run.head.classes or around.classes},
    }  # fmt: skip


def _undecided(run: RunFile, around: Circumstances, shapes: Shapes) -> dict[str, Any]:
    """Of freeze.auto: the preview of the deepest choice, which costs least, with the time of freezing nothing."""
    deepest = deepest_choice(run, shapes.names)
    shallowest = preview(with_count(run, 0), around)
    return {**preview(with_count(run, deepest), around),
            "auto": {"deepest": deepest, "secondsWithNothingFrozen": shallowest["plan"]["seconds"]}}  # fmt: skip


def _model(run: RunFile, shapes: Shapes, frozen: int, classes: int) -> dict[str, Any]:
    layers, backbone = shapes.layers, run.backbone
    table = block_table(backbone.graph, backbone.resolved_variant)
    parameters = sum(layer.parameters for layer in layers)
    work, head = sum(layer.work for layer in layers), head_parameters(run.head, shapes, classes)
    below = sum(layer.parameters for layer in layers[:frozen])
    statistics = sum(_statistics(layer, backbone.facts.family) for layer in layers[frozen:])
    name, end = table.nearest_end(frozen)
    return {
        "backbone": backbone.graph,
        "variant": backbone.resolved_variant,
        "weights": backbone.resolved_weights,
        "depth": len(layers),
        "depthWithHead": len(layers) + len(run.head.layers) + 2,
        "frozenLayers": frozen,
        "lastFrozenLayer": layers[frozen - 1].name if frozen else None,
        "place": table.place_of(frozen) if 0 < frozen < len(layers) else None,
        "nearestBlock": name,
        "nearestBlockEnd": end,
        "cutTensors": layers[frozen - 1].crossing if frozen else 0,
        "frozenLayerParameters": below,
        "frozenParameters": below + statistics,
        "trainableParameters": parameters - below - statistics + head,
        "headParameters": head,
        "frozenWork": round(sum(layer.work for layer in layers[:frozen]) / max(1, work), 4),
        "frozenBatchNorms": sum(layer.kind == "BatchNormalization" for layer in layers[:frozen]),
        "batchNorms": sum(layer.kind == "BatchNormalization" for layer in layers),
    }


def _statistics(layer: LayerFacts, family: str) -> int:
    """Parameters that no optimizer moves: of a BatchNorm mean and variance, beside shift and, mostly, scale."""
    if layer.kind == "BatchNormalization":
        return layer.parameters * 2 // 3 if family in _NO_SCALE else layer.parameters // 2
    return layer.parameters if layer.kind == "Normalization" else 0


def head_parameters(head: HeadSpec, shapes: Shapes, classes: int) -> int:
    """Parameters of the head: its hidden Dense layers and the last one."""
    units = [layer.dense.units for layer in head.layers if layer.dense is not None]
    widths = [shapes.flat_values if head.pooling == "Flatten" else shapes.channels, *units, classes]
    return sum((below + 1) * above for below, above in pairwise(widths))


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "name": phase.name,
        "epochs": phase.epochs,
        "frozenLayers": phase.frozen,
        "learningRate": phase.learning_rate,
        "schedule": phase.schedule.name,
    }


def _memory(run: RunFile, shapes: Shapes, frozen: int, trained: int) -> dict[str, int]:
    """Bytes of a step, as container.need has it of a built backbone."""
    half = run.training.precision in ("Bfloat16", "Float16")
    values = run.training.batch_size * shapes.step_values(frozen) * _BYTES // (2 if half else 1)
    return {"activationBytes": values, "learningBytes": trained * _BYTES * (2 + SLOTS[run.training.optimizer.name])}


def _plan(
    run: RunFile, around: Circumstances, phases: tuple[Phase, ...], shapes: Shapes, model: dict[str, Any], step: int
) -> Plan:
    cache = run.training.feature_cache
    demand = _demand(run, around.pictures, phases)
    parameters = model["trainableParameters"] + model["frozenParameters"]
    memory = memory_budget(
        around.memory,
        pictures=around.pictures * shapes.height * shapes.width * 3,
        weights=parameters * _BYTES,
        step=0 if run.gpus else step,
    )
    shared = cache is not None and cache.uri is not None
    # How much room a claim has is known on the cluster alone.
    budgets = Budgets(memory, demand.pictures * _ROOM if shared else 0, shared=shared)
    mode = cache.mode if cache is not None else "Auto"
    return make_plan(shapes.costs(run.head.pooling), demand, budgets, mode, rates_of(_device(run), around.cores))


_ROOM = 64 << 20
"""Bytes a picture that a shared disk is taken to have."""


_OWN_SHARE = 0.2
"""A dataset for validation or test alone is taken to be as large as this share of the one for training."""


def _device(run: RunFile) -> str:
    return "GPU" if run.gpus else "CPU"


def _demand(run: RunFile, pictures: int, phases: tuple[Phase, ...]) -> Demand:
    validation, test = run.dataset.validation, run.dataset.test
    changes, cache = run.training.augmentation, run.training.feature_cache
    measured = round(pictures * (validation.resolved_fraction or _OWN_SHARE))
    tested = round(pictures * (test.resolved_fraction or _OWN_SHARE)) if test else 0
    split_off = (measured if validation.uri is None else 0) + (tested if test and test.uri is None else 0)
    return Demand(
        phases=tuple(PhaseDemand(phase.epochs, phase.frozen) for phase in phases),
        train=pictures - split_off,
        measured=measured,
        final=tested or measured,
        pictures=pictures,
        augmented=changes is not None,
        mixed=changes is not None and changes.mixes,
        views=cache.views if cache else None,
    )


def _gpu_seconds(run: RunFile, plan: Plan) -> float:
    return round(plan.choice.seconds * run.gpus, 1)
