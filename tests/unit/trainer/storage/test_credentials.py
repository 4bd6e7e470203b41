"""Credentials come from the environment and never show."""

import json

from transferjob_trainer.contract.environment import DATASET_PREFIX, OUTPUT_PREFIX
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


def test_a_service_accounts_key_never_shows() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh\nkiG9w0BAQEFAASCB\n-----END PRIVATE KEY-----\n"
    key = json.dumps({"type": "service_account", "private_key": pem, "private_key_id": "0123456789abcdef"})
    credentials = Credentials.from_environment(
        DATASET_PREFIX, {f"{DATASET_PREFIX}GOOGLE_APPLICATION_CREDENTIALS_JSON": key}
    )
    assert credentials.google_key == key
    for quoted in (key, pem, "line kiG9w0BAQEFAASCB", "id 0123456789abcdef", repr(credentials), json.dumps(pem)):
        seen = credentials.mask(quoted)
        assert "MIIEvQ" not in seen
        assert "kiG9w0" not in seen
        assert "0123456789" not in seen
    assert Credentials(google_key="rubbish").mask("it is rubbish") == "it is ***"
