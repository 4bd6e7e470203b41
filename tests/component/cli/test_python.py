"""`import transferjob` against a real API server, a pod of the local node and a real published model."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import transferjob
from tests.cluster.resources import pods
from tests.component.cli.conftest import Cli
from tests.component.cli.test_commands import COMPLETE, FAILED, MOMENT, timed
from tests.component.cli.test_logs import trainer_pod
from tests.unit.trainer.runs import write_digits

URIS: dict[str, Any] = {"dataset": "s3://bucket/flowers/", "output": "s3://bucket/models/"}
SECONDS = 60
LOG = """\
epoch 1/2  loss 1.5000  accuracy 0.5000  val. loss 1.4000  val. accuracy 0.6000  best  1.0 s
epoch 2/2  loss 1.0000  accuracy 0.6000  val. loss 1.2000  val. accuracy 0.7000  best  1.0 s"""


@pytest.fixture
def client(cli: Cli) -> Iterator[transferjob.Client]:
    connected = transferjob.connect(kubeconfig=cli.kubeconfig, namespace=cli.namespace)
    yield connected
    connected.cluster.client.close()


def built(name: str = "flowers") -> transferjob.Job:
    return transferjob.Job.build(name, backbone="ResNet50", freeze=100, **URIS)


def test_a_job_is_submitted_found_listed_paused_and_deleted(client: transferjob.Client) -> None:
    assert client.submit(built(), dry_run=True).name == "flowers"
    assert client.jobs() == []
    run = client.submit(built())
    assert (run.job.phase, run.job.namespace) == ("Pending", client.namespace)
    assert [job.name for job in client.jobs()] == ["flowers"]
    assert run.suspend().spec.run.suspend is True
    assert run.resume().spec.run.suspend is False
    with pytest.raises(transferjob.NotFound, match=r"no model yet: it is Pending"):
        run.result()
    with pytest.raises(transferjob.TimedOut, match="The time given by timeout has passed"):
        run.wait(timeout=0.5)
    with pytest.raises(transferjob.NotFound, match="Did you mean 'flowers'"):
        client.get("flower")
    run.delete()
    with pytest.raises(transferjob.NotFound):
        run.refresh()
    with pytest.raises(transferjob.NotFound, match="was deleted"):
        run.wait(timeout=SECONDS)


def test_what_the_api_server_refuses_is_an_error_with_its_sentence(client: transferjob.Client) -> None:
    client.submit(built())
    changed = transferjob.Job.build("flowers", backbone="ResNet50", freeze=50, **URIS)
    with pytest.raises(transferjob.Error, match="The API server refused it"):
        client.submit(changed)
    with pytest.raises(transferjob.InvalidJob):
        client.submit(transferjob.Job({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {}}))


def test_watching_ends_with_the_outcome_and_a_failure_is_told(cli: Cli, client: transferjob.Client) -> None:
    run = client.submit(built())
    seen: list[str] = []

    def follow() -> None:
        seen.extend(job.phase for job in run.watch(timeout=SECONDS))

    following = threading.Thread(target=follow)
    following.start()
    cli.set_status(
        "flowers", phase="Running", progress={"stage": "Training", "valAccuracy": 0.5, "updatedTime": MOMENT}
    )
    failure = {"reason": "NonFiniteLoss", "message": "the loss became NaN"}
    cli.set_status("flowers", phase="Failed", conditions=timed(FAILED), failure=failure)
    following.join(SECONDS)
    assert seen[-1] == "Failed"
    with pytest.raises(transferjob.JobFailed, match="NonFiniteLoss: the loss became NaN"):
        run.wait(timeout=SECONDS)
    assert "NonFiniteLoss" in run._repr_html_()


def test_curves_come_from_the_pods_log(cli: Cli, cli_node: str, client: transferjob.Client) -> None:
    run = client.submit(built())
    cli.set_status("flowers", phase="Running", jobName="flowers")
    assert len(run.curves()) == 0
    cli.api.create(pods(cli.namespace), trainer_pod("flowers-x", "flowers", cli_node, f"echo '{LOG}'"))
    cli.api.wait_for(pods(cli.namespace, "flowers-x"), lambda pod: pod["status"].get("phase") == "Succeeded")
    curves = run.curves()
    assert [epoch.val_accuracy for epoch in curves] == [0.6, 0.7]
    assert "<svg" in run._repr_html_()


@pytest.mark.slow
def test_a_model_is_made_here_found_through_the_cluster_and_loaded(
    cli: Cli, client: transferjob.Client, tmp_path: Path
) -> None:
    write_digits(tmp_path / "claims/data/digits", classes=3, each=8)
    job = transferjob.Job.build(
        "digits", backbone={"name": "MobileNet", "weights": "none"}, freeze=40, dataset="pvc://data/digits",
        output={"uri": "pvc://models/digits", "formats": ["Keras"]}, training={"epochs": 1},
        input={"height": 32, "width": 32},
    )  # fmt: skip
    made = transferjob.run_here(job, claims=tmp_path / "claims")
    assert made.load_model().output_shape == (None, 3)
    run = client.submit(job)
    folder = tmp_path / "claims" / made.model_uri.removeprefix("pvc://")
    published = json.loads((folder / "result.json").read_text())
    artifacts = [
        {
            "format": each["format"],
            "uri": f"{made.model_uri}/{each['path']}",
            "sha256": each["sha256"],
            "bytes": each["bytes"],
        }
        for each in published["artifacts"]
    ]
    result = {"modelURI": made.model_uri, "metrics": published["metrics"], "artifacts": artifacts}
    cli.set_status("digits", phase="Succeeded", conditions=timed(COMPLETE), result=result)
    assert run.wait(timeout=SECONDS).model_uri == made.model_uri
    found = run.result(claims=tmp_path / "claims")
    assert found.load_model().output_shape == (None, 3)
    assert (found.labels(), found.metrics["accuracy"]) == (["0", "1", "2"], made.metrics["accuracy"])
    assert found.evaluation().accuracy == pytest.approx(made.metrics["accuracy"], abs=1e-6)
    assert [path.name for path in found.save(tmp_path / "kept", "report.html")] == ["report.html"]
    (folder / "model.keras").write_bytes(b"other bytes")
    with pytest.raises(transferjob.Error, match="has other bytes than digits has published"):
        found.load_model()
    with pytest.raises(transferjob.Error, match="give the folder where claims are mounted here"):
        run.result().load_model()
