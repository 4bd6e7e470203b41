"""The tutorial up to the first training; the rest is in tests/e2e/test_tutorial.py."""

from pathlib import Path

import pytest
import yaml

from tests.unit.docs.blocks import DOCS, blocks
from tests.unit.docs.shell import Shell, matches, section_steps
from tests.unit.operator.cli.convert.snippets import LESSON, converted

TUTORIAL = DOCS / "tutorial/index.md"
CHINESE = DOCS / "zh-TW/tutorial.md"
QUICK = ("Set up", "From snippet to manifest", "What it would do")


def test_the_quick_half(tmp_path: Path) -> None:
    found = section_steps(TUTORIAL, *QUICK)
    assert len(found) >= 6
    with Shell(tmp_path) as shell:
        for step in found:
            shell.play(step, 120)
    assert (tmp_path / "tutorial/lesson.yaml").is_file()


def test_the_manifest_is_the_snippets(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks(TUTORIAL) if block.language == "yaml" and "keras://cifar10" in block.text]
    assert yaml.safe_load(shown.text)["spec"] == converted(tmp_path, LESSON, "lesson.py").document["spec"]


def test_both_languages_have_the_same_blocks() -> None:
    pages = [[(block.language, block.text) for block in blocks(page)] for page in (TUTORIAL, CHINESE)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("a\nb\n", "a  \nb", True),
        ("a\n", "b\n", False),
        ("model: pvc://models/...\n", "model: pvc://models/4f0e/\n", True),
        ("...\nlast\n", "one\ntwo\nlast\n", True),
        ("first\n...\n", "first\nsecond\n", True),
        ("first\n...\nlast", "first\nlast", True),
        ("first\n...\nlast", "first\nelse", False),
    ],
)
def test_dots_stand_for_anything(shown: str, output: str, same: bool) -> None:
    assert matches(shown, output) is same
