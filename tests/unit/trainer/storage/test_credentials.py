"""Credentials come from the environment and never show."""

from transferjob_trainer.contract.environment import OUTPUT_PREFIX
from transferjob_trainer.storage import Credentials

ENVIRONMENT = {
    f"{OUTPUT_PREFIX}AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    f"{OUTPUT_PREFIX}AWS_SECRET_ACCESS_KEY": "s3cr3t/AKIAEXAMPLE",
    f"{OUTPUT_PREFIX}AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    f"{OUTPUT_PREFIX}AWS_REGION": "",
    "AWS_SESSION_TOKEN": "of another",
}


def test_read_from_the_environment() -> None:
    credentials = Credentials.from_environment(OUTPUT_PREFIX, ENVIRONMENT)
    assert credentials == Credentials("AKIAEXAMPLE", "s3cr3t/AKIAEXAMPLE", None, None, "http://127.0.0.1:9")


def test_secrets_never_show() -> None:
    credentials = Credentials.from_environment(OUTPUT_PREFIX, ENVIRONMENT)
    assert "AKIA" not in repr(credentials)
    assert "s3cr3t" not in f"{credentials}"
    assert credentials.mask("key AKIAEXAMPLE with s3cr3t/AKIAEXAMPLE at 9") == "key *** with *** at 9"
    assert Credentials().mask("nothing to hide") == "nothing to hide"
