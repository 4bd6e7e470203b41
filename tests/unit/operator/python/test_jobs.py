"""`import transferjob` without a cluster: jobs are built, checked, read and shown."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import transferjob
from transferjob import InvalidJob, Job
from transferjob_trainer.contract.training import TrainingSpec

URIS: dict[str, Any] = {"dataset": "s3://bucket/flowers/", "output": "s3://bucket/models/"}


def test_a_job_is_the_resource_with_its_defaults() -> None:
    training = TrainingSpec.model_validate({"epochs": 3})
    job = Job.build("flowers", backbone="ResNet50", freeze=100, **URIS, training=training, labels={"team": "a"})
    assert job.manifest["spec"]["training"] == {"epochs": 3}
    assert job.manifest["metadata"] == {"name": "flowers", "labels": {"team": "a"}}
    assert isinstance(job.spec, transferjob.TransferJobSpec)
    assert (job.spec.freeze.layers, job.spec.training.batch_size) == (100, 32)
    assert (job.phase, job.accuracy, job.status.result) == ("Pending", None, None)
    assert yaml.safe_load(job.yaml()) == job.manifest


@pytest.mark.parametrize(
    ("freeze", "spec"),
    [(0, {"layers": 0}), (0.5, {"fraction": 0.5}), ("all", {"all": True}), ("none", {"none": True}),
     ("conv4_block2_out", {"upTo": "conv4_block2_out"}), ({"blocks": 3}, {"blocks": 3})],
)  # fmt: skip
def test_a_freeze_is_told_in_one_word(freeze: object, spec: dict[str, object]) -> None:
    job = Job.build("a", backbone="ResNet50", freeze=freeze, **URIS)  # type: ignore[arg-type]
    assert job.manifest["spec"]["freeze"] == spec


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidJob) as caught:
        Job.build("A", backbone="ResNet50", freeze=176, **URIS, training={"epochs": 0}, hed={})
    told = "\n".join(caught.value.problems)
    for field in ("spec.freeze.layers", "spec.training.epochs", "spec.hed"):
        assert f"{field}: " in told, told
    assert len(caught.value.problems) >= 3
    with pytest.raises(InvalidJob, match="a truth value"):
        Job.build("a", backbone="ResNet50", freeze=True, **URIS)


def test_a_file_is_read_with_the_lines_of_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "jobs.yaml"
    path.write_text(Job.build("a", backbone="VGG16", freeze="all", **URIS).yaml())
    assert [job.name for job in transferjob.load(path)] == ["a"]
    path.write_text(path.read_text().replace("VGG16", "VGG17"))
    with pytest.raises(InvalidJob, match=r"line 7: spec\.backbone\.name"):
        transferjob.load(path)
    with pytest.raises(transferjob.Error, match="There is no file"):
        transferjob.load(tmp_path / "none.yaml")


def test_without_a_cluster_connecting_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(transferjob.Error, match="No cluster is configured"):
        transferjob.connect()


def test_a_notebook_shows_a_job_and_its_curves_with_nothing_of_a_name_as_html() -> None:
    raw = {**Job.build("a", backbone="ResNet50", freeze=100, **URIS).manifest}
    raw["status"] = {"phase": "Failed", "conditions": [
        {"type": "Failed", "status": "True", "reason": "DatasetInvalid", "message": "<script>x</script>"}]}  # fmt: skip
    shown = Job(raw)._repr_html_()
    assert "100 of 175 layers frozen" in shown
    assert "DatasetInvalid" in shown
    assert "<script" not in shown
    curves = transferjob.Curves("a", (transferjob.Epoch(1, 2, 0.1, 2, 0.2), transferjob.Epoch(2, 1, 0.5, 1.5, 0.4)))
    assert curves._repr_html_().count("<svg") == 2
    assert curves.best == transferjob.Epoch(2, 1, 0.5, 1.5, 0.4)
    assert curves.rows()[0]["val_accuracy"] == 0.2
    assert "no epoch is known" in transferjob.Curves("a", ())._repr_html_()


def test_the_import_loads_neither_tensorflow_nor_the_kubernetes_client() -> None:
    code = "import sys, transferjob; print({'tensorflow', 'keras', 'kubernetes', 'typer'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"
