"""What of a job leaves the freeze count free to be chosen; needs no TensorFlow."""

from __future__ import annotations

from ..contract.freeze import FreezeSpec
from ..contract.run_file import RunFile
from ..errors import InvalidSpec
from ..freeze_count import freeze_count


def with_count(run: RunFile, count: int) -> RunFile:
    """The run with a freeze count in place of its own freeze."""
    return run.model_copy(update={"freeze": FreezeSpec(layers=count)})


def deepest_choice(run: RunFile, layer_names: list[str]) -> int:
    """The largest freeze count that the job's phases allow: none of them may freeze less than the job.

    Raises:
        InvalidSpec: freeze.auto and nothing to choose for.
    """
    phases = run.training.phases
    own = [
        freeze_count(phase.freeze, layer_names, run.backbone, field=f"spec.training.phases[{number}].freeze")
        for number, phase in enumerate(phases)
        if phase.freeze is not None
    ]
    deepest, auto = min(own, default=len(layer_names)), run.freeze.auto is not None
    if deepest == 0 or (auto and phases and len(own) == len(phases)):
        asked, why = "spec.freeze.auto" if auto else "advice", "one of them freezes nothing"
        if deepest:
            why = "each of them has a freeze of its own"
        raise InvalidSpec(
            f"{asked} has nothing to choose for the phases of spec.training.phases: {why};"
            " leave freeze out of the phases that are to train with the job's"
        )
    return deepest
