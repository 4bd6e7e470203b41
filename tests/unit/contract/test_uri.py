"""URIs: what is taken, and the sentence for what is not."""

import pytest

from transferjob_trainer.contract.uri import DATASET_SCHEMES, InvalidURI, Location, parse_uri


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("s3://bucket/a/b/", Location("s3", "bucket", "a/b/")),
        ("s3://bucket", Location("s3", "bucket", "")),
        ("pvc://claim-1/data", Location("pvc", "claim-1", "data")),
        ("sklearn://digits", Location("sklearn", "digits", "")),
        ("file:///srv/data", Location("file", "", "srv/data")),
    ],
)
def test_well_formed_uris_are_taken_apart_and_put_together_again(text: str, location: Location) -> None:
    assert parse_uri(text, DATASET_SCHEMES) == location
    assert parse_uri(str(location), DATASET_SCHEMES) == location


@pytest.mark.checklist(40)
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bucket/a", "must start with one of s3://"),
        ("ftp://host/a", "must start with one of s3://"),
        ("s3://key:secret@bucket/a", "must not contain credentials"),
        ("s3://bucket/a/../b", "must not contain '..'"),
        ("s3://bucket/a/%2e%2e/b", "must not contain '..'"),
        ("s3://bucket/a?x=1", "must not contain '?'"),
        ("s3:///a", "must name a bucket"),
        ("pvc://Claim/a", "name in lower case"),
        ("pvc:///a", "must name a claim"),
        ("file://host/a", "must be file:///absolute/path"),
        ("s3://bucket/a b", "must not contain blanks"),
        ("s3://bucket/a\nb", "must not contain blanks"),
        ("s3://bucket/" + "a" * 1024, "at most 1024 characters"),
    ],
)
def test_malformed_uris_are_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(InvalidURI, match=r".") as raised:
        parse_uri(text, DATASET_SCHEMES)
    assert words in str(raised.value)


def test_a_child_is_joined_with_one_slash() -> None:
    assert str(parse_uri("s3://bucket/a/", DATASET_SCHEMES).child("b", "c")) == "s3://bucket/a/b/c"
    assert str(parse_uri("pvc://claim", DATASET_SCHEMES).child("b")) == "pvc://claim/b"
