"""Logs of a pod that a local node runs."""

import json

from tests.cluster.resources import pods
from tests.component.cli.conftest import Cli, manifest

_SECONDS = 60
_COMPLETE = {
    "type": "Complete",
    "status": "True",
    "reason": "Succeeded",
    "message": "",
    "lastTransitionTime": "2026-11-24T10:00:00Z",
}


def trainer_pod(name: str, child: str, node: str, script: str) -> dict[str, object]:
    return {
        "metadata": {"name": name, "labels": {"batch.kubernetes.io/job-name": child}},
        "spec": {
            "nodeName": node,
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "containers": [{"name": "trainer", "image": "local", "command": ["/bin/sh", "-c", script]}],
        },
    }


def test_logs_are_followed_from_before_the_start_to_the_jobs_end(cli: Cli, cli_node: str) -> None:
    cli.api.create(cli.resource(), json.loads(manifest("a")))
    process = cli.start("logs", "a", "-f")
    cli.set_status("a", phase="Starting", jobName="a")
    script = "for word in one two three; do echo $word; sleep 0.3; done"
    cli.api.create(pods(cli.namespace), trainer_pod("a-x", "a", cli_node, script))
    cli.api.wait_for(pods(cli.namespace, "a-x"), lambda pod: pod["status"].get("phase") == "Succeeded")
    cli.set_status("a", phase="Succeeded", conditions=[_COMPLETE])
    out, err = process.communicate(timeout=_SECONDS)
    assert (out, err, process.returncode) == ("one\ntwo\nthree\n", "", 0)
    assert cli("logs", "a", "--tail", "1").stdout == "three\n"
