"""The weights of a snippet's backbone as spec.backbone."""

from __future__ import annotations

import re

from .recipe import Recipe

_ARGUMENTS = ("alpha", "depth_multiplier", "dropout", "minimalistic", "drop_connect_rate")


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
    for argument in _ARGUMENTS:
        if argument in made.options:
            recipe.reader.miss(made.line, f"{argument}= of the builder is not supported yet and is left out")
