"""Names that people would take for one class are found, and others are not."""

from __future__ import annotations

import pytest

from transferjob_trainer.data.alike import alike


@pytest.mark.parametrize(
    ("classes", "groups"),
    [
        (("Rose", "daisy", "rose"), (("Rose", "rose"),)),
        (("ros\u00e9", "rose\u0301"), (("ros\u00e9", "rose\u0301"),)),
        (("a b", "a  b ", "A\u00a0b", "c", "C"), (("a b", "a  b ", "A\u00a0b"), ("c", "C"))),
        (("stra\u00dfe", "STRASSE"), (("stra\u00dfe", "STRASSE"),)),
        (("rose", "ros\u00e9", "roses", "\udce9", "1", "01"), ()),
    ],
)
def test_groups(classes: tuple[str, ...], groups: tuple[tuple[str, ...], ...]) -> None:
    assert alike(classes) == groups
