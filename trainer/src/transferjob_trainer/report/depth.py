"""What was frozen, drawn along the depth of the backbone, one bar a phase."""

from __future__ import annotations

from itertools import pairwise

from ..contract.block_table import block_table
from ..network import Network
from ..train.phases import Phase
from .markup import Markup, joined, name, section, text, words


def frozen_section(network: Network, phases: tuple[Phase, ...]) -> Markup:
    """The bars and what they mean."""
    report = network.report
    below = report.frozen_parameters / (report.frozen_parameters + report.trainable_parameters)
    work = "" if report.frozen_work is None else f", {report.frozen_work:.0%} of its forward work"
    sentence = (
        f"{network.name} has {report.depth} layers ({report.depth_with_head} with the head on). {report.frozen_layers}"
        f" of them are frozen in all phases{work}; {report.trainable_parameters:,} parameters learn,"
        f" {report.frozen_parameters:,} ({below:.0%}) do not."
    )
    bars = joined(_bar(network, phase) for phase in phases)
    key = Markup(
        '<p class="key"><i class="frozen"></i> frozen <i class="learns"></i> learns <i class="head"></i> head;'
        " from the input on the left to the output on the right, a cell a block, as wide as it has layers</p>"
    )
    return section("What was frozen", words(sentence), bars, key)


def _bar(network: Network, phase: Phase) -> Markup:
    table = block_table(network.name, network.report.variant)
    ends = sorted({0, *table.blocks.values(), network.report.depth, phase.frozen})
    cells = joined(_cell(table.block_at(end), start, end, phase.frozen) for start, end in pairwise(ends))
    epochs = f"epochs {phase.first_epoch} to {phase.last_epoch}" if phase.epochs > 1 else f"epoch {phase.first_epoch}"
    told = (
        f"{epochs}, {phase.frozen} of {network.report.depth} layers frozen,"
        f" learning rate {phase.learning_rate:g}{_schedule(phase)}"
    )
    return Markup(
        f'<div class="phase"><b>{name(phase.name)}</b> <span>{text(told)}</span>'
        f'<div class="depth">{cells}<i class="head" style="flex-grow:8" title="head"></i></div></div>'
    )


def _schedule(phase: Phase) -> str:
    warm = " after a warm-up" if phase.schedule.warmup_steps or phase.warmup_share else ""
    return f", {phase.schedule.name.lower()}{warm}" if warm or phase.schedule.name != "Constant" else ""


def _cell(block: str | None, start: int, end: int, frozen: int) -> Markup:
    kind = "frozen" if end <= frozen else "learns"
    title = f"layers {start + 1} to {end}" + (f", through block {block}" if block else "")
    return Markup(f'<i class="{kind}" style="flex-grow:{end - start}" title="{text(title)}"></i>')
