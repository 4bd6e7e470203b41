"""The S3 client of one storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from .credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_DEFAULT_REGION = "us-east-1"
CONNECTIONS = 32


def make_client(credentials: Credentials) -> S3Client:
    """A client that tries once (we are the ones who repeat) and adds no headers that other S3 servers do not know."""
    endpoint = credentials.endpoint_url
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        retries={"total_max_attempts": 1},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    session = boto3.session.Session(
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
    )
    region = credentials.region or session.region_name or _DEFAULT_REGION
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)
