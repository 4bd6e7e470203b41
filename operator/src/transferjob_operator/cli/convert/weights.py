"""The weights of a snippet's backbone as spec.backbone."""

from __future__ import annotations

import re

from .recipe import Recipe

_ARGUMENTS = {"alpha": 1.0, "depth_multiplier": 1, "minimalistic": False, "include_preprocessing": True}
"""Arguments of builders that make another backbone, with the values that make the usual one; others are of the
classifier that is left out."""


def read_backbone(recipe: Recipe) -> None:
    """Writes spec.backbone: the builder, and where its weights come from."""
    made = recipe.net.made
    recipe.put("backbone.name", recipe.net.facts.name, "", made.line)
    given = made.options.get("weights", "imagenet")
    if given is None or given == "imagenet":
        recipe.put("backbone.weights", given or "none", "" if given else "weights=None: everything begins at random")
    elif isinstance(given, str) and given.endswith((".keras", ".weights.h5")):
        file = re.sub(r"[^A-Za-z0-9._-]+", "-", given.replace("\\", "/").rpartition("/")[2])
        why = f"CHANGE THIS: {given!r} is a file of your machine; copy it to the claim `weights`, or name its s3:// URI"
        recipe.put("backbone.weights", f"pvc://weights/{file}", why)
    else:
        recipe.put("backbone.weights", "imagenet")
        recipe.reader.miss(made.line, "the weights are not known or no .keras or .weights.h5 file; imagenet is written")
    _read_arguments(recipe)


def _read_arguments(recipe: Recipe) -> None:
    net = recipe.net
    read = net.arguments.model_dump(exclude_none=True) if net.arguments else {}
    if read:
        recipe.put("backbone.arguments", read)
    for argument, usual in _ARGUMENTS.items():
        given = net.made.options.get(argument, usual)
        if given != read.get(argument, usual):
            recipe.reader.miss(net.made.line, f"{argument}= of the builder has no such value here and is left out")
