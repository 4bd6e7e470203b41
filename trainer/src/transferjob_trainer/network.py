"""The network of a job: raw pixels -> preprocessing -> backbone -> head, and what the freeze count froze."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from .batch_norm import apply_batch_norm_mode, batch_norms
from .contract.report import ModelReport
from .contract.run_file import RunFile
from .freeze_count import freeze_count
from .freezing import freeze_layers
from .graph.crossing import crossing_tensors
from .head import head_layers
from .preprocessing import preprocess


@dataclass(frozen=True, slots=True)
class Network:
    """A built model and what is known of it."""

    name: str
    model: Any
    backbone: Any
    frozen: int
    batch_norm_mode: str
    report: ModelReport

    def describe(self) -> str:
        """What the freeze count means, in a few lines."""
        report, layers = self.report, self.backbone.layers
        held, every = len(batch_norms(layers[: self.frozen])), len(batch_norms(layers))
        lines = [
            f"backbone {self.name}: {report.depth} layers; {report.depth_with_head} with the head on",
            f"freeze count {self.frozen}: {_slice_text(layers, self.frozen)}",
            f"frozen {report.frozen_parameters:,} parameters, {report.cut_tensors} tensor(s) cross the cut;"
            f" {report.trainable_parameters:,} parameters learn",
        ]
        if every:
            rest = (
                "the others learn theirs"
                if self.batch_norm_mode == "Train"
                else "so do the others, which learn scale and shift"
            )
            lines.append(f"{held} of {every} BatchNorms are frozen and use stored statistics; {rest}")
        return "\n".join(lines)


def build_network(run: RunFile, backbone: Any, height: int, width: int, classes: int) -> Network:
    """Freezes the backbone, puts preprocessing in front and the head on top.

    Raises:
        InvalidSpec: the freeze count does not fit the backbone.
    """
    import keras

    count = freeze_count(run.freeze, [layer.name for layer in backbone.layers], run.backbone)
    freeze_layers(backbone, count)
    mode = apply_batch_norm_mode(
        backbone.layers[count:],
        run.training.batch_normalization,
        random_weights=run.backbone.resolved_weights == "none",
    )
    pixels = keras.Input((height, width, 3), name="pixels")
    top = head_layers(run.head, classes)
    outputs = backbone(preprocess(pixels, run.backbone.facts.family))
    for layer in top:
        outputs = layer(outputs)
    model = keras.Model(pixels, outputs, name="transfer")
    return Network(run.backbone.name, model, backbone, count, mode, _report(run, model, backbone, count, len(top)))


def _report(run: RunFile, model: Any, backbone: Any, count: int, head: int) -> ModelReport:
    trainable = sum(prod(weight.shape) for weight in model.trainable_weights)
    return ModelReport(
        variant=run.backbone.resolved_variant,
        depth=len(backbone.layers),
        depth_with_head=len(backbone.layers) + head,
        frozen_layers=count,
        cut_tensors=len(crossing_tensors(backbone, count)),
        trainable_parameters=trainable,
        frozen_parameters=model.count_params() - trainable,
    )


def _slice_text(layers: list[Any], count: int) -> str:
    if count == 0:
        return "nothing is frozen, everything learns"
    if count == len(layers):
        return "the whole backbone is frozen, only the head learns"
    return f"backbone.layers[:{count}], through {layers[count - 1].name}"
