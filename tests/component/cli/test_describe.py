"""`describe`, `events`, `suspend` and `resume` against a real API server."""

import json
from typing import Any

import yaml

from tests.cluster.controlplane import ControlPlane
from tests.cluster.resources import Resource
from tests.component.cli.conftest import Cli
from tests.component.cli.test_commands import COMPLETE, FAILED, MOMENT, ends, submitted, timed


def child(cli: Cli, name: str) -> dict[str, Any]:
    """A child Job as the operator would make it, named in the status."""
    container = {"name": "trainer", "image": "x"}
    made = cli.api.create(
        Resource("batch/v1", "jobs", cli.namespace),
        {
            "metadata": {"name": name},
            "spec": {"suspend": True, "template": {"spec": {"restartPolicy": "Never", "containers": [container]}}},
        },
    )
    cli.set_status(name, jobName=name, startTime=MOMENT)
    return made


def event(cli: Cli, about: dict[str, Any], kind: str, reason: str, message: str, count: int = 1) -> None:
    regarding = {"kind": kind, "name": about["metadata"]["name"], "uid": about["metadata"]["uid"]}
    body = {
        "metadata": {"generateName": "told-"},
        "involvedObject": {**regarding, "namespace": cli.namespace},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "count": count,
        "firstTimestamp": MOMENT,
        "lastTimestamp": MOMENT,
    }
    cli.api.create(Resource("v1", "events", cli.namespace), body)


def test_describe_tells_reason_children_and_timeline(cli: Cli) -> None:
    submitted(cli, "a")
    made = child(cli, "a")
    event(cli, made, "Job", "FailedCreate", "exceeded\nquota", count=3)
    cli.set_status("a", phase="Failed", conditions=timed(FAILED), failure={"reason": "NonFiniteLoss", "message": "NaN"})
    text = cli("describe", "a").stdout
    assert text.startswith("a  Failed")
    assert "what the reason means" in text
    assert "Job/a  suspended" in text
    assert "taken up by the operator" in text
    assert "Job/a FailedCreate: exceeded quota (x3)" in text
    assert "Failed (NonFiniteLoss: the loss became NaN)" in text
    document = json.loads(cli("describe", "a", "-o", "json").stdout)
    assert document["reason"]["reason"] == "NonFiniteLoss"
    assert document["children"] == [{"kind": "Job", "name": "a", "state": "suspended"}]
    assert [entry["what"] for entry in document["timeline"]].count("created") == 1
    assert cli("describe", "a", "-o", "name").stdout == "transferjob.transferjob.dev/a\n"


def test_describe_fits_40_columns(cli: Cli) -> None:
    submitted(cli, "a")
    event(cli, child(cli, "a"), "Job", "FailedCreate", "words " * 30)
    lines = cli("describe", "a", COLUMNS="40").stdout.splitlines()
    assert max(map(len, lines)) <= 40


def test_events_of_job_and_children_and_none(cli: Cli) -> None:
    submitted(cli, "a", "b")
    event(cli, child(cli, "a"), "Job", "FailedCreate", "exceeded quota")
    event(cli, cli.api.get(cli.resource("a")), "TransferJob", "QuotaExceeded", "waits for quota")
    lines = cli("events", "a").stdout.splitlines()
    assert lines[0].split() == ["AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    assert {line.split()[2] for line in lines[1:]} == {"FailedCreate", "QuotaExceeded"}
    assert {entry["about"] for entry in yaml.safe_load(cli("events", "a", "-o", "yaml").stdout)} == {
        "Job/a",
        "TransferJob/a",
    }
    ends(cli("events", "b"), 0, "There are no Events of TransferJob b")
    ends(cli("events", "bb"), 3, "Did you mean 'b'?")


def test_suspend_and_resume(cli: Cli) -> None:
    submitted(cli, "a", "b", "done")
    cli.set_status("done", phase="Succeeded", conditions=timed(COMPLETE))
    assert cli("suspend", "a", "b").stdout.splitlines() == [f"transferjob.transferjob.dev/{n} suspended" for n in "ab"]
    assert cli.api.get(cli.resource("a"))["spec"]["run"]["suspend"] is True
    assert cli("suspend", "a").stdout == "transferjob.transferjob.dev/a unchanged\n"
    result = cli("resume", "done", "a", "zz")
    ends(result, 3, "TransferJob done has succeeded; only one that has not ended can be resumed", "no TransferJob 'zz'")
    assert result.stdout == "transferjob.transferjob.dev/a resumed\n"
    assert cli.api.get(cli.resource("a"))["spec"]["run"]["suspend"] is False


def test_predict_with_a_job_that_has_no_model_yet(cli: Cli) -> None:
    submitted(cli, "a")
    ends(cli("predict", "a", "x.png"), 3, "TransferJob a has no model: it is Pending.")
    cli.set_status("a", phase="Succeeded", result={"modelURI": "file:///nowhere/model"})
    ends(cli("predict", "a", "x.png"), 4, "file:///nowhere/model")


def test_without_rights_to_children_describe_says_so(cli: Cli, cli_cluster: ControlPlane) -> None:
    submitted(cli, "a")
    rules = [{"apiGroups": ["transferjob.dev"], "resources": ["transferjobs"], "verbs": ["get", "list"]}]
    rbac = "rbac.authorization.k8s.io"
    cli.api.create(Resource(f"{rbac}/v1", "roles", cli.namespace), {"metadata": {"name": "r"}, "rules": rules})
    binding = {
        "metadata": {"name": "r"},
        "roleRef": {"apiGroup": rbac, "kind": "Role", "name": "r"},
        "subjects": [{"apiGroup": rbac, "kind": "User", "name": "reader"}],
    }
    cli.api.create(Resource(f"{rbac}/v1", "rolebindings", cli.namespace), binding)
    reader = str(cli_cluster.kubeconfig_for("reader"))
    result = cli("describe", "a", KUBECONFIG=reader)
    ends(result, 0)
    assert "not shown: pods: you have no right to read them" in result.stdout
    assert "you have no right to read Events here" in result.stdout
    ends(cli("suspend", "a", KUBECONFIG=reader), 6, "You have no right to do this")
