"""A first manifest from a look at the pictures, with the reason of each choice as its comment."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transferjob_trainer.contract import BACKBONES, BackboneFacts
from transferjob_trainer.contract.block_table import block_table, stages_of

from ..api.identity import API_VERSION, KIND
from .commented import commented_yaml
from .errors import usage
from .job_names import checked_name, name_from
from .known import known_backbone
from .local_uri import dataset_uri, is_local
from .trainer_process import DATASET, ask_trainer

_FEW, _PLENTY = 50, 500
"""Pictures a class: below the first only the head learns, from the second on half of the stages do."""
_READ_HERE = ("file", "sklearn", "s3", "gs")
_SMALL_BATCH, _BATCH = 8, 32
_VALIDATION = 0.2
_STEPS = 10
"""An epoch should have about so many steps at least."""
_EPOCHS, _MOST_EPOCHS = 10, 100
_ENOUGH_STEPS = 500
"""A job should have about so many steps: with 10 labels a class, 60 epochs in place of 20 were worth up to 9 points."""

_AS_GIVEN = "as given"
_AUTO = (
    "short trainings on a sample of the pictures choose the number of layers, which takes minutes: transferjob advise"
)
_NO_RULE = "There is no rule: try more and fewer and compare, or auto: {} to let short trainings choose"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user has said."""

    data: str
    name: str | None
    backbone: str
    weights: str
    freeze: str | None
    epochs: int | None
    output: str | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """The dataset as a run would list it; without pictures where it cannot be read from here."""

    uri: str
    local: bool
    pictures: int
    classes: dict[str, int]

    @property
    def words(self) -> str:
        if not self.pictures:
            return "not looked at: it cannot be read from here"
        least, most = min(self.classes.values()), max(self.classes.values())
        return f"{self.pictures:,} pictures in {len(self.classes)} classes, {least:,} to {most:,} a class"


def starting_manifest(wishes: Wishes) -> tuple[dict[str, Any], str]:
    """The manifest, and its text with comments.

    Raises:
        CliError: no such folder, no dataset in it, an unknown backbone, a name that no job may have.
    """
    facts = known_backbone(wishes.backbone)
    seen = _look(wishes.data)
    name = checked_name(wishes.name) if wishes.name else name_from(wishes.data.rstrip("/"), "first")
    freeze, why_freeze = _freeze(wishes, facts, seen)
    output = wishes.output or (_local_output(name) if seen.local else f"pvc://models/{name}/")
    spec = {
        "backbone": {"name": facts.name, "weights": wishes.weights},
        "freeze": freeze,
        "head": {"layers": [{"dropout": {"rate": 0.2}}], **({"classes": len(seen.classes)} if seen.classes else {})},
        "dataset": {"uri": seen.uri, "validation": {"fraction": _VALIDATION}},
        "training": {"epochs": wishes.epochs or _epochs(seen), "batchSize": _batch(seen)},
        "output": {"uri": output},
        "resources": {"gpus": 0 if seen.local else 1, "cpu": "4", "memory": "16Gi"},
    }
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name}, "spec": spec}
    return document, commented_yaml(document, _comments(seen, freeze, why_freeze, output), _heading(seen))


def _look(data: str) -> _Seen:
    local, uri = is_local(data), dataset_uri(data)
    if uri.partition("://")[0] not in _READ_HERE:
        return _Seen(uri, local, 0, {})
    document = ask_trainer(DATASET, "--dataset", json.dumps({"uri": uri}))
    return _Seen(uri, local, document["pictures"], document["classes"])


def _local_output(name: str) -> str:
    return f"file://{Path('models', name).resolve()}/"


def _freeze(wishes: Wishes, facts: BackboneFacts, seen: _Seen) -> tuple[dict[str, Any], str]:
    depth = facts.imagenet_depth
    if wishes.freeze is not None:
        return _given(wishes.freeze, facts, depth)
    if wishes.weights == "none":
        return {"none": True}, "weights that are random hold nothing worth keeping"
    each = seen.pictures // max(1, len(seen.classes))
    if not seen.pictures or each < _FEW:
        known = (
            f"about {each} pictures a class are few" if seen.pictures else "how many pictures there are is not known"
        )
        return {"all": True}, f"{known}: only the head learns, which overfits least and is quickest"
    stages = stages_of(facts)
    kept = max(1, stages - 1 if each < _PLENTY else stages // 2)
    count = block_table(facts.name, "imagenet").through_stages(kept)
    amount = "plenty of" if each >= _PLENTY else "a fair number of"
    why = (
        f"about {each} pictures a class are {amount} labels: {kept} of {stages} stages stay ({count} of {depth} layers)"
    )
    return {"stages": kept}, why


def _given(wished: str, facts: BackboneFacts, depth: int) -> tuple[dict[str, Any], str]:
    if wished == "auto":
        return {"auto": {}}, _AUTO
    if wished in ("all", "none"):
        return {wished: True}, _AS_GIVEN
    if not (wished.isascii() and wished.isdigit()) or int(wished) > depth:
        raise usage(
            f"--freeze must be auto, all, none or a number up to {depth}, the layers of {facts.name}, got {wished!r}."
        )
    return {"layers": int(wished)}, _AS_GIVEN


def _batch(seen: _Seen) -> int:
    return _SMALL_BATCH if 0 < seen.pictures < _STEPS * _BATCH else _BATCH


def _epochs(seen: _Seen) -> int:
    """More where the pictures are few: an epoch of few steps teaches little, and takes no time."""
    steps = math.ceil(seen.pictures * (1 - _VALIDATION) / _batch(seen))
    return min(_MOST_EPOCHS, max(_EPOCHS, math.ceil(_ENOUGH_STEPS / steps))) if steps else _EPOCHS


def _comments(seen: _Seen, freeze: dict[str, Any], why_freeze: str, output: str) -> dict[str, str]:
    here = "a folder of this machine; on a cluster: s3://bucket/path/ or pvc://claim/path/"
    place = f"{here}; " if output.startswith("file://") else ""
    phases = "a quarter of the epochs for the head alone, then what is not frozen, at a lower rate"
    return {
        "spec.backbone": f"one of {len(BACKBONES)}: transferjob backbones. weights: imagenet, none, or the URI of a"
        " .keras or .weights.h5 file, for places without the Internet",
        "spec.freeze": why_freeze if "auto" in freeze else f"{why_freeze}. {_NO_RULE}",
        "spec.head": "the last Dense with softmax is always added; classes is checked against the pictures",
        "spec.dataset": seen.words,
        "spec.dataset.uri": here if seen.local else "",
        "spec.training": phases
        if freeze.keys() & {"layers", "stages", "auto"}
        else "one phase: everything that learns is new",
        "spec.output.uri": f"{place}the model goes below it, to a folder named by its digest",
        "spec.resources": "on a cluster: gpus: 1" if seen.local else "gpus: 0 trains on processors",
    }


def _heading(seen: _Seen) -> list[str]:
    start = "transferjob run -f FILE" if seen.local else "transferjob submit -f FILE --watch"
    return [f"What it would do: transferjob explain -f FILE. Start it: {start}"]
