"""The trainer as a process, from a run file to a published model that plain Keras loads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import numpy as np
import pytest

from tests.cluster.api import poll
from tests.cluster.ports import LOOPBACK, free_ports
from tests.cluster.s3server import S3Server
from tests.unit.trainer.runs import random_pixels, write_digits, write_run
from transferjob_trainer.contract import Progress, Result, decode_termination
from transferjob_trainer.contract.environment import CLAIMS_ROOT, DATASET_PREFIX, OUTPUT_PREFIX, POD_UID
from transferjob_trainer.digests import describe_artifact

PLAIN_KERAS = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, numpy
model = keras.models.load_model(sys.argv[1], safe_mode=True)
pixels = numpy.load(sys.argv[2])
assert not any(name.startswith("transferjob") for name in sys.modules)
print(json.dumps(model.predict(pixels, verbose=0).tolist()))
"""


class Trainer:
    """A running trainer; it is killed with the test."""

    def __init__(self, run_file: Path, **env: str) -> None:
        (port,) = free_ports(1)
        self.url = f"http://{LOOPBACK}:{port}"
        self._log = run_file.parent / "termination"
        self._log.touch()
        # TensorFlow writes the sources of its graphs there, and a trainer that is killed leaves them.
        scratch = run_file.parent / "scratch"
        scratch.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "transferjob_trainer", "--run", str(run_file)]
        command += ["--listen", f"{LOOPBACK}:{port}", "--termination-log", str(self._log)]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": str(scratch), POD_UID: "pod-1", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def progress(self) -> Progress | None:
        try:
            return Progress.model_validate_json(httpx.get(f"{self.url}/progress", trust_env=False).content)
        except httpx.TransportError:
            assert self.process.poll() is None, "the trainer ended"
            return None

    def end(self, seconds: float = 400) -> tuple[int, str, Any]:
        """Exit code, output and termination message."""
        output, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, output, decode_termination(self._log.read_text())


@contextmanager
def started(run_file: Path, **env: str) -> Iterator[Trainer]:
    trainer = Trainer(run_file, **env)
    try:
        yield trainer
    finally:
        trainer.process.kill()
        trainer.process.communicate()


def published(folder: Path) -> Result:
    """The result that latest.json points to, after its files were compared with it."""
    latest = json.loads((folder / "latest.json").read_text())
    place = folder / latest["digest"]
    result = Result.model_validate_json((place / "result.json").read_text())
    for artifact in result.artifacts:
        assert describe_artifact(place, artifact.path, artifact.format) == artifact
    return result


def test_a_folder_becomes_a_model_and_its_backbone_the_start_of_the_next(tmp_path: Path) -> None:
    data = {"uri": f"file://{write_digits(tmp_path / 'digits')}"}
    output = {"uri": "pvc://models/first"}
    (tmp_path / "models").mkdir()
    run = write_run(tmp_path, dataset=data, output=output, training={"epochs": 3})
    with started(run, **{CLAIMS_ROOT: str(tmp_path)}) as trainer:
        poll(trainer.progress, lambda seen: seen is not None and seen.stage == "Training", 240, "training")
        seen = trainer.progress()
        assert seen is not None
        assert (seen.pod_uid, seen.epochs, seen.model and seen.model.frozen_layers) == ("pod-1", 3, 40)
        metrics = httpx.get(f"{trainer.url}/metrics", trust_env=False).text
        assert "transferjob_trainer_epochs 3.0" in metrics
        assert httpx.get(f"{trainer.url}/healthz", trust_env=False).text == "ok\n"
        assert httpx.get(f"{trainer.url}/secret", trust_env=False).status_code == 404
        code, printed, message = trainer.end()
    assert code == 0, printed
    assert "MobileNet: 86 layers; 88 with the head on" in printed
    assert "freeze count 40: backbone.layers[:40], through" in printed
    first = published(tmp_path / "models/first")
    assert message.result.digest == first.digest
    assert message.result.model_uri == first.model_uri == f"pvc://models/first/{first.digest}"
    _plain_keras_agrees(tmp_path, tmp_path / "models/first" / first.digest)

    weights = next(item for item in first.artifacts if item.format == "BackboneWeights")
    backbone = {"name": "MobileNet", "weights": f"{first.model_uri}/{weights.path}", "sha256": weights.sha256}
    second = write_run(
        tmp_path,
        job={"namespace": "default", "name": "second", "uid": "another"},
        backbone=backbone,
        freeze={"all": True},
        dataset=data,
        output={"uri": "pvc://models/second", "formats": ["Keras"]},
    )
    with started(second, **{CLAIMS_ROOT: str(tmp_path)}) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    again = next(item for item in published(tmp_path / "models/second").artifacts if item.format == "BackboneWeights")
    folder = tmp_path / "models"
    before = _weights(folder / "first" / first.digest / weights.path)
    after = _weights(folder / "second" / published(folder / "second").digest / again.path)
    assert all(np.array_equal(before[name], after[name]) for name in before)


def _weights(path: Path) -> dict[str, Any]:
    import h5py

    found: dict[str, Any] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def _plain_keras_agrees(tmp_path: Path, folder: Path) -> None:
    """A fresh process without this project loads the .keras and gives what the SavedModel gives."""
    import tensorflow as tf

    pixels = random_pixels(4)
    np.save(tmp_path / "pixels.npy", pixels)
    command = [sys.executable, "-c", PLAIN_KERAS, str(folder / "model.keras"), str(tmp_path / "pixels.npy")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = tf.saved_model.load(str(folder / "savedmodel/1"))
    served = loaded.signatures["serving_default"](tf.constant(pixels))["probabilities"].numpy()
    np.testing.assert_allclose(np.array(json.loads(done.stdout)), served, atol=1e-5)
    assert served.std() > 1e-3, "constant outputs would prove nothing"


@pytest.mark.slow
def test_told_to_end_it_ends_at_once_and_what_is_published_is_not_made_again(tmp_path: Path) -> None:
    run = write_run(tmp_path, training={"epochs": 1000})
    with started(run) as trainer:
        poll(trainer.progress, lambda seen: seen is not None and seen.epoch == 2, 120, "second epoch")
        trainer.process.send_signal(signal.SIGTERM)
        code, printed, message = trainer.end(30)
    assert (code, message.reason) == (75, "Preempted"), printed
    assert not (tmp_path / "output/latest.json").exists()

    run = write_run(tmp_path, dataset={"uri": f"file://{write_digits(tmp_path / 'digits', classes=2)}"})
    with started(run) as trainer:
        code, printed, message = trainer.end()
    assert code == 0, printed
    with started(run) as trainer:
        code, printed, repeated = trainer.end(30)
    assert code == 0
    assert repeated == message
    assert "an earlier attempt has published" in printed
    assert "TensorFlow" not in printed


def test_from_s3_to_s3(tmp_path: Path, s3_server: S3Server) -> None:
    s3_server.create_bucket("end-to-end")
    client = boto3.client(
        "s3",
        endpoint_url=s3_server.endpoint,
        aws_access_key_id=s3_server.access_key,
        aws_secret_access_key=s3_server.secret_key,
        region_name=s3_server.region,
    )
    folder = write_digits(tmp_path / "digits", classes=3)
    for path in folder.rglob("*.png"):
        client.put_object(Bucket="end-to-end", Key=f"in/{path.relative_to(folder)}", Body=path.read_bytes())
    run = write_run(tmp_path, dataset={"uri": "s3://end-to-end/in/"}, output={"uri": "s3://end-to-end/out/"})
    keys = {
        "AWS_ACCESS_KEY_ID": s3_server.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
        "AWS_REGION": s3_server.region,
        "AWS_ENDPOINT_URL": s3_server.endpoint,
    }
    env = {prefix + name: value for prefix in (DATASET_PREFIX, OUTPUT_PREFIX) for name, value in keys.items()}
    with started(run, **env) as trainer:
        code, printed, message = trainer.end()
    assert code == 0, printed
    assert s3_server.secret_key not in printed
    result = published(s3_server.path("end-to-end") / "out")
    assert result.classes == ("0", "1", "2")
    assert message.result.model_uri == f"s3://end-to-end/out/{result.digest}"

    denied = {**env, f"{OUTPUT_PREFIX}AWS_SECRET_ACCESS_KEY": "wrong-secret"}
    other = write_run(tmp_path, dataset={"uri": "s3://end-to-end/in/"}, output={"uri": "s3://end-to-end/other/"})
    with started(other, **denied) as trainer:
        code, printed, message = trainer.end(60)
    assert (code, message.reason) == (77, "StorageDenied")
    assert "wrong-secret" not in printed


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
