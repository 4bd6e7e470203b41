"""One corpus of files through training, prediction and both signatures of the SavedModel: the same probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.trainer.data.loading import load
from tests.unit.trainer.data.pictures import write_tree
from tests.unit.trainer.export.lively import CLASSES, exported, lively_network, pictures
from tests.unit.trainer.export.photos import corpus, encoded, photo
from transferjob_trainer.contract.image_input import ResizeSpec
from transferjob_trainer.data.decode import pixels
from transferjob_trainer.predict.answers import answers
from transferjob_trainer.predict.model import open_model

TOLERANCE = 1e-5
RESIZES = [ResizeSpec(), ResizeSpec(mode="Crop"), ResizeSpec(mode="Pad", antialias=False)]
FILES = {
    **corpus(),
    "webp": encoded(Image.fromarray(photo()), "WEBP", lossless=True),
    "tiff": encoded(Image.fromarray(photo()), "TIFF"),
    "jpeg cmyk": encoded(Image.fromarray(photo()).convert("CMYK"), "JPEG"),
}
OURS_ALONE = {"webp", "tiff", "jpeg cmyk"}
"""TensorFlow has no decoder for the first two and its own colours for the third: docs/datasets.md says so."""


def trained_on(files: dict[str, bytes], folder: Path, resize: ResizeSpec) -> dict[str, Any]:
    """What training sees of each file, by its name."""
    kinds = {name: f"{index % 2}/{index:03d}.png" for index, name in enumerate(files)}
    tree = write_tree(folder / "files", {kinds[name]: data for name, data in files.items()})
    dataset = load(tree, folder, resize=resize)
    seen = {
        path: image
        for side in (dataset.train, dataset.validation)
        for path, image in zip(side.paths, side.images, strict=True)
    }
    return {name: seen[kinds[name]] for name in files}


@pytest.mark.parametrize("resize", RESIZES, ids=lambda resize: resize.mode)
def test_the_same_probabilities_everywhere(resize: ResizeSpec, tmp_path: Path) -> None:
    import tensorflow as tf

    network = lively_network("MobileNet", 32)
    exported(network, tmp_path / "model", "SavedModel", seen=pictures(32), resize=resize)
    # What predict learns from result.json.
    (tmp_path / "model/result.json").write_text(result_with(resize))
    seen = trained_on(FILES, tmp_path, resize)
    wanted = dict(zip(seen, network.model.predict(np.stack(list(seen.values())), verbose=0), strict=True))
    assert np.std(list(wanted.values()), axis=0).max() > 1e-3, "constant outputs would prove nothing"
    loaded = tf.saved_model.load(tmp_path / "model/savedmodel/1")
    largest: dict[str, float] = {}

    def compare(way: str, name: str, found: Any) -> None:
        difference = float(np.abs(found - wanted[name]).max())
        largest[way] = max(largest.get(way, 0.0), difference)
        assert difference <= TOLERANCE, (way, name, difference)

    for name, data in FILES.items():
        raw = loaded.signatures["serving_default"](tf.constant(pixels(data)[None]))["probabilities"].numpy()[0]
        compare("raw pixels", name, raw)
        if name not in OURS_ALONE:
            bytes_ = loaded.signatures["serve_bytes"](tf.constant([data]))["probabilities"].numpy()[0]
            compare("encoded bytes", name, bytes_)
    for uri in (f"file://{tmp_path}/model", f"file://{tmp_path}/model/savedmodel/1"):
        for name, row in predicted(uri, tmp_path / "files", list(FILES)).items():
            compare(f"predict {uri.rpartition('/')[2]}", name, row)
    print(resize.mode, {way: f"{value:.1e}" for way, value in largest.items()})


def predicted(uri: str, folder: Path, names: list[str]) -> dict[str, Any]:
    files = [folder / f"{index % 2}/{index:03d}.png" for index in range(len(names))]
    with open_model(uri, {}) as opened:
        documents = list(answers(opened, files, len(CLASSES)))
    rows = {}
    for name, document in zip(names, documents, strict=True):
        by_label = {each["label"]: each["probability"] for each in document["top"]}
        rows[name] = np.array([by_label[label] for label in CLASSES])
    return rows


def result_with(resize: ResizeSpec) -> str:
    from tests.unit.trainer.test_publish import result

    return result().model_copy(update={"resize": resize}).model_dump_json(by_alias=True)
