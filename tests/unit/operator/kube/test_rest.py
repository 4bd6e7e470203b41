"""Requests are built as the API wants them."""

import orjson
import pytest

from transferjob_operator.kube import rest


def test_paths_of_core_and_grouped_resources() -> None:
    assert rest.PODS.path("ns", "a") == "/api/v1/namespaces/ns/pods/a"
    assert rest.JOBS.path() == "/apis/batch/v1/jobs"
    assert rest.TRANSFER_JOBS.path("ns", "a.b", "status") == (
        "/apis/transferjob.dev/v1alpha1/namespaces/ns/transferjobs/a.b/status"
    )


@pytest.mark.checklist(40)
def test_a_name_cannot_leave_its_place_in_the_path() -> None:
    assert rest.PODS.path("ns", "../secrets/a?x=1") == "/api/v1/namespaces/ns/pods/..%2Fsecrets%2Fa%3Fx%3D1"


def test_a_first_page_names_its_version_and_a_later_one_its_token() -> None:
    first = rest.list_page(rest.JOBS, None, label_selector="a=b", resource_version="0")
    assert first.target == (
        "/apis/batch/v1/jobs?limit=500&labelSelector=a%3Db&resourceVersion=0&resourceVersionMatch=NotOlderThan"
    )
    later = rest.list_page(rest.JOBS, None, resource_version="0", continue_token="t")
    assert later.target == "/apis/batch/v1/jobs?limit=500&continue=t"


def test_a_watch_asks_for_bookmarks_and_an_end() -> None:
    request = rest.watch(rest.PODS, "ns", resource_version="7", timeout_seconds=300)
    assert request.target == (
        "/api/v1/namespaces/ns/pods?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=300"
    )


def test_a_delete_names_what_was_seen() -> None:
    request = rest.delete(rest.JOBS, "ns", "a", uid="u", resource_version="5")
    assert request.body is not None
    body = orjson.loads(request.body)
    assert body["preconditions"] == {"uid": "u", "resourceVersion": "5"}
    assert body["propagationPolicy"] == "Background"


def test_a_patch_carries_its_content_type() -> None:
    request = rest.merge_patch(rest.TRANSFER_JOBS, "ns", "a", {"status": {}}, "status")
    assert (request.method, request.content_type) == ("PATCH", "application/merge-patch+json")
