"""A run that is killed or told to end goes on where it was, and ends as if nothing had been."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from tests.cluster.s3server import S3Server
from tests.component.trainer.resuming import (
    EPOCHS,
    beyond_a_checkpoint,
    checkpoint_files,
    epochs_in,
    event_values,
    has_reached,
    place,
    published_weights,
    same_bits,
    wait_for,
    went_on_from,
    write_resumable,
)
from tests.component.trainer.test_end_to_end import published, started
from transferjob_trainer.contract.environment import OUTPUT_PREFIX, POD_UID


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nothing interrupted and that kept no state."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with started(write_resumable(folder, every=86_400)) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    assert epochs_in(printed) == [1, 2, 3]
    assert checkpoint_files(folder) == []
    return folder / "output"


@pytest.mark.checklist(28)
def test_killed_in_mid_epoch_it_ends_with_the_same_bits(tmp_path: Path, undisturbed: Path) -> None:
    run = write_resumable(tmp_path)
    with started(run) as trainer:
        seen = wait_for(trainer, beyond_a_checkpoint, "steps beyond a checkpoint in the second epoch")
        trainer.process.kill()
        trainer.process.wait()
    left = checkpoint_files(tmp_path)
    assert 1 <= len(left) <= 3
    with started(run, **{POD_UID: "pod-2"}) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    went_on = went_on_from(printed)
    kept = place(seen.checkpoint)
    assert went_on is not None
    assert kept is not None
    assert kept <= went_on
    assert seen.steps is not None
    assert "by attempt pod-1" in printed
    # The same number of epochs: those that were done are not done again.
    assert epochs_in(printed) == list(range(went_on[0], EPOCHS + 1))
    assert published(tmp_path / "output").attempt == "pod-2"
    assert same_bits(published_weights(tmp_path / "output"), published_weights(undisturbed))
    assert event_values(tmp_path / "output") == pytest.approx(event_values(undisturbed), rel=1e-4)
    assert checkpoint_files(tmp_path) == []
    assert not (tmp_path / "output/checkpoints/0b0b0b0b-0000-4000-8000-000000000001").exists()


def test_told_to_end_it_keeps_its_state_and_says_so(tmp_path: Path, undisturbed: Path) -> None:
    run = write_resumable(tmp_path, every=86_400)
    with started(run) as trainer:
        wait_for(trainer, lambda seen: seen.epoch == 2 and (seen.step or 0) > 5, "the second epoch")
        trainer.process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        code, printed, message = trainer.end(30)
    assert time.monotonic() - told < 15
    assert (code, message.reason) == (75, "Preempted"), printed
    kept = place(message.checkpoint)
    assert kept is not None
    assert kept[0] == 2
    assert kept[1] > 5
    assert f"goes on from the checkpoint of epoch 2, step {kept[1]}" in message.message
    (path,) = checkpoint_files(tmp_path)
    assert message.checkpoint.uri == f"file://{path}"
    with started(run, **{POD_UID: "pod-2"}) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    assert went_on_from(printed) == kept, "not one step is repeated"
    assert same_bits(published_weights(tmp_path / "output"), published_weights(undisturbed))


@pytest.mark.slow
def test_a_changed_run_file_starts_anew(tmp_path: Path) -> None:
    with started(write_resumable(tmp_path)) as trainer:
        wait_for(trainer, lambda seen: seen.checkpoint is not None, "a checkpoint")
        trainer.process.kill()
        trainer.process.wait()
    with started(write_resumable(tmp_path, epochs=1)) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    assert went_on_from(printed) is None
    assert "for another run file, dataset or TensorFlow are not used" in printed
    assert checkpoint_files(tmp_path) == [], "all of the job's are removed"


@pytest.mark.slow
def test_killed_again_and_again_at_random_moments(tmp_path: Path, undisturbed: Path) -> None:
    run, moments = write_resumable(tmp_path), random.Random(11)
    targets = sorted((moments.randint(1, EPOCHS), moments.randint(2, 178)) for _ in range(3))
    for number, target in enumerate(targets):
        with started(run, **{POD_UID: f"pod-{number}"}) as trainer:
            wait_for(trainer, partial(has_reached, target), f"epoch and step {target}")
            trainer.process.kill()
            trainer.process.wait()
    with started(run, **{POD_UID: "last"}) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    assert went_on_from(printed) is not None
    assert same_bits(published_weights(tmp_path / "output"), published_weights(undisturbed))
    assert checkpoint_files(tmp_path) == []


@pytest.mark.slow
def test_on_s3_the_state_is_kept_where_the_spec_says(tmp_path: Path, s3_server: S3Server) -> None:
    s3_server.create_bucket("resume")
    keys = {
        "AWS_ACCESS_KEY_ID": s3_server.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
        "AWS_REGION": s3_server.region,
        "AWS_ENDPOINT_URL": s3_server.endpoint,
    }
    env = {OUTPUT_PREFIX + name: value for name, value in keys.items()}
    run = write_resumable(tmp_path, output="s3://resume/models", checkpoints="s3://resume/states/x")
    with started(run, **env) as trainer:
        seen = wait_for(trainer, beyond_a_checkpoint, "steps beyond a checkpoint")
        trainer.process.kill()
        trainer.process.wait()
    assert seen.checkpoint is not None
    assert seen.checkpoint.uri.startswith("s3://resume/states/x/0b0b0b0b-0000-4000-8000-000000000001/")
    assert checkpoint_files(s3_server.path("resume") / "states")
    with started(run, **env, **{POD_UID: "pod-2"}) as trainer:
        code, printed, _ = trainer.end()
    assert code == 0, printed
    went_on = went_on_from(printed)
    kept = place(seen.checkpoint)
    assert went_on is not None
    assert kept is not None
    assert went_on >= kept
    assert checkpoint_files(s3_server.path("resume")) == []
    assert s3_server.secret_key not in printed


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
