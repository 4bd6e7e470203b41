"""A batch that cannot fit is refused with the figures; one that is tight is warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.trainer.runs import backbone
from transferjob_trainer.container.fit import must_fit, resident
from transferjob_trainer.container.need import Need, training_need
from transferjob_trainer.contract.training import OptimizerSpec
from transferjob_trainer.errors import InvalidSpec

MIB = 1 << 20
NEED = Need(activations=800 * MIB, learning=200 * MIB)


def said(free: int, pictures: int = 0) -> str:
    lines: list[str] = []
    must_fit(NEED, 64, free=free * MIB, pictures=pictures * MIB, say=lines.append)
    return lines[0]


def test_what_fits_is_told() -> None:
    assert said(4000) == (
        "memory: a batch of 64 needs about 800 MiB between layers and 200 MiB for gradients, optimizer and best"
        " weights; 4,000 MiB of the memory are free"
    )
    assert "beside 300 MiB of pictures" in said(4000, 300)
    assert "tight" in said(900)
    assert "tight" in said(1200, 300)


def test_what_cannot_fit_is_refused_with_a_batch_that_does() -> None:
    with pytest.raises(InvalidSpec, match=r"batchSize 64 does not fit: .* 450 MiB .* take at most 20, give the job"):
        said(450)
    with pytest.raises(InvalidSpec, match=r"give the job more resources\.memory, freeze more layers"):
        said(100)
    with pytest.raises(InvalidSpec, match=r"0 MiB of the memory are free beside 900 MiB of pictures"):
        said(700, 900)


def test_the_need_follows_batch_freeze_and_optimizer() -> None:
    net = backbone("MobileNet")
    depth, adam = len(net.layers), OptimizerSpec()
    whole = training_need(net, 0, 1000, 32, adam)
    assert training_need(net, 0, 1000, 64, adam).activations == 2 * whole.activations
    assert training_need(net, 0, 1000, 32, adam, half=True).activations == whole.activations // 2
    later = training_need(net, 60, 1000, 32, adam)
    nothing = training_need(net, depth, 1000, 32, adam)
    assert whole.activations > later.activations > nothing.activations > 0
    assert whole.learning == 1000 * 4 * 4
    assert training_need(net, 0, 1000, 32, OptimizerSpec(name="SGD")).learning == 1000 * 4 * 3


def test_what_the_process_holds(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("Name:\tx\nVmRSS:\t    2048 kB\n")
    assert resident(tmp_path / "status") == 2 * MIB
    assert resident(tmp_path / "absent") == 0
    assert resident() > MIB
