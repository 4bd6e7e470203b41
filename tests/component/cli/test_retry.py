"""`retry`, `status` of many jobs and `report` against a real API server."""

import json
from pathlib import Path

from tests.component.cli.conftest import Cli, manifest
from tests.component.cli.test_commands import COMPLETE, FAILED, MOMENT, SECONDS, ends, submitted, timed


def failed(cli: Cli, *names: str) -> None:
    submitted(cli, *names)
    for name in names:
        failure = {"reason": "NonFiniteLoss", "message": "the loss became NaN"}
        cli.set_status(name, phase="Failed", conditions=timed(FAILED), failure=failure, completionTime=MOMENT)


def test_retry_makes_another_job_of_the_same_spec_and_keeps_the_failed_one(cli: Cli) -> None:
    body = json.loads(manifest("a", run={"suspend": True, "retries": 5}))
    body["metadata"]["annotations"] = {"team": "vision", "kubectl.kubernetes.io/last-applied-configuration": "{}"}
    cli.api.create(cli.resource(), body)
    cli.set_status("a", phase="Failed", conditions=timed(FAILED))
    assert cli("retry", "a").stdout == "transferjob.transferjob.dev/a-retry-1 created\n"
    old, new = cli.api.get(cli.resource("a")), cli.api.get(cli.resource("a-retry-1"))
    assert new["spec"]["run"] == {**old["spec"]["run"], "suspend": False}
    assert {**new["spec"], "run": {}} == {**old["spec"], "run": {}}
    assert new["metadata"]["annotations"] == {"team": "vision", "transferjob.dev/retry-of": "a"}
    assert new["metadata"]["labels"] == {"team": "a"}
    cli.set_status("a-retry-1", phase="Failed", conditions=timed(FAILED))
    assert cli("retry", "a-retry-1", "-o", "name").stdout == "transferjob.transferjob.dev/a-retry-2\n"


def test_retry_under_the_same_name_deletes_the_failed_job_first(cli: Cli) -> None:
    failed(cli, "a")
    before = cli.api.get(cli.resource("a"))["metadata"]["uid"]
    assert cli("retry", "a", "--replace").returncode == 0
    after = cli.api.get(cli.resource("a"))
    assert after["metadata"]["uid"] != before
    assert "status" not in after
    assert len(cli.api.list(cli.resource())) == 1


def test_retry_of_what_has_not_failed_is_refused(cli: Cli) -> None:
    submitted(cli, "a")
    ends(cli("retry", "a"), 4, "TransferJob a is Pending; only one that has failed is tried again")
    ends(cli("retry", "aa"), 3, "Did you mean 'a'?")
    failed(cli, "b")
    ends(cli("retry", "b", "--name", "a"), 4, "There is a TransferJob a already")
    ends(cli("retry", "b", "--name", "A"), 2, "--name must be lower case")
    ends(cli("retry", "b", "--name", "c", "--replace"), 2, "exclude each other")


def test_retry_watched_ends_with_the_new_job(cli: Cli) -> None:
    failed(cli, "a")
    process = cli.start("retry", "a", "--watch")
    assert process.stdout is not None
    assert process.stdout.readline() == "transferjob.transferjob.dev/a-retry-1 created\n"
    assert process.stdout.readline().startswith("a-retry-1 Pending")
    cli.set_status("a-retry-1", phase="Succeeded", conditions=timed(COMPLETE))
    assert process.communicate(timeout=SECONDS)[0].startswith("a-retry-1 Succeeded")
    assert process.returncode == 0


def test_status_of_many_has_what_needs_attention_first(cli: Cli) -> None:
    submitted(cli, "a-done", "b-runs", "c-waits")
    failed(cli, "d-failed")
    cli.set_status("a-done", phase="Succeeded", conditions=timed(COMPLETE))
    cli.set_status("b-runs", phase="Running")
    waits = {"type": "Running", "status": "False", "reason": "Unschedulable", "message": "no node has a GPU"}
    cli.set_status("c-waits", phase="Pending", conditions=timed([waits]))
    lines = cli("status").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["NAME", "d-failed", "c-waits", "b-runs", "a-done"]
    two = cli("status", "a-done", "d-failed", "-o", "name").stdout.splitlines()
    assert two == ["transferjob.transferjob.dev/d-failed", "transferjob.transferjob.dev/a-done"]
    ends(cli("status", "a-done", "d-faild"), 3, "Did you mean 'd-failed'?")
    ends(cli("status", "a-done", "-A"), 2, "-A is for all jobs")


def test_status_watch_of_two_ends_with_both(cli: Cli) -> None:
    submitted(cli, "a", "b", "other")
    process = cli.start("status", "a", "b", "--watch")
    assert process.stdout is not None
    assert {process.stdout.readline()[:9] for _ in "ab"} == {"a Pending", "b Pending"}
    cli.set_status("a", phase="Succeeded", conditions=timed(COMPLETE))
    assert process.stdout.readline() == "a Succeeded\n"
    cli.set_status("b", phase="Failed", conditions=timed(FAILED))
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (1, "b Failed NonFiniteLoss: the loss became NaN\n")
    assert err == "1 of 2 jobs failed. b failed: NonFiniteLoss: the loss became NaN\n"


def test_report_is_found_where_it_lies_or_written_where_it_is_wanted(cli: Cli, tmp_path: Path) -> None:
    submitted(cli, "a")
    ends(cli("report", "a"), 3, "TransferJob a has no model: it is Pending.")
    folder = tmp_path / "claims/models/a" / ("ab" * 32)
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<!doctype html>report")
    result = {"modelURI": f"pvc://models/a/{'ab' * 32}"}
    cli.set_status("a", phase="Succeeded", conditions=timed(COMPLETE), result=result)
    claims = ("--claims", str(tmp_path / "claims"))
    assert cli("report", "a", *claims).stdout == f"{folder / 'report.html'}\n"
    ends(cli("report", "a"), 2, "give the folder where claims are mounted here with --claims")
    wanted = tmp_path / "mine.html"
    assert cli("report", "a", *claims, "--write", str(wanted)).stdout == f"{wanted}\n"
    assert wanted.read_text() == "<!doctype html>report"
    (folder / "report.html").unlink()
    ends(cli("report", "a", *claims), 3, "has no report.html")
