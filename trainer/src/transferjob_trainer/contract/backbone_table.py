"""The 40 `keras.applications` builders of Keras 3.15: depth, sizes and preprocessing family.

Depth is `len(model.layers)` with `include_top=False` and a fixed input shape, InputLayer included.
A test builds every one of them and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Variant = Literal["imagenet", "plain"]


@dataclass(frozen=True, slots=True)
class BackboneFacts:
    """What is known of a builder without building it."""

    name: str
    family: str
    """The module of keras.applications that holds its preprocess_input."""
    plain_depth: int
    minimum_side: int
    default_side: int

    @property
    def imagenet_depth(self) -> int:
        """EfficientNet V1 has one Rescaling layer more when Keras loads its ImageNet weights."""
        return self.plain_depth + (1 if self.family == "efficientnet" else 0)

    def depth(self, variant: Variant) -> int:
        """Number of layers of the variant."""
        return self.imagenet_depth if variant == "imagenet" else self.plain_depth


BACKBONES: dict[str, BackboneFacts] = {
    facts.name: facts
    for facts in (
        BackboneFacts("Xception", "xception", 132, 71, 299),
        BackboneFacts("VGG16", "vgg16", 19, 32, 224),
        BackboneFacts("VGG19", "vgg19", 22, 32, 224),
        BackboneFacts("ResNet50", "resnet", 175, 32, 224),
        BackboneFacts("ResNet101", "resnet", 345, 32, 224),
        BackboneFacts("ResNet152", "resnet", 515, 32, 224),
        BackboneFacts("ResNet50V2", "resnet_v2", 190, 32, 224),
        BackboneFacts("ResNet101V2", "resnet_v2", 377, 32, 224),
        BackboneFacts("ResNet152V2", "resnet_v2", 564, 32, 224),
        BackboneFacts("InceptionV3", "inception_v3", 311, 75, 299),
        BackboneFacts("InceptionResNetV2", "inception_resnet_v2", 780, 75, 299),
        BackboneFacts("MobileNet", "mobilenet", 86, 32, 224),
        BackboneFacts("MobileNetV2", "mobilenet_v2", 154, 32, 224),
        BackboneFacts("MobileNetV3Small", "mobilenet_v3", 157, 32, 224),
        BackboneFacts("MobileNetV3Large", "mobilenet_v3", 187, 32, 224),
        BackboneFacts("DenseNet121", "densenet", 427, 32, 224),
        BackboneFacts("DenseNet169", "densenet", 595, 32, 224),
        BackboneFacts("DenseNet201", "densenet", 707, 32, 224),
        BackboneFacts("NASNetMobile", "nasnet", 769, 32, 224),
        BackboneFacts("NASNetLarge", "nasnet", 1039, 32, 331),
        BackboneFacts("EfficientNetB0", "efficientnet", 237, 32, 224),
        BackboneFacts("EfficientNetB1", "efficientnet", 339, 32, 240),
        BackboneFacts("EfficientNetB2", "efficientnet", 339, 32, 260),
        BackboneFacts("EfficientNetB3", "efficientnet", 384, 32, 300),
        BackboneFacts("EfficientNetB4", "efficientnet", 474, 32, 380),
        BackboneFacts("EfficientNetB5", "efficientnet", 576, 32, 456),
        BackboneFacts("EfficientNetB6", "efficientnet", 666, 32, 528),
        BackboneFacts("EfficientNetB7", "efficientnet", 813, 32, 600),
        BackboneFacts("EfficientNetV2B0", "efficientnet_v2", 270, 32, 224),
        BackboneFacts("EfficientNetV2B1", "efficientnet_v2", 334, 32, 240),
        BackboneFacts("EfficientNetV2B2", "efficientnet_v2", 349, 32, 260),
        BackboneFacts("EfficientNetV2B3", "efficientnet_v2", 409, 32, 300),
        BackboneFacts("EfficientNetV2S", "efficientnet_v2", 513, 32, 384),
        BackboneFacts("EfficientNetV2M", "efficientnet_v2", 740, 32, 480),
        BackboneFacts("EfficientNetV2L", "efficientnet_v2", 1028, 32, 480),
        BackboneFacts("ConvNeXtTiny", "convnext", 133, 32, 224),
        BackboneFacts("ConvNeXtSmall", "convnext", 259, 32, 224),
        BackboneFacts("ConvNeXtBase", "convnext", 259, 32, 224),
        BackboneFacts("ConvNeXtLarge", "convnext", 259, 32, 224),
        BackboneFacts("ConvNeXtXLarge", "convnext", 259, 32, 224),
    )
}
