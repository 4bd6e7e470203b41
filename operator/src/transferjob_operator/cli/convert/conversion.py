"""The whole way from a snippet to a manifest with its comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from transferjob_trainer.contract import BACKBONES

from ...api.identity import API_VERSION, KIND
from ..errors import CliError, refused
from ..job_names import checked_name, name_from
from .data import read_augmentation, read_dataset, read_input
from .head import read_head
from .reader import Reader
from .recipe import Recipe
from .source import STDIN_NAME, Source
from .training import read_training
from .values import Model, Net
from .weights import read_backbone

_ORDER = ("backbone", "input", "freeze", "head", "dataset", "training", "output", "resources")


@dataclass(frozen=True, slots=True)
class Converted:
    """A manifest, its comments by path, and what one should know of the snippet."""

    document: dict[str, Any]
    comments: dict[str, str]
    notes: tuple[str, ...]
    """What was read and means something else now."""
    unread: tuple[str, ...]
    """What was not read, and is not in the manifest."""


def convert(source: Source, *, name: str | None, dataset: str | None, output: str | None) -> Converted:
    """The manifest of a snippet.

    Args:
        source: the snippet.
        name: of the job; None makes one from the file's name.
        dataset: URI in place of what the snippet reads.
        output: URI of the model.

    Raises:
        CliError: no backbone is found, the head would be frozen, or the snippet is no classifier.
    """
    job = checked_name(name) if name else _name_of(source)
    reader = Reader(source)
    reader.read()
    recipe = _recipe(reader)
    read_backbone(recipe)
    read_input(recipe)
    read_training(recipe)
    read_head(recipe)
    read_dataset(recipe, dataset)
    read_augmentation(recipe)
    recipe.put("output.uri", output or f"pvc://models/{job}/", "" if output else "CHANGE THIS: where the model goes")
    spec = {key: recipe.spec[key] for key in _ORDER if key in recipe.spec}
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": job}, "spec": spec}
    return Converted(document, recipe.why, reader.notes, reader.unread)


def _name_of(source: Source) -> str:
    return "converted" if source.name == STDIN_NAME else name_from(source.name, "converted")


def _recipe(reader: Reader) -> Recipe:
    fitted = [fit for fit in reader.fits if fit.model.net is not None]
    if fitted:
        model = fitted[-1].model
    else:
        built = [model for model in reader.models if model.net is not None]
        model = built[-1] if built else _bare(reader)
    net = model.net
    assert net is not None
    for other in reader.nets:
        if other is not net:
            reader.miss(other.made.line, f"a second backbone, {other.facts.name}, is left out; a job has one")
    return Recipe(reader, net, model, [fit for fit in fitted if fit.model.net is net])


def _bare(reader: Reader) -> Model:
    """A backbone without a model around it."""
    if not reader.nets:
        raise _no_backbone(reader)
    net: Net = reader.nets[-1]
    reader.note(net.made.line, "no model is built on the backbone; the default head is taken")
    return Model([net], True, False, net.made.line)


def _no_backbone(reader: Reader) -> CliError:
    from difflib import get_close_matches

    words = set(re.findall(r"[A-Za-z][A-Za-z0-9]+", reader.source.text))
    near = [match[0] for word in sorted(words) if (match := get_close_matches(word, BACKBONES, n=1, cutoff=0.8))]
    hint = f" Did you mean {near[0]}?" if near else ""
    return refused(
        f"{reader.source.name}: no backbone of keras.applications is built in it, such as ResNet50(include_top=False)."
        f"{hint} See them all with: transferjob backbones"
    )
