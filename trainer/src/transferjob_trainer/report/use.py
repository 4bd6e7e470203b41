"""How each file of the result is loaded and served."""

from __future__ import annotations

from ..contract.result import ArtifactFormat
from ..export.formats import PATHS
from ..export.saved_model import BYTES_SIGNATURE, IMAGE_BYTES
from .markup import Markup, block, joined, section, table, text, words
from .story import Story

_KERAS = """import keras, numpy
from PIL import Image, ImageOps
picture = ImageOps.exif_transpose(Image.open("picture.jpg")).convert("RGB")
pixels = numpy.asarray({fit})[None]
model = keras.models.load_model("{path}")
probabilities = model.predict(pixels)[0]
print(open("labels.txt", encoding="utf-8").read().splitlines()[numpy.argmax(probabilities)])"""
_SAVED_MODEL = """import tensorflow as tf
model = tf.saved_model.load("{path}/1")
answer = model.signatures["{signature}"](tf.constant([open("picture.jpg", "rb").read()]))
print(answer["class_name"], answer["probabilities"])

docker run -p 8501:8501 -v "$PWD/{path}:/models/model" tensorflow/serving
echo '{{"signature_name": "{signature}", "instances": [{{"{image}": {{"b64": "'$(base64 -w0 picture.jpg)'"}}}}]}}' |
  curl -d @- localhost:8501/v1/models/model:predict"""
_LITERT = """from ai_edge_litert.interpreter import Interpreter
run = Interpreter(model_path="{path}").get_signature_runner()
probabilities = run(pixels=pixels)["probabilities"][0]  # pixels as above: uint8 [1, {height}, {width}, 3]
# unzip -p {path} labels.txt"""
_ONNX = """import json, onnxruntime
session = onnxruntime.InferenceSession("{path}")
(probabilities,) = session.run(["probabilities"], {{"pixels": pixels}})  # uint8 [n, {height}, {width}, 3]
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])"""
_TENSORBOARD = """pip install tensorboard
tensorboard --logdir {path}"""
_FITS = {
    "Stretch": "picture.resize(({width}, {height}), Image.Resampling.BILINEAR)",
    "Crop": "ImageOps.fit(picture, ({width}, {height}), Image.Resampling.BILINEAR)",
    "Pad": "ImageOps.pad(picture, ({width}, {height}), Image.Resampling.BILINEAR)",
}
"""Pillow's way to what input.resize does."""
_WAYS: dict[ArtifactFormat, str] = {
    "Keras": _KERAS,
    "SavedModel": _SAVED_MODEL,
    "LiteRT": _LITERT,
    "ONNX": _ONNX,
    "TensorBoard": _TENSORBOARD,
}


def use_section(story: Story) -> Markup:
    """Files, how far each was from Keras, and a few lines for each."""
    ways = joined(_way(name, story) for name in _WAYS if name in story.formats)
    told = (
        "Every file of the model takes raw pixels, RGB, 0 to 255, and returns probabilities: preprocessing is inside."
        " All lie beside this page. What was exported was run and compared with Keras before it was published."
    )
    rows = [
        (name, PATHS[name], _size(story.formats[name]), _difference(name, story))
        for name in PATHS
        if name in story.formats
    ]
    return section("The model", words(told), table(("format", "file", "size", "differs from Keras by"), rows), ways)


def _way(name: ArtifactFormat, story: Story) -> Markup:
    height, width = story.network.model.input_shape[1:3]
    values = {
        "path": PATHS[name],
        "height": height,
        "width": width,
        "fit": _FITS[story.job.input.resize.mode].format(height=height, width=width),
        "signature": BYTES_SIGNATURE,
        "image": IMAGE_BYTES,
    }
    return Markup(f"<h3>{text(name)}</h3>{block(_WAYS[name].format(**values))}")


def _difference(name: str, story: Story) -> str:
    return f"{story.differences[name]:.1e}" if name in story.differences else ""


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MiB" if count >= 1 << 20 else f"{count / (1 << 10):.1f} KiB"
