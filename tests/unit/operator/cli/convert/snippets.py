"""Snippets as people know them, and the way to convert one in a test."""

from pathlib import Path

import yaml

from transferjob_operator.cli.commented import commented_yaml
from transferjob_operator.cli.convert.conversion import Converted, convert
from transferjob_operator.cli.convert.source import read_source
from transferjob_operator.cli.manifest import manifests_in
from transferjob_operator.cli.validation import problems_of

LESSON = (Path(__file__).parents[5] / "docs/tutorial/lesson.py").read_text()
"""The lesson's snippet: the parts that Keras 3 no longer takes are those of its time."""

TUTORIAL = """\
import os
import tensorflow as tf

PATH = os.path.join('data', 'cats_and_dogs_filtered')
train_dir = os.path.join(PATH, 'train')
BATCH_SIZE, IMG_SIZE = 32, (160, 160)
train = tf.keras.utils.image_dataset_from_directory(train_dir, shuffle=True, batch_size=BATCH_SIZE, image_size=IMG_SIZE)
train = train.prefetch(buffer_size=tf.data.AUTOTUNE)
data_augmentation = tf.keras.Sequential([tf.keras.layers.RandomFlip('horizontal'), tf.keras.layers.RandomRotation(0.2)])
base_model = tf.keras.applications.MobileNetV2(input_shape=IMG_SIZE + (3,), include_top=False, weights='imagenet')
base_model.trainable = False
inputs = tf.keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = tf.keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = tf.keras.layers.GlobalAveragePooling2D()(x)
x = tf.keras.layers.Dropout(0.2)(x)
outputs = tf.keras.layers.Dense(1, activation='sigmoid')(x)
model = tf.keras.Model(inputs, outputs)
rate = 0.0001
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=rate), loss=tf.keras.losses.BinaryCrossentropy())
initial_epochs = 10
history = model.fit(train, epochs=initial_epochs)
base_model.trainable = True
fine_tune_at = 100
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model.compile(loss='binary_crossentropy', optimizer=tf.keras.optimizers.RMSprop(learning_rate=rate / 10))
model.fit(train, epochs=initial_epochs + 10, initial_epoch=len(history.epoch))
"""
"""The tutorial that fine-tunes MobileNetV2 from layer 100 on."""

NET = "from keras.applications import VGG16\nfrom keras import layers\nbase = VGG16(include_top=False)\n"
HEADED = NET + (
    "x = layers.Flatten()(base.output)\nx = layers.Dense(64)(x)\nout = layers.Dense(5, activation='softmax')(x)\n"
    "from keras import Model\nmodel = Model(base.input, out)\n"
)


def converted(folder: Path, text: str, file: str = "snippet.py") -> Converted:
    path = folder / file
    path.write_text(text)
    return convert(read_source(str(path)), name=None, dataset=None, output=None)


def spec_of(folder: Path, text: str) -> dict[str, object]:
    """The spec, after the commented manifest was read back and found valid."""
    made = converted(folder, text)
    (manifest,) = manifests_in(commented_yaml(made.document, made.comments), "made")
    assert problems_of(manifest, None) == []
    assert manifest.body == made.document == yaml.safe_load(yaml.safe_dump(made.document))
    return dict(made.document["spec"])
