"""Input size, dataset and augmentation of a snippet."""

from __future__ import annotations

import re
from typing import Any

from transferjob_trainer.contract.uri import DATASET_SCHEMES, InvalidURI, parse_uri

from .recipe import Recipe
from .values import HELD_OUT, NO_RESCALING, Made, Tensor

PLACEHOLDER = "pvc://datasets/my-pictures/"
_DIRECTORIES = ("flow_from_directory", "image_dataset_from_directory")
_OWN_PREPROCESSING = ("Rescaling", "Normalization")
_LARGEST_SIDE = 2048
_FULL_TURN = 360


def read_input(recipe: Recipe) -> None:
    """Writes spec.input where the snippet names a size."""
    for size, line in _sizes(recipe):
        if not (isinstance(size, tuple | list) and len(size) in (2, 3) and all(isinstance(n, int) for n in size[:2])):
            continue
        height, width = size[0], size[1]
        if len(size) == 3 and size[2] == 1:
            recipe.reader.note(line, "gray pictures become three equal channels, as the backbone takes them")
        least = recipe.net.facts.minimum_side
        if min(height, width) < least:
            recipe.reader.note(line, f"{recipe.net.facts.name} takes pictures from {least} x {least} on; {height} x"
                               f" {width} is raised to that")  # fmt: skip
            height, width = max(height, least), max(width, least)
        recipe.put("input", {"height": min(height, _LARGEST_SIDE), "width": min(width, _LARGEST_SIDE)}, "", line)
        return


def read_dataset(recipe: Recipe, given: str | None) -> None:
    """Writes spec.dataset: what the user named, else what the snippet reads, else a place to fill in."""
    data = _data(recipe)
    if given is not None:
        recipe.put("dataset.uri", given, "as given by --dataset")
    elif data is None:
        recipe.put("dataset.uri", PLACEHOLDER, "CHANGE THIS: the snippet does not say which pictures; s3://bucket/path/"
                   " or pvc://claim/path/ with a folder for each class")  # fmt: skip
    elif data.kind in _DIRECTORIES:
        _directory(recipe, data)
    else:
        _arrays(recipe, data)
    _split(recipe, data)
    if given is None:
        _held_out(recipe)
    _classes(recipe, data)


def read_augmentation(recipe: Recipe) -> None:
    """Writes training.augmentation from ImageDataGenerator and from Random layers."""
    data = _data(recipe)
    generator = data.option("generator") if data is not None else None
    if isinstance(generator, Made):
        _of_generator(recipe, generator)
    # Wherever they are used, in the model or in dataset.map, they change the pictures that are trained on.
    for layer in recipe.reader.random_layers:
        _of_layer(recipe, layer)
    for part in recipe.model.parts[: recipe.model.parts.index(recipe.net)]:
        if isinstance(part, Made) and part.kind in _OWN_PREPROCESSING:
            why = "is not needed: the backbone's own preprocessing is part of the model"
            recipe.reader.note(part.line, f"{part.kind} {why}")


def _sizes(recipe: Recipe) -> list[tuple[Any, int]]:
    made = recipe.net.made
    tensor = made.option("input_tensor")
    tensors = tensor.parts if isinstance(tensor, Tensor) else ()
    inputs = [part for part in (*tensors, *recipe.model.parts) if isinstance(part, Made) and part.kind == "Input"]
    data = _data(recipe)
    sizes = [(made.option("input_shape"), made.line)]
    sizes += [(part.option("shape", at=0), part.line) for part in inputs]
    return sizes + ([(data.option("image_size", "target_size"), data.line)] if data is not None else [])


def _data(recipe: Recipe) -> Made | None:
    """What is trained on: what fit was given, else the first dataset of the snippet."""
    for fit in recipe.fits:
        given = fit.options.get("x")
        if isinstance(given, Made) and given in recipe.reader.data:
            return given
    return next(iter(recipe.reader.data), None)


def _directory(recipe: Recipe, data: Made) -> None:
    folder = data.option("directory", at=0)
    if not isinstance(folder, str):
        recipe.reader.miss(data.line, "the directory of the pictures is not known without running the snippet")
        recipe.put("dataset.uri", PLACEHOLDER, "CHANGE THIS: the directory is not known", data.line)
        return
    if "://" in folder and _readable(folder):
        recipe.put("dataset.uri", folder, "", data.line)
        return
    why = f"CHANGE THIS: {folder!r} is a folder of your machine; copy it to the claim `datasets`, or name its s3:// URI"
    recipe.put("dataset.uri", f"pvc://datasets/{_below(folder)}/", why, data.line)


def _below(folder: str) -> str:
    """The last two parts of a path, as a URI may have them."""
    parts = [re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-.") for part in folder.replace("\\", "/").split("/")]
    return "/".join([part for part in parts if part][-2:]) or "my-pictures"


def _readable(uri: str) -> bool:
    try:
        return parse_uri(uri, DATASET_SCHEMES).scheme != "file"
    except InvalidURI:
        return False


def _arrays(recipe: Recipe, data: Made) -> None:
    origin = next((one for one in recipe.reader.data if one.kind == "load_data"), None)
    if origin is None:
        recipe.reader.miss(data.line, f"{data.kind} reads arrays, not a folder of pictures")
        recipe.put("dataset.uri", PLACEHOLDER, "CHANGE THIS: a folder for each class", data.line)
        return
    uri = f"keras://{origin.name}"
    if _readable(uri):
        recipe.put("dataset.uri", uri, "", origin.line)
        return
    recipe.reader.miss(origin.line, f"{uri} is not supported yet; write its pictures to folders, one a class")
    why = f"CHANGE THIS: the pictures of {origin.name}, a folder for each class"
    recipe.put("dataset.uri", f"pvc://datasets/{origin.name}/", why, origin.line)


def _split(recipe: Recipe, data: Made | None) -> None:
    generator = data.option("generator") if data is not None else None
    places = [fit.options.get("validation_split") for fit in recipe.fits]
    places += [made.option("validation_split") for made in (data, generator) if isinstance(made, Made)]
    share = next((share for share in places if isinstance(share, float) and 0 < share < 1), None)
    if share is not None:
        recipe.put("dataset.validation", {"fraction": share}, "validation_split")
        return
    other = recipe.fits[-1].options.get("validation_data") if recipe.fits else None
    folder = other.option("directory", at=0) if isinstance(other, Made) and other is not data else None
    if isinstance(folder, str) and isinstance(other, Made):
        uri = f"pvc://datasets/{_below(folder)}/"
        recipe.put("dataset.validation", {"uri": uri}, f"CHANGE THIS: {folder!r}", other.line)


def _held_out(recipe: Recipe) -> None:
    """The second part of load_data, where the snippet measures on it."""
    measured = [(_first(fit.options.get("validation_data")), fit.line) for fit in recipe.fits]
    uri = recipe.spec["dataset"]["uri"]
    for data, line in (*measured, *recipe.reader.measured):
        if isinstance(data, Made) and data.kind == HELD_OUT and uri == f"keras://{data.name}":
            why = "what the snippet measures on; here it is measured once, at the end, and chooses no epoch"
            recipe.put("dataset.test", {"uri": f"{uri}/test"}, why, line)
            return


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple | list) and value else value


def _classes(recipe: Recipe, data: Made | None) -> None:
    names = data.option("class_names", "classes") if data is not None else None
    if isinstance(names, list | tuple) and len(names) > 1 and all(isinstance(name, str) and name for name in names):
        recipe.put("dataset.classes", list(dict.fromkeys(names)))


def _of_generator(recipe: Recipe, generator: Made) -> None:
    flips = [generator.option("horizontal_flip") is True, generator.option("vertical_flip") is True]
    if any(flips):
        recipe.put("training.augmentation.flip", _flip(*flips), "", generator.line)
    turn = generator.option("rotation_range")
    if isinstance(turn, int | float) and 0 < turn <= _FULL_TURN:
        recipe.put(
            "training.augmentation.rotation", round(turn / _FULL_TURN, 4), f"{turn} degrees, as a share of a turn"
        )
    zoom = generator.option("zoom_range")
    if isinstance(zoom, int | float) and 0 < zoom <= 0.9:
        recipe.put("training.augmentation.zoom", zoom)
    for option in ("width_shift_range", "height_shift_range", "shear_range", "channel_shift_range", "brightness_range"):
        if generator.option(option):
            recipe.reader.miss(generator.line, f"{option} is left out: training.augmentation has nothing like it")
    if generator.option("rescale", "preprocessing_function") is not None:
        recipe.reader.note(generator.line, NO_RESCALING)


def _of_layer(recipe: Recipe, layer: Made) -> None:
    first = layer.option("mode", "factor", "height_factor", at=0)
    if layer.kind == "RandomFlip":
        mode = first if isinstance(first, str) else "horizontal_and_vertical"
        recipe.put("training.augmentation.flip", _flip("horizontal" in mode, "vertical" in mode), "", layer.line)
    elif layer.kind in ("RandomRotation", "RandomZoom", "RandomContrast"):
        factor = abs(first) if isinstance(first, int | float) else max(map(abs, first)) if _numbers(first) else None
        if factor is not None and 0 < factor <= 0.9:
            recipe.put(f"training.augmentation.{layer.kind.removeprefix('Random').lower()}", factor, "", layer.line)
    else:
        recipe.reader.miss(layer.line, f"{layer.kind} is left out: training.augmentation has nothing like it")


def _numbers(value: Any) -> bool:
    return isinstance(value, tuple | list) and bool(value) and all(isinstance(item, int | float) for item in value)


def _flip(horizontal: bool, vertical: bool) -> str:
    return "Both" if horizontal and vertical else "Horizontal" if horizontal else "Vertical"
