"""Snippets become manifests that say the same, and what a manifest cannot say is told with its line."""

import json
from pathlib import Path

import pytest

from tests.unit.operator.cli.convert.snippets import HEADED, LESSON, NET, TUTORIAL, converted, spec_of
from transferjob_operator.cli.commented import commented_yaml
from transferjob_operator.cli.errors import CliError


def refusal(folder: Path, text: str, file: str = "snippet.py") -> str:
    with pytest.raises(CliError) as caught:
        converted(folder, text, file)
    assert caught.value.code == 4
    return caught.value.sentence


def test_the_lessons_snippet(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, LESSON)
    assert spec["backbone"] == {"name": "ResNet50", "weights": "imagenet"}
    assert spec["freeze"] == {"layers": 100}
    assert spec["input"] == {"height": 32, "width": 32}
    layers = [{"dense": {"units": 128, "activation": "relu"}}, {"dropout": {"rate": 0.1}}]
    assert spec["head"] == {"pooling": "Average", "layers": layers, "classes": 10}
    assert spec["dataset"] == {"uri": "keras://cifar10", "test": {"uri": "keras://cifar10/test"}}
    assert spec["training"] == {
        "batchSize": 64,
        "optimizer": {"name": "Adam", "learningRate": 0.001},
        "phases": [{"name": "train", "epochs": 10}],
    }
    made = converted(tmp_path, LESSON)
    assert "of 175 are frozen" in made.comments["spec.freeze"]
    assert made.comments["spec.freeze"].endswith("the model has 179 layers")
    old = "\n".join(made.notes)
    for words in (
        "line 11: classes=",
        "line 13: Dense(output_dim",
        "line 14: Dropout(p=",
        "line 16: input=",
        "nb_epoch",
    ):
        assert words in old
    assert "Adam(lr=...)" in old
    assert "Adam(decay=...)" in old


@pytest.mark.parametrize(
    "measuring",
    [
        "model.fit(x_train, y_train, validation_data=(x_test, y_test))",
        "model.fit(x_train, y_train)\nscore = model.evaluate(x_test, y_test)",
    ],
)
def test_what_a_snippet_measures_on_is_the_test_part(tmp_path: Path, measuring: str) -> None:
    text = f"""\
from keras.datasets import fashion_mnist
from keras.applications.resnet50 import preprocess_input
(x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
x_train, x_test = x_train.astype('float32') / 255.0, x_test.astype('float32') / 255.0
x_test = preprocess_input(x_test)
{HEADED}
{measuring}
"""
    made = converted(tmp_path, text)
    dataset = {"uri": "keras://fashion_mnist", "test": {"uri": "keras://fashion_mnist/test"}}
    assert made.document["spec"]["dataset"] == dataset
    assert "measured once, at the end" in made.comments["spec.dataset.test"]
    assert "rescaling is not needed" in "\n".join(made.notes)
    plain = converted(tmp_path, text.replace(measuring, "model.fit(x_train, y_train)"))
    assert plain.document["spec"]["dataset"] == {"uri": "keras://fashion_mnist"}


def test_what_is_divided_and_no_data_is_not_taken_for_pictures(tmp_path: Path) -> None:
    made = converted(tmp_path, f"{HEADED}\nschedule = ExponentialDecay(0.1, 10, 0.9)\nhalf = schedule / 2\n")
    assert "rescaling" not in "\n".join(made.notes)


def test_a_tutorial_with_two_calls_of_fit_has_two_phases(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, TUTORIAL)
    assert spec["freeze"] == {"layers": 100}
    training = spec["training"]
    assert isinstance(training, dict)
    assert training["phases"] == [
        {"name": "head", "epochs": 10, "freeze": {"all": True}, "learningRate": 0.0001},
        {"name": "tune", "epochs": 10, "learningRate": 0.00001},
    ]
    assert training["augmentation"] == {"flip": "Horizontal", "rotation": 0.2}
    assert training["batchSize"] == 32
    assert training["optimizer"]["name"] == "RMSprop"
    assert spec["head"] == {"pooling": "Average", "layers": [{"dropout": {"rate": 0.2}}], "classes": 2}
    assert spec["dataset"] == {"uri": "pvc://datasets/cats_and_dogs_filtered/train/"}
    assert any("all phases have one optimizer" in line for line in converted(tmp_path, TUTORIAL).unread)


@pytest.mark.parametrize(
    ("code", "freeze"),
    [
        ("base.trainable = False", {"all": True}),
        ("", {"none": True}),
        ("for layer in base.layers[:-4]: layer.trainable = False", {"layers": 15}),
        ("base.trainable = False\nfor layer in base.layers[-4:]: layer.trainable = True", {"layers": 15}),
        ("for i, layer in enumerate(base.layers): layer.trainable = i >= 7", {"layers": 7}),
        ("for i in range(7): base.layers[i].trainable = False", {"layers": 7}),
        ("n = int(len(base.layers) * 0.5)\nfor layer in base.layers[:n]: layer.trainable = False", {"layers": 9}),
        (
            "ok = False\nfor l in base.layers:\n  if l.name == 'block5_conv1': ok = True\n  l.trainable = ok",
            {"layers": 15},
        ),
        (
            "for layer in base.layers:\n  if layer.name.startswith('block5'): break\n  layer.trainable = False",
            {"layers": 15},
        ),
        ("def freeze(m, n=7):\n  for l in m.layers[:n]: l.trainable = False\nfreeze(base, n=11)", {"layers": 11}),
    ],
)
def test_every_way_to_freeze(tmp_path: Path, code: str, freeze: dict[str, object]) -> None:
    assert spec_of(tmp_path, NET + code + "\n")["freeze"] == freeze


def test_batch_norms_that_are_held_still_behind_the_cut(tmp_path: Path) -> None:
    code = NET.replace("VGG16", "ResNet50") + (
        "base.trainable = False\nfor layer in base.layers[-20:]:\n"
        "  if not isinstance(layer, layers.BatchNormalization): layer.trainable = True\n"
    )
    spec = spec_of(tmp_path, code)
    assert spec["freeze"] == {"layers": 155}
    assert spec["training"] == {"batchNormalization": "Inference"}


def test_a_slice_that_would_freeze_the_head_is_refused_with_its_layers(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, HEADED + "for layer in model.layers[:100]: layer.trainable = False\n")
    assert "line 9: this freezes layers of the head too" in sentence
    assert "flatten, dense, dense_1" in sentence
    assert "at most layers[:19]" in sentence
    nested = NET + (
        "import keras\nmodel = keras.Sequential([base, layers.Flatten(), layers.Dense(64), layers.Dense(5)])\n"
        "for layer in model.layers[:100]: layer.trainable = False\n"
    )
    assert "holds the VGG16 as one layer" in refusal(tmp_path, nested)


def test_a_gap_in_what_is_frozen_is_refused(tmp_path: Path) -> None:
    assert "without a gap" in refusal(tmp_path, NET + "base.layers[8].trainable = False\n")


def test_what_is_not_read_is_said_with_its_line(tmp_path: Path) -> None:
    code = HEADED.replace("layers.Dense(64)", "layers.BatchNormalization()") + (
        "import random\nfor layer in base.layers[:random.randint(1, 9)]:\n  layer.trainable = False\n"
        "model.compile('nadam', 'categorical_crossentropy')\nmodel.fit(data, epochs=EPOCHS, class_weight={0: 2.0})\n"
    )
    unread = converted(tmp_path, code).unread
    for words in ("line 5: BatchNormalization", "line 10: what the loop goes over", "line 12: the optimizer nadam",
                  "line 13: the number of epochs", "line 13: class_weight"):  # fmt: skip
        assert any(line.startswith(words) for line in unread), (words, unread)


def test_a_phase_without_a_rate_has_kerases_own_and_not_that_of_the_last_compile(tmp_path: Path) -> None:
    code = HEADED + (
        "base.trainable = False\nmodel.compile('rmsprop', 'categorical_crossentropy')\nmodel.fit(x, epochs=2)\n"
        "base.trainable = True\nfrom keras.optimizers import SGD\n"
        "model.compile(SGD(1e-5), 'categorical_crossentropy')\nmodel.fit(x, epochs=3)\n"
    )
    training = spec_of(tmp_path, code)["training"]
    assert isinstance(training, dict)
    assert [phase["learningRate"] for phase in training["phases"]] == [0.001, 0.00001]
    made = converted(tmp_path, code)
    assert "learningRate: 0.00001}" in commented_yaml(made.document, made.comments)


def test_constants_in_a_class_and_augmentation_in_a_list(tmp_path: Path) -> None:
    code = "class C:\n  SIDE = 96\n  EPOCHS = 7\n" + HEADED.replace(
        "top=False", "top=False, input_shape=(C.SIDE, 64, 3)"
    )
    code += "aug = [layers.RandomFlip('horizontal'), layers.RandomTranslation(0.1)]\nmodel.fit(x, epochs=C().EPOCHS)\n"
    spec = spec_of(tmp_path, code)
    assert spec["input"] == {"height": 96, "width": 64}
    training = spec["training"]
    assert isinstance(training, dict)
    assert training["augmentation"] == {"flip": "Horizontal"}
    assert training["phases"] == [{"name": "train", "epochs": 7}]
    assert any("RandomTranslation is left out" in line for line in converted(tmp_path, code).unread)


def test_callbacks_and_a_generator(tmp_path: Path) -> None:
    code = (
        HEADED
        + """
from keras.preprocessing.image import ImageDataGenerator
from keras.callbacks import EarlyStopping, ReduceLROnPlateau
gen = ImageDataGenerator(rescale=1./255, rotation_range=36, horizontal_flip=True, validation_split=0.3)
train = gen.flow_from_directory('s3://bucket/flowers/', target_size=(150, 180), batch_size=20)
stop = EarlyStopping(monitor='val_loss', patience=4)
model.compile(optimizer='sgd', loss='categorical_crossentropy')
model.fit_generator(train, steps_per_epoch=10, epochs=7, callbacks=[stop, ReduceLROnPlateau(factor=0.2, patience=2)])
"""
    )
    spec = spec_of(tmp_path, code)
    assert spec["input"] == {"height": 150, "width": 180}
    assert spec["dataset"] == {"uri": "s3://bucket/flowers/", "validation": {"fraction": 0.3}}
    assert spec["training"] == {
        "batchSize": 20,
        "optimizer": {"name": "SGD"},
        "earlyStopping": {"patience": 4},
        "monitor": "ValLoss",
        "schedule": {"name": "Plateau", "factor": 0.2, "patience": 2},
        "phases": [{"name": "train", "epochs": 7}],
        "augmentation": {"flip": "Horizontal", "rotation": 0.1},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "no backbone of keras.applications"),
        ("from keras.applications import ResNet5\nResNet5()\n", "Did you mean ResNet50?"),
        ("def f(:\n", "line 1: this is not Python 3"),
        ("print 'hello'\n", "looks like Python 2"),
        ("x = " + "(" * 5000 + "\n", "snippet.py"),
        (NET + "x = '" + "a" * 3000 + "'\nwhile True: x = x * 1000000\nfor i in range(10**9): pass\n", ""),
        (NET + "for i in range(1999):\n  for j in range(1999):\n    pass\n", "does too much"),
        (NET + "for i in range(1999):\n  for j in range(1999):\n    x = list(range(99999))\n", "does too much"),
        (HEADED + "model.compile('adam', loss='mse')\nmodel.fit(x)\n", "line 9: the loss 'mse' is not supported"),
    ],
)
def test_hostile_and_hopeless_snippets_end_with_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    if not words:
        assert converted(tmp_path, text).document
        return
    assert words in refusal(tmp_path, text)


def test_nothing_of_a_snippet_is_run(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    converted(tmp_path, NET + f"open({str(marker)!r}, 'w').write('x')\n__import__('os').system('touch {marker}')\n")
    assert not marker.exists()


def test_a_notebook_is_read_and_its_cells_are_named(tmp_path: Path) -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": "%matplotlib inline\n" + NET},
        {"cell_type": "markdown", "source": "x"},
    ]
    cells.append({"cell_type": "code", "source": ["\n", "base.layers[8].trainable = False"]})
    sentence = refusal(tmp_path, json.dumps({"cells": cells}), "lesson.ipynb")
    assert "code cell 2, line 2" in sentence
    assert "is not a Jupyter notebook" in refusal(tmp_path, "[]", "x.ipynb")


def test_arguments_of_the_builder_are_kept_where_a_manifest_has_them(tmp_path: Path) -> None:
    code = HEADED.replace("VGG16", "MobileNetV3Small").replace("include_top=False", "None, 0.75, include_top=False")
    code += "for layer in base.layers[:120]:\n  layer.trainable = False\nmodel.fit(x, epochs=2)\n"
    spec = spec_of(tmp_path, code)
    assert spec["backbone"] == {"name": "MobileNetV3Small", "weights": "imagenet", "arguments": {"alpha": 0.75}}
    small = code.replace("0.75,", "minimalistic=True,").replace("120", "103")
    spec = spec_of(tmp_path, small)
    assert spec["backbone"] == {"name": "MobileNetV3Small", "weights": "imagenet", "arguments": {"minimalistic": True}}
    assert spec["freeze"] == {"all": True}
    odd = converted(tmp_path, code.replace("0.75", "0.6"))
    assert "arguments" not in odd.document["spec"]["backbone"]
    assert any("alpha= of the builder has no such value here and is left out" in line for line in odd.unread)
