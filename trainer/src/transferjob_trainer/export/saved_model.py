"""The SavedModel: pixels of any size or encoded bytes in; probabilities, class index and class name out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..contract.image_input import ResizeSpec
from ..data.fit_graph import fitted
from .decoding import decoded
from .frozen import PIXELS, PROBABILITIES

PIXELS_SIGNATURE = "serving_default"
BYTES_SIGNATURE = "serve_bytes"
IMAGE_BYTES = "image_bytes"
"""TensorFlow Serving takes base64 where a name ends like this."""


def write_saved_model(model: Any, folder: Path, classes: Sequence[str], resize: ResizeSpec) -> None:
    """Writes the model with two signatures into a version folder, as TensorFlow Serving wants it."""
    import keras
    import tensorflow as tf

    height, width = model.input_shape[1:3]
    names = tf.constant(list(classes))

    def network(pictures: Any) -> dict[str, Any]:
        probabilities = model(tf.cast(pictures, tf.float32), training=False)
        index = tf.argmax(probabilities, axis=-1, output_type=tf.int32)
        return {PROBABILITIES: probabilities, "class_index": index, "class_name": tf.gather(names, index)}

    # A function of its own, so that the network is traced once and not for each signature.
    answer = tf.function(network, input_signature=[tf.TensorSpec([None, height, width, 3], tf.uint8)])

    def serve(pixels: Any) -> Any:
        return answer(fitted(pixels, height, width, resize))

    def one(data: Any) -> Any:
        return fitted(decoded(data)[None], height, width, resize)[0]

    def serve_bytes(image_bytes: Any) -> Any:
        return answer(tf.map_fn(one, image_bytes, fn_output_signature=tf.TensorSpec([height, width, 3], tf.uint8)))

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(PIXELS_SIGNATURE, serve, [tf.TensorSpec([None, None, None, 3], tf.uint8, name=PIXELS)])
    archive.add_endpoint(BYTES_SIGNATURE, serve_bytes, [tf.TensorSpec([None], tf.string, name=IMAGE_BYTES)])
    archive.write_out(folder, verbose=False)


def run_saved_model(folder: Path, pictures: Any) -> Any:
    """Probabilities, float32 [n, classes], by the default signature, loaded as a server loads it."""
    import tensorflow as tf

    # The loaded object must be kept: its function does not hold its variables.
    loaded = tf.saved_model.load(folder)
    return loaded.signatures[PIXELS_SIGNATURE](tf.constant(pictures))[PROBABILITIES].numpy()
