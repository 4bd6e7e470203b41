"""Settings come from flags, then environment, then defaults; what cannot be used is said in a sentence."""

import pytest

from transferjob_operator.errors import SettingsError
from transferjob_operator.settings import read_settings


def test_a_flag_goes_before_the_environment() -> None:
    environment = {"TRANSFERJOB_WORKERS": "3", "TRANSFERJOB_NAMESPACES": "a, b", "TRANSFERJOB_LEADER_ELECTION": "false"}
    settings = read_settings(["--workers", "5"], environment)
    assert (settings.workers, settings.namespaces, settings.leader_election) == (5, ("a", "b"), False)


def test_the_identity_names_the_pod() -> None:
    assert read_settings([], {}).identity.rpartition("_")[2].isdigit()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--workers", "0"], "--workers: Input should be greater than or equal to 1, not '0'"),
        (["--log-format", "xml"], "--log-format: Input should be 'json' or 'console', not 'xml'"),
        (
            ["--imagenet-mirror", "ftp://host"],
            "--imagenet-mirror: Value error, must start with one of s3://, gs://, https://, pvc://, not 'ftp://host'",
        ),
        (["--health-port", "70000"], "--health-port: Input should be less than or equal to 65535, not '70000'"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_limit(arguments: list[str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(arguments, {})
    assert str(caught.value) == sentence
