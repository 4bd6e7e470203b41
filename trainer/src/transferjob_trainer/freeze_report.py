"""What a freeze count means: layers, parameters, share of the work, BatchNorms, and where the cut lies."""

from __future__ import annotations

from math import prod
from typing import Any

from .batch_norm import batch_norms
from .contract.backbone import BackboneSpec
from .contract.block_table import BlockTable, block_table
from .contract.report import ModelReport
from .graph.crossing import crossing_tensors
from .graph.work import layer_work, parameters


def model_report(spec: BackboneSpec, model: Any, backbone: Any, count: int, head_layers: int) -> ModelReport:
    """The figures of a model whose backbone has its first `count` layers frozen."""
    layers, work = backbone.layers, layer_work(backbone)
    trainable = sum(prod(weight.shape) for weight in model.trainable_weights)
    name, end = _table(spec).nearest_end(count)
    return ModelReport(
        backbone=spec.graph,
        variant=spec.resolved_variant,
        depth=len(layers),
        depth_with_head=len(layers) + head_layers,
        frozen_layers=count,
        cut_tensors=len(crossing_tensors(backbone, count)),
        trainable_parameters=trainable,
        frozen_parameters=model.count_params() - trainable,
        frozen_work=round(sum(work[:count]) / sum(work), 4),
        frozen_batch_norms=len(batch_norms(layers[:count])),
        batch_norms=len(batch_norms(layers)),
        nearest_block=name,
        nearest_block_end=end,
    )


def freeze_sentences(spec: BackboneSpec, report: ModelReport, backbone: Any, batch_norm_mode: str) -> list[str]:
    """The report in words, a line each."""
    layers, count = backbone.layers, report.frozen_layers
    below, every = (sum(map(parameters, some)) for some in (layers[:count], layers))
    lines = [
        f"backbone {spec.graph}: {report.depth} layers; {report.depth_with_head} with the head on",
        f"freeze count {count}: {_slice(layers, count)}",
        f"frozen: {below:,} of the backbone's {every:,} parameters, {report.frozen_work:.0%} of its forward work;"
        f" {report.trainable_parameters:,} parameters learn, those of the head included",
    ]
    if 0 < count < report.depth:
        lines.append(_cut(report, _table(spec)))
    if report.batch_norms:
        rest = "learn theirs" if batch_norm_mode == "Train" else "use theirs too and learn scale and shift"
        held = f"{report.frozen_batch_norms} of {report.batch_norms} BatchNorms are frozen and use stored statistics"
        lines.append(held if report.frozen_batch_norms == report.batch_norms else f"{held}; the others {rest}")
    return lines


def _cut(report: ModelReport, table: BlockTable) -> str:
    tensors = "1 tensor crosses" if report.cut_tensors == 1 else f"{report.cut_tensors} tensors cross"
    line = f"{tensors} the cut, which is {table.place_of(report.frozen_layers)}"
    if report.nearest_block_end == report.frozen_layers:
        return line
    return f"{line}; the nearest block end is {report.nearest_block_end} ({report.nearest_block})"


def _slice(layers: list[Any], count: int) -> str:
    if count == 0:
        return "nothing is frozen, everything learns"
    if count == len(layers):
        return "the whole backbone is frozen, only the head learns"
    return f"backbone.layers[:{count}], through {layers[count - 1].name}"


def _table(spec: BackboneSpec) -> BlockTable:
    return block_table(spec.graph, spec.resolved_variant)
