"""The Service of the workers, and what the pods are told of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.builders import JOB_UID, make_job
from transferjob_operator.core.job_template import job_manifest
from transferjob_operator.core.naming import child_name
from transferjob_operator.core.service import peer_names, service_manifest, service_name
from transferjob_operator.core.settings import CoreSettings

NAMES = ["flowers", "9lives", "a.b.c", "1.2", "a" * 63, "9" * 63, "a." * 126 + "b", "x" + "-" * 61 + "x"]


def pod_spec(**arguments: Any) -> dict[str, Any]:
    manifest = job_manifest(make_job(**arguments), None, CoreSettings(trainer_image="trainer:1"))
    spec: dict[str, Any] = manifest["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize("name", NAMES)
def test_a_service_and_its_hosts_have_legal_names(name: str) -> None:
    assert re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", service_name(name))
    host = peer_names(make_job(name=name, workers=64))[-1].split(".")[0]
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", host)


def test_the_service_selects_this_jobs_pods_ready_or_not() -> None:
    spec = service_manifest(make_job(workers=2))["spec"]
    assert (spec["clusterIP"], spec["publishNotReadyAddresses"]) == ("None", True)
    assert spec["selector"] == {"transferjob.dev/job-uid": JOB_UID}


def test_the_trainer_is_told_its_peers_and_only_where_it_has_some() -> None:
    spec = pod_spec(workers=2)
    told = {variable["name"]: variable.get("value") for variable in spec["containers"][0]["env"]}
    assert told["TRANSFERJOB_WORKERS"] == "2"
    assert told["TRANSFERJOB_PEERS"] == ("flowers-0.tj-flowers.default.svc,flowers-1.tj-flowers.default.svc")
    assert spec["subdomain"] == service_name("flowers")
    alone = pod_spec()
    assert "subdomain" not in alone
    assert not {"TRANSFERJOB_WORKERS", "TRANSFERJOB_PEERS"} & {item["name"] for item in alone["containers"][0]["env"]}


def test_several_workers_are_an_indexed_job_that_ends_with_the_chief() -> None:
    job = make_job(workers=4, run={"retries": 2})
    spec = job_manifest(job, None, CoreSettings(trainer_image="trainer:1"), retries=1)["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 4, 4)
    assert spec["successPolicy"] == {"rules": [{"succeededIndexes": "0"}]}
    assert (spec["backoffLimitPerIndex"], spec["maxFailedIndexes"], "backoffLimit" in spec) == (1, 0, False)
    assert child_name("flowers") == "flowers"
