"""The preprocessing of each family as stock layers, so that every exported model takes raw pixels.

The constants are those of keras.applications.imagenet_utils.preprocess_input ("caffe", "tf", "torch"); families that
are not listed carry their preprocessing inside the backbone.
"""

from __future__ import annotations

from typing import Any

CAFFE_MEAN_BGR = (103.939, 116.779, 123.68)
TORCH_MEAN = (0.485, 0.456, 0.406)
TORCH_STD = (0.229, 0.224, 0.225)
MODES = {
    **dict.fromkeys(("vgg16", "vgg19", "resnet"), "caffe"),
    **dict.fromkeys(
        ("resnet_v2", "inception_v3", "inception_resnet_v2", "xception", "mobilenet", "mobilenet_v2", "nasnet"), "tf"
    ),
    "densenet": "torch",
}


def preprocess(pixels: Any, family: str) -> Any:
    """What the family's backbone expects, from a Keras tensor of raw pixels [n, height, width, 3], RGB, 0 to 255.

    In float32 whatever the precision of the rest: a mean of 103.939 has no bfloat16.
    """
    import keras

    mode = MODES.get(family)
    if mode == "caffe":
        offset = [-mean for mean in CAFFE_MEAN_BGR]
        return keras.layers.Rescaling(1.0, offset, dtype="float32", name="preprocess")(keras.ops.flip(pixels, axis=-1))
    if mode == "tf":
        return keras.layers.Rescaling(1 / 127.5, -1.0, dtype="float32", name="preprocess")(pixels)
    if mode == "torch":
        scale = [1 / (255 * std) for std in TORCH_STD]
        offset = [-mean / std for mean, std in zip(TORCH_MEAN, TORCH_STD, strict=True)]
        return keras.layers.Rescaling(scale, offset, dtype="float32", name="preprocess")(pixels)
    return pixels
