"""The network of a job: raw pixels -> preprocessing -> backbone -> head, and what the freeze count froze."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .batch_norm import apply_batch_norm_mode
from .contract.backbone import BackboneSpec
from .contract.report import ModelReport
from .contract.run_file import RunFile
from .freeze_count import freeze_count
from .freeze_report import freeze_sentences, model_report
from .freezing import freeze_layers
from .head import head_layers
from .preprocessing import preprocess


@dataclass(frozen=True, slots=True)
class Network:
    """A built model and what is known of it."""

    spec: BackboneSpec
    model: Any
    backbone: Any
    frozen: int
    batch_norm_mode: str
    report: ModelReport

    @property
    def name(self) -> str:
        """Name of the backbone, with the arguments that shape it."""
        return self.spec.graph

    @property
    def layer_names(self) -> list[str]:
        """Names of the backbone's layers, by which the freeze and the phases count."""
        return [layer.name for layer in self.backbone.layers]

    def describe(self) -> str:
        """What the freeze count means, in a few lines."""
        return "\n".join(freeze_sentences(self.spec, self.report, self.backbone, self.batch_norm_mode))


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
    report = model_report(run.backbone, model, backbone, count, len(top))
    return Network(run.backbone, model, backbone, count, mode, report)
