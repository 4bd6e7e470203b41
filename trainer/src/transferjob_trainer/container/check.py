"""The memory check of a run."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import input_size
from ..contract.run_file import RunFile
from ..network import Network
from .fit import free_memory, must_fit
from .need import training_need


def check_memory(
    job: RunFile, network: Network, pictures: int, say: Callable[[str], None], *, workers: int = 1
) -> None:
    """Compares what training needs with what the container has left. A GPU's memory is another one and not looked at.

    Args:
        job: the run file.
        network: as built.
        pictures: of the dataset, which lies in memory while it is read.
        say: takes a line for the log.
        workers: that share a batch.

    Raises:
        InvalidSpec: the batch cannot fit.
    """
    if job.gpus:
        return
    training, (height, width) = job.training, input_size(job)
    batch = -(-min(training.batch_size, pictures) // workers)
    need = training_need(
        network.backbone,
        network.frozen,
        network.report.trainable_parameters,
        batch,
        training.optimizer,
        half=network.model.dtype_policy.compute_dtype != "float32",
    )
    must_fit(need, batch, free=free_memory(), pictures=pictures * height * width * 3, say=say)
