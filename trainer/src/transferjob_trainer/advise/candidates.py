"""The freeze counts that advice looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..contract.block_table import BlockTable

MOST_ENDS = 12
"""Ends of blocks that are probed: one forward pass serves all, and neighbours differ little."""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A freeze count with its name."""

    count: int
    name: str


def candidates(
    table: BlockTable, depth: int, *, deepest: int | None = None, given: int | None = None, most: int = MOST_ENDS
) -> tuple[Candidate, ...]:
    """Nothing, ends of blocks, the deepest count, and what is given, from the input on.

    Args:
        table: the backbone's blocks.
        depth: its layers.
        deepest: no count is larger: what the phases of the job that freeze by themselves leave free. Default: depth.
        given: a freeze count that the job has, which is looked at too.
        most: ends of blocks at most, spread evenly.
    """
    limit = depth if deepest is None else deepest
    ends = [(count, name) for name, count in table.blocks.items() if count <= min(limit, depth - 1)]
    names = {0: "none"} | dict(_spread(ends, most))
    for count in {limit, limit if given is None else given} - names.keys():
        names[count] = "all" if count == depth else table.block_at(count) or f"layers[:{count}]"
    return tuple(Candidate(count, name) for count, name in sorted(names.items()))


def shortlist(
    cuts: tuple[Candidate, ...], probes: Mapping[int, float], given: int | None = None
) -> tuple[Candidate, ...]:
    """The cuts that are worth a short training: the deepest, none, the peak of the probes, one halfway to the input.

    Args:
        cuts: the candidates, from the input on.
        probes: score of each that has one.
        given: the freeze count that the job has: it is compared too.
    """
    probed = [cut for cut in cuts if cut.count in probes]
    # Of equals the deepest.
    peak = max(range(len(probed)), key=lambda place: (probes[probed[place].count], place))
    below = probed[: peak if probed[peak].count != cuts[-1].count else len(probed) - 1]
    chosen = {cuts[0], cuts[-1], probed[peak], *([below[len(below) // 2]] if below else [])}
    return tuple(cut for cut in cuts if cut in chosen or cut.count == given)


def _spread(ends: list[tuple[int, str]], most: int) -> list[tuple[int, str]]:
    """At most so many, the last one among them."""
    if len(ends) <= most:
        return ends
    return [ends[-1 - round(place * (len(ends) - 1) / (most - 1))] for place in range(most)]
