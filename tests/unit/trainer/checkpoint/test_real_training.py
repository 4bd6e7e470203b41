"""A loss that is no number leaves the last good checkpoint of a real training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.checkpoint.states import local_storage, store_in
from tests.unit.trainer.runs import digits
from tests.unit.trainer.train.sessions import Trial
from transferjob_trainer.contract.report import CheckpointReport
from transferjob_trainer.errors import NonFiniteLoss
from transferjob_trainer.signals import Notice
from transferjob_trainer.train.checkpoint import CheckpointWriter
from transferjob_trainer.train.checkpoint.keeper import Keeper
from transferjob_trainer.train.session import Session


def test_a_loss_that_is_not_finite_leaves_the_last_good_state(tmp_path: Path) -> None:
    trial = Trial({"epochs": 2}, dataset=digits(64, 16), freeze={"all": True}, most_steps=1)
    storage, told = local_storage(tmp_path), list[CheckpointReport]()
    writer = CheckpointWriter(store_in(storage, tmp_path), print, told.append)
    kernel = trial.network.model.layers[-1].kernel

    def spoil(session: Session) -> None:
        assert writer.finish(20)
        if (session.position.epoch, session.position.step) == (2, 2):
            kernel.assign(np.full(kernel.shape, np.nan))

    keeper = Keeper(writer, Notice(), every=0.0, grace=20)
    trial.session.hooks += [spoil, keeper]
    with pytest.raises(NonFiniteLoss):
        trial.train()
    writer.close(20)
    found = store_in(storage, tmp_path, "reader").newest()
    assert found is not None
    assert found.report == told[-1]
    assert (found.report.epoch, found.report.step) == (2, 1)
    resumed = Trial({"epochs": 2}, dataset=digits(64, 16), freeze={"all": True}, most_steps=1)
    resumed.session.restore(found.state)
    resumed.train()
    assert all(np.isfinite(weight).all() for weight in resumed.weights)
