"""Each command against a real API server; the operator's part, the status, is written by the test."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.controlplane import ControlPlane
from tests.cluster.toolchain import kubectl
from tests.component.cli.conftest import Cli, Result, manifest

COMPLETE = [{"type": "Complete", "status": "True", "reason": "Succeeded", "message": "the model is published"}]
FAILED = [{"type": "Failed", "status": "True", "reason": "NonFiniteLoss", "message": "the loss became NaN"}]
SECONDS = 30
MOMENT = "2026-11-24T10:00:00Z"


def timed(conditions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**entry, "lastTransitionTime": MOMENT} for entry in conditions]


def submitted(cli: Cli, *names: str) -> None:
    for name in names:
        result = cli("submit", "-f", "-", stdin=manifest(name))
        assert result.returncode == 0, result.stderr


def ends(result: Result, code: int, *words: str) -> None:
    assert result.returncode == code, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_submit_creates_then_is_unchanged_then_configures(cli: Cli) -> None:
    assert cli("submit", "-f", "-", stdin=manifest("a")).stdout == "transferjob.transferjob.dev/a created\n"
    assert cli("submit", "-f", "-", stdin=manifest("a")).stdout == "transferjob.transferjob.dev/a unchanged\n"
    changed = manifest("a", run={"suspend": True})
    assert cli("submit", "-f", "-", stdin=changed).stdout == "transferjob.transferjob.dev/a configured\n"
    assert cli.api.get(cli.resource("a"))["spec"]["run"]["suspend"] is True


def test_submit_of_a_file_with_one_bad_document_stores_none(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "jobs.yaml"
    path.write_text(manifest("a") + "\n---\n" + manifest("b", freeze={"layers": -1}))
    ends(cli("submit", "-f", str(path)), 4, "line 3: spec.freeze.layers: must be", "got -1")
    assert cli.api.list(cli.resource()) == []


def test_dry_run_stores_nothing(cli: Cli) -> None:
    result = cli("submit", "--dry-run", "-f", "-", stdin=manifest("a"))
    assert result.stdout == "transferjob.transferjob.dev/a created (dry run)\n"
    assert cli.api.list(cli.resource()) == []


def test_the_api_servers_refusal_is_a_sentence(cli: Cli) -> None:
    submitted(cli, "a")
    ends(cli("submit", "-f", "-", stdin=manifest("a", workers="two")), 4, "workers")


def test_list_by_label_for_people_and_machines(cli: Cli) -> None:
    submitted(cli, "a", "b")
    header, *rows = cli("list").stdout.splitlines()
    assert header.split()[0] == "NAME"
    assert [row.split()[0] for row in rows] == ["a", "b"]
    assert cli("list", "-l", "team=b", "-o", "name").stdout == "transferjob.transferjob.dev/b\n"
    everywhere = json.loads(cli("list", "-A", "-o", "json").stdout)
    assert {"a", "b"} <= {item["metadata"]["name"] for item in everywhere["items"]}
    assert yaml.safe_load(cli("list", "-o", "yaml").stdout)["kind"] == "List"


def test_status_for_people_and_machines_is_plain_in_a_pipe(cli: Cli) -> None:
    submitted(cli, "a")
    cli.set_status(
        "a",
        phase="Running",
        conditions=timed([{"type": "Running", "status": "True", "reason": "Training", "message": ""}]),
    )
    text = cli("status", "a").stdout
    assert text.startswith("a  Running")
    assert "\x1b" not in text
    shown = json.loads(cli("status", "a", "-o", "json").stdout)
    assert shown["status"]["phase"] == "Running"
    assert "managedFields" not in shown["metadata"]


def test_an_unknown_name_leads_to_the_nearest(cli: Cli) -> None:
    submitted(cli, "flowers")
    for command in (("status",), ("wait",), ("logs",), ("delete",)):
        ends(cli(*command, "flowres"), 3, "There is no TransferJob 'flowres'", "Did you mean 'flowers'?")


def test_status_watch_in_a_pipe_says_a_line_a_change_and_ends_with_the_job(cli: Cli) -> None:
    submitted(cli, "a")
    process = cli.start("status", "a", "--watch")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("a Pending")
    cli.set_status(
        "a",
        phase="Running",
        progress={"stage": "Training", "epoch": 1, "epochs": 2, "loss": 0.5, "updatedTime": MOMENT},
    )
    assert process.stdout.readline() == "a Running epoch 1/2 loss 0.5\n"
    cli.set_status("a", phase="Failed", conditions=timed(FAILED))
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert out == "a Failed NonFiniteLoss: the loss became NaN\n"
    assert err == "TransferJob a failed: NonFiniteLoss: the loss became NaN\n"


@pytest.mark.parametrize(
    ("goal", "conditions", "code"),
    [
        ("complete", COMPLETE, 0),
        ("running", COMPLETE, 0),
        ("failed", COMPLETE, 1),
        ("failed", FAILED, 0),
        ("complete", FAILED, 1),
    ],
)
def test_wait_ends_with_the_outcome(cli: Cli, goal: str, conditions: list[dict[str, Any]], code: int) -> None:
    submitted(cli, "a")
    cli.set_status("a", phase="Running", conditions=timed(conditions))
    assert cli("wait", "a", "--for", goal, "--timeout", "20s").returncode == code


def test_wait_times_out(cli: Cli) -> None:
    submitted(cli, "a")
    ends(cli("wait", "a", "--timeout", "1s"), 124, "--timeout")
    ends(cli("wait", "a", "--timeout", "soon"), 2, "--timeout must be a duration", "got 'soon'")


def test_a_job_deleted_under_a_watch_ends_it(cli: Cli) -> None:
    submitted(cli, "a")
    process = cli.start("status", "a", "--watch")
    assert process.stdout is not None
    process.stdout.readline()
    assert cli("delete", "a", "--wait", "--timeout", "20s").stdout == "transferjob.transferjob.dev/a deleted\n"
    assert "was deleted" in process.communicate(timeout=SECONDS)[1]
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--watch"), "Stopped looking; jobs go on.\n"),
        (("status", "a", "--watch"), "Stopped looking; jobs go on.\n"),
        (("wait", "a"), "Stopped looking; jobs go on.\n"),
        (("logs", "a", "-f"), "Stopped looking; jobs go on.\n"),
    ],
)
def test_ctrl_c_ends_with_a_sentence(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    submitted(cli, "a")
    process = cli.start(*arguments)
    cli.until_connected(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert err == said


def test_submit_and_wait_ends_with_the_outcome(cli: Cli) -> None:
    submitted(cli, "a")
    cli.set_status("a", phase="Failed", conditions=timed(FAILED))
    ends(cli("submit", "-f", "-", "--wait", stdin=manifest("a")), 1, "the loss became NaN")


def test_delete_of_some_that_exist_deletes_those(cli: Cli) -> None:
    submitted(cli, "a", "b")
    result = cli("delete", "a", "zzz", "b")
    ends(result, 3, "There is no TransferJob 'zzz'")
    assert result.stdout.splitlines() == [f"transferjob.transferjob.dev/{name} deleted" for name in ("a", "b")]


def test_logs_without_a_pod_say_why(cli: Cli) -> None:
    submitted(cli, "a")
    ends(cli("logs", "a"), 3, "TransferJob a has no log: it is Pending")


def test_logs_of_a_pod_that_is_gone_come_from_status(cli: Cli) -> None:
    submitted(cli, "a")
    failure = {"reason": "NonFiniteLoss", "message": "the loss became NaN", "logTail": "one\ntwo\nthree\n"}
    cli.set_status("a", phase="Failed", conditions=timed(FAILED), failure=failure)
    result = cli("logs", "a", "--tail", "2")
    ends(result, 0, "The pod is gone")
    assert result.stdout == "two\nthree\n"
    assert cli("logs", "a", "-f").stdout == "one\ntwo\nthree\n"


def test_wait_delete_and_version_for_machines(cli: Cli) -> None:
    submitted(cli, "a", "b")
    cli.set_status("a", phase="Succeeded", conditions=timed(COMPLETE))
    assert json.loads(cli("wait", "a", "-o", "json").stdout)["status"]["phase"] == "Succeeded"
    assert cli("wait", "a", "-o", "name").stdout == "transferjob.transferjob.dev/a\n"
    assert cli("delete", "a", "b", "-o", "name").stdout.split() == [f"transferjob.transferjob.dev/{n}" for n in "ab"]
    assert set(json.loads(cli("version", "-o", "json").stdout)) == {"client", "cluster", "resource", "operator"}
    assert yaml.safe_load(cli("version", "--client", "-o", "yaml").stdout).keys() == {"client"}


def test_version_names_client_cluster_and_resource(cli: Cli) -> None:
    lines = cli("version").stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["client", "cluster", "resource", "operator"]
    assert "transferjob.dev/v1alpha1" in lines[2]


def test_no_cluster_and_no_rights(cli: Cli, cli_cluster: ControlPlane, tmp_path: Path) -> None:
    ends(cli("list", KUBECONFIG=str(tmp_path / "none"), HOME=str(tmp_path)), 5, "No cluster is configured")
    broken = cli_cluster.kubeconfig.read_text().replace(cli_cluster.url, "https://127.0.0.1:1")
    (tmp_path / "away").write_text(broken)
    ends(cli("list", KUBECONFIG=str(tmp_path / "away")), 5, "No cluster answers at https://127.0.0.1:1")
    stranger = cli_cluster.kubeconfig_for("stranger")
    ends(cli("list", KUBECONFIG=str(stranger)), 6, "You have no right to do this", "stranger")


def test_contexts_and_several_kubeconfigs(cli: Cli, cli_cluster: ControlPlane, tmp_path: Path) -> None:
    document = yaml.safe_load(cli_cluster.kubeconfig.read_text())
    first = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "mine",
        "contexts": [{"name": "mine", "context": {**document["contexts"][0]["context"], "namespace": cli.namespace}}],
    }
    (tmp_path / "first").write_text(yaml.safe_dump(first))
    submitted(cli, "a")
    several = f"{tmp_path / 'first'}:{cli_cluster.kubeconfig}:{tmp_path / 'missing'}"
    assert cli("-n", "", "list", "-o", "name", KUBECONFIG=several).stdout == "transferjob.transferjob.dev/a\n"
    ends(cli("list", "--context", "yours", KUBECONFIG=several), 2, "There is no context 'yours'", "mine")


def test_names_of_jobs_are_completed(cli: Cli) -> None:
    submitted(cli, "flowers", "roses")
    words = f"transferjob -n {cli.namespace} status fl"
    told = cli(_TRANSFERJOB_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD="4")
    assert (told.stdout.split(), told.stderr) == (["flowers"], "")


def test_kubectl_finds_the_program_as_its_plugin(cli: Cli) -> None:
    submitted(cli, "a")
    scripts = Path(sys.executable).parent
    env = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}", "KUBECONFIG": str(cli.kubeconfig)}
    command = [str(kubectl()), "transferjob", "-n", cli.namespace, "status", "aa"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    said = f"There is no TransferJob 'aa' in namespace '{cli.namespace}'. Did you mean 'a'?\n"
    assert (done.returncode, done.stderr) == (3, said)
