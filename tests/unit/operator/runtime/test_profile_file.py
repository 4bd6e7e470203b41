"""The file of profiles: what cannot be used ends the start with a sentence; later changes are taken up or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from transferjob_operator.errors import SettingsError
from transferjob_operator.runtime.profile_file import LOOK_SECONDS, MAX_FILE_BYTES, ProfileFile

GOOD = "a100: {resources: {cpu: '8'}}"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += LOOK_SECONDS
        return self.now


def test_no_file_is_no_profiles() -> None:
    assert ProfileFile(None).current() == {}


@pytest.mark.parametrize("text", [GOOD, '{"a100": {"resources": {"cpu": "8"}}}'])
def test_yaml_and_json(tmp_path: Path, text: str) -> None:
    (tmp_path / "profiles").write_text(text)
    assert ProfileFile(tmp_path / "profiles").current()["a100"].defaults == {"resources": {"cpu": "8"}}


def test_an_empty_file_has_no_profiles(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("")
    assert ProfileFile(tmp_path / "profiles").current() == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"a100: {", "is not YAML, line 1"),
        (b"\xff\xfe\xfd", "is not YAML"),
        (b"a100: !!python/object/apply:os.system ['true']", "is not YAML, line 1"),
        (b"a100: {resources: {cpu: 8}}", "a100.resources.cpu: must be a string, got 8"),
        (b"#" * (MAX_FILE_BYTES + 1), "must be at most 524288 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence(tmp_path: Path, text: bytes, sentence: str) -> None:
    path = tmp_path / "profiles"
    path.write_bytes(text)
    with pytest.raises(SettingsError) as caught:
        ProfileFile(path)
    assert str(caught.value).startswith(f"--profiles {path}: ")
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        ProfileFile(tmp_path / "absent")


def test_a_mounted_map_that_is_exchanged_is_read_again_and_a_bad_one_is_not_believed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for folder, text in (("one", GOOD), ("two", "h100: {}"), ("three", "h100: {pods: 1}")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "profiles").write_text(text)

    def mount(folder: str) -> None:
        (tmp_path / "next").symlink_to(folder)
        (tmp_path / "next").replace(tmp_path / "mounted")

    mount("one")
    file = ProfileFile(tmp_path / "mounted" / "profiles", Clock())
    assert list(file.current()) == ["a100"]
    mount("two")
    assert list(file.current()) == ["h100"]
    mount("three")
    assert (list(file.current()), list(file.current())) == (["h100"], ["h100"])
    assert [record.levelname for record in caplog.records if "pods: unknown field" in record.getMessage()] == ["ERROR"]
