"""Every example is valid here, to the tables, and to a real API server; the lesson's is what convert makes of it."""

from pathlib import Path

import pytest
import yaml

from tests.component.cli.conftest import Cli
from tests.unit.operator.cli.convert.snippets import LESSON, converted

EXAMPLES = Path(__file__).parents[3] / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))


def test_there_are_a_dozen_and_the_page_names_each() -> None:
    page = (EXAMPLES / "README.md").read_text()
    assert len(FILES) >= 12
    assert [file.name for file in FILES if f"({file.name})" not in page] == []


def test_all_are_applied(cli: Cli) -> None:
    names = []
    for file in FILES:
        result = cli("submit", "-f", str(file))
        assert result.returncode == 0, (file.name, result.stderr)
        assert "created" in result.stdout
        names += [document["metadata"]["name"] for document in yaml.safe_load_all(file.read_text())]
    assert sorted(item["metadata"]["name"] for item in cli.api.list(cli.resource())) == sorted(names)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_can_be_explained(cli: Cli, file: Path) -> None:
    result = cli("explain", "-f", str(file), "--images", "5000", "--classes", "10")
    assert result.returncode == 0, result.stderr
    assert "what it would do" in result.stdout


def test_the_lessons_is_what_convert_makes_of_the_snippet(tmp_path: Path) -> None:
    made = converted(tmp_path, LESSON).document["spec"]
    example = yaml.safe_load((EXAMPLES / "02-lesson.yaml").read_text())["spec"]
    for name in ("backbone", "input", "freeze", "head", "training"):
        assert made[name] == example[name]


def test_three_faults_in_one_manifest_are_told_at_once_with_their_lines(cli: Cli, tmp_path: Path) -> None:
    text = (EXAMPLES / "02-lesson.yaml").read_text()
    wrong = (
        text.replace("layers: 100", "layers: 176")
        .replace("rate: 0.1", "rate: 1.5")
        .replace("epochs: 10", "epochs: ten")
    )
    path = tmp_path / "wrong.yaml"
    path.write_text(wrong)
    result = cli("submit", "-f", str(path))
    assert (result.returncode, result.stdout) == (4, "")
    lines = wrong.splitlines()
    for words, field in (("layers: 176", "spec.freeze"), ("rate: 1.5", "rate"), ("epochs: ten", "epochs")):
        number = next(number for number, line in enumerate(lines, 1) if words in line)
        told = [line for line in result.stderr.splitlines() if f"line {number}:" in line and field in line]
        assert told, (words, result.stderr)
