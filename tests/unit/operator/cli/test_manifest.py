from pathlib import Path

import pytest

from transferjob_operator.cli.errors import CliError
from transferjob_operator.cli.manifest import read_manifests
from transferjob_operator.cli.submitting import load_valid

VALID = """\
apiVersion: transferjob.dev/v1alpha1
kind: TransferJob
metadata: {name: NAME}
spec:
  backbone: {name: ResNet50}
  freeze: {layers: 100}
  dataset: {uri: "sklearn://digits"}
  training: {optimizer: {learningRate: 1e-4}}
  output: {uri: "s3://bucket/models/"}
"""


def written(folder: Path, text: str) -> str:
    path = folder / "job.yaml"
    path.write_text(text)
    return str(path)


def problems(folder: Path, text: str, namespace: str | None = None) -> str:
    with pytest.raises(CliError) as caught:
        load_valid(written(folder, text), namespace)
    assert caught.value.code == 4
    return caught.value.sentence


def test_several_documents_and_a_rate_as_people_write_it(tmp_path: Path) -> None:
    text = VALID.replace("NAME", "a") + "---\n" + VALID.replace("NAME", "b") + "---\n"
    bodies = load_valid(written(tmp_path, text), None)
    assert [body["metadata"]["name"] for body in bodies] == ["a", "b"]
    assert bodies[0]["spec"]["training"]["optimizer"]["learningRate"] == 0.0001


def test_all_problems_of_all_documents_come_at_once_with_their_lines(tmp_path: Path) -> None:
    bad = VALID.replace("ResNet50", "ResNet5").replace("layers: 100", "layers: 100, all: true")
    text = bad.replace("NAME", "a") + "---\n" + VALID.replace("NAME", "b").replace("1e-4", "fast")
    sentence = problems(tmp_path, text)
    assert sentence.startswith("3 problems, nothing was submitted:")
    assert "line 5: spec.backbone.name: must be one of the 40" in sentence
    assert "got 'ResNet5'" in sentence
    assert "line 6: spec.freeze: exactly one of" in sentence
    assert 'line 18: spec.training.optimizer.learningRate: must be a number, got "fast"' in sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no manifest"),
        ("a: [", "this is not YAML"),
        ("- 1", "a manifest must be a mapping, not a list"),
        ("kind: Pod", "line 1: kind: must be TransferJob, got 'Pod'"),
        ("kind: TransferJob\napiVersion: v1", "line 2: apiVersion: must be transferjob.dev/v1alpha1, got 'v1'"),
        ("kind: TransferJob\nkind: Pod", "line 2: the field 'kind' is given twice"),
        ("x: !!python/object/apply:os.system ['true']", "line 1: kind: is required"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    assert words in problems(tmp_path, text)


def test_a_value_is_named_unless_it_may_hold_a_password(tmp_path: Path) -> None:
    wrong = VALID.replace("s3://bucket/models/", "ftp://bucket/models/")
    assert "line 9: spec.output.uri: must start with one of" in problems(tmp_path, wrong)
    assert 'got "ftp://bucket/models/"' in problems(tmp_path, wrong)
    assert "hunter2" not in problems(tmp_path, VALID.replace("s3://bucket/models/", "s3://me:hunter2@bucket/models/"))


def test_a_name_that_is_used_twice(tmp_path: Path) -> None:
    text = VALID.replace("NAME", "a") + "---\n" + VALID.replace("NAME", "a")
    assert "line 13: metadata.name: 'a' is used by two documents." in problems(tmp_path, text)


def test_a_namespace_that_contradicts_the_option(tmp_path: Path) -> None:
    text = VALID.replace("{name: NAME}", "{name: a, namespace: one}")
    assert 'metadata.namespace: is "one", but -n says "two"' in problems(tmp_path, text, "two")


def test_aliases_cannot_blow_up_and_depth_cannot_overflow(tmp_path: Path) -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 9))
    assert "more than 50000 values" in problems(tmp_path, f"l0: &l0 [1]\n{levels}")
    assert "cannot be read as YAML" in problems(tmp_path, "[" * 5000)


def test_items_of_a_list_keep_their_lines(tmp_path: Path) -> None:
    manifest = read_manifests(written(tmp_path, "kind: List\nitems:\n- kind: Pod\n  spec: {a: 1}\n"))[0]
    assert manifest.line_of(("spec", "a", "b")) == 4


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CliError, match="There is no file") as caught:
        read_manifests(str(tmp_path / "none.yaml"))
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"layers: 100": "layers: 176", "1e-4": "fast"},
            ("learningRate: must be a number", "spec.freeze.layers: must be at most"),
        ),
        ({"layers: 100": "layers: x", "s3://bucket/models/": "x"}, ("spec.freeze.layers: must be", "spec.output.uri")),
        ({"ResNet50": "ResNet5", "1e-4": "11"}, ("spec.backbone.name", "learningRate: must be at most 10")),
        (
            {'  output: {uri: "s3://bucket/models/"}\n': "", "layers: 100": "layers: 176"},
            ("spec.output: is required", "spec.freeze.layers"),
        ),
    ],
)
def test_a_malformed_field_hides_no_rule_and_makes_up_none(
    tmp_path: Path, changes: dict[str, str], told: tuple[str, ...]
) -> None:
    text = VALID.replace("NAME", "a")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    sentence = problems(tmp_path, text)
    assert sentence.startswith(f"{len(told)} problems"), sentence
    for words in told:
        assert words in sentence
