"""The base of every document that crosses the border between operator and trainer."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel


def field_name(python_name: str) -> str:
    """The name of a field in documents: camelCase, with a trailing URI or UID in capitals as Kubernetes writes them."""
    return re.sub(r"(?<=.)(Uri|Uid)$", lambda match: match[0].upper(), to_camel(python_name))


class Document(BaseModel):
    """A frozen, fully described model in camelCase that refuses fields it does not know."""

    model_config = ConfigDict(
        alias_generator=field_name,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


class TolerantDocument(Document):
    """A document that another version may have written: fields it does not know are left out."""

    model_config = ConfigDict(extra="ignore")


DNS_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
DNS_SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
DnsLabel = Annotated[str, StringConstraints(pattern=DNS_LABEL, min_length=1, max_length=63)]
DnsSubdomain = Annotated[str, StringConstraints(pattern=DNS_SUBDOMAIN, min_length=1, max_length=253)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]
LayerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./>-]+$", min_length=1, max_length=128)]


class SecretRef(Document):
    """A Secret in the job's namespace. Its values reach the trainer as environment variables and are never printed."""

    name: DnsSubdomain
    """Name of the Secret. Keys that are read: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
    AWS_REGION, AWS_ENDPOINT_URL for s3://; GOOGLE_APPLICATION_CREDENTIALS_JSON (a service account's key file) and
    GOOGLE_STORAGE_ENDPOINT_URL for gs://."""
