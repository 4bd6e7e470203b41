"""The small part of the exactness checks, which runs in `make test`, and proofs that the checks notice."""

from __future__ import annotations

import pytest

from tests.exact.cuts import three_cuts
from tests.exact.measure import Subject, compare, noise_of
from transferjob_trainer.freezing import freeze_layers, release
from transferjob_trainer.tensorflow_setup import prepare_environment

prepare_environment()
SIDE = 32


@pytest.fixture(scope="module", params=["MobileNetV3Small", "EfficientNetB0"])
def subject(request: pytest.FixtureRequest) -> Subject:
    return Subject(request.param, SIDE)


@pytest.mark.parametrize("kind", ["inside", "all"])
def test_the_tail_on_features_is_the_whole(subject: Subject, kind: str) -> None:
    split = subject.freeze(three_cuts(subject.name, subject.backbone)[kind])
    reference = subject.whole()
    verdict = compare(reference, subject.apart(split), noise_of(subject, reference))
    assert verdict.equal, verdict


def test_a_prefix_that_is_not_held_in_inference_is_noticed(subject: Subject) -> None:
    count = three_cuts(subject.name, subject.backbone)["inside"]
    split = subject.freeze(count)
    reference = subject.whole()
    noise = noise_of(subject, reference)
    features = split.features(subject.pictures)
    for layer in subject.backbone.layers[:count]:
        layer.trainable = True
        release(layer)
    assert not compare(subject.whole(), subject.apart(split, features), noise).equal
    freeze_layers(subject.backbone, count)


def test_a_tail_whose_dropout_draws_otherwise_is_noticed() -> None:
    subject = Subject("EfficientNetB0", SIDE)
    split = subject.freeze(three_cuts(subject.name, subject.backbone)["inside"])
    reference = subject.whole()
    noise = noise_of(subject, reference)
    features = split.features(subject.pictures)
    quiet = [layer for layer in subject.backbone.layers[subject.count :] if type(layer).__name__ == "Dropout"]
    assert quiet
    for layer in quiet:
        layer.rate = 0.0
    assert not compare(reference, subject.apart(split, features), noise).equal
