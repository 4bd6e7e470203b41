"""The S3 server is one that an ordinary client can talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.cluster.s3server import S3Server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_an_object_is_put_and_read_back_and_a_wrong_key_is_refused(s3_server: S3Server) -> None:
    def client(secret: str) -> S3Client:
        return boto3.client(
            "s3",
            endpoint_url=s3_server.endpoint,
            aws_access_key_id=s3_server.access_key,
            aws_secret_access_key=secret,
            region_name=s3_server.region,
            config=Config(s3={"addressing_style": "path"}),
        )

    s3_server.create_bucket("pictures")
    client(s3_server.secret_key).put_object(Bucket="pictures", Key="a/b", Body=b"bytes")
    assert client(s3_server.secret_key).get_object(Bucket="pictures", Key="a/b")["Body"].read() == b"bytes"
    assert (s3_server.path("pictures") / "a/b").read_bytes() == b"bytes"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client("wrong").get_object(Bucket="pictures", Key="a/b")
