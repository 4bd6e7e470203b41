"""A diagnosis: one row of the table, filled in with what was found."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row
from .table import row
from .words import clean


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a job does not run, or how an attempt ended."""

    row: Row
    """Fault, retrying and the rest of what is true whenever this is the reason."""
    sentence: str
    """What is wrong, what to do next, and at the end the cluster's own words."""
    holds_gpu: bool = False
    """A pod is bound to a node, so the GPUs that it asks for are nobody else's."""

    @property
    def reason(self) -> str:
        """CamelCase reason."""
        return self.row.reason

    @property
    def fault(self) -> str:
        """Whose it is to mend: User, Cluster or Trainer."""
        return self.row.fault

    @property
    def retried(self) -> str:
        """waits, never, counted or free."""
        return self.row.retried

    @property
    def hopeless(self) -> bool:
        """It cannot come right by itself."""
        return self.row.hopeless


def found(reason: str, words: str = "", *, what: str = "", holds_gpu: bool = False, **facts: object) -> Diagnosis:
    """The diagnosis of this reason.

    Args:
        reason: of a row of the table.
        words: what the cluster says about it, as it is; empty where it says nothing.
        what: what is wrong, where more is known than the row says.
        holds_gpu: whether a pod is bound to a node.
        facts: for the braces of the row's sentence and advice.
    """
    entry = row(reason)
    told = f"{what or entry.what.format(**facts)}; {entry.advice.format(**facts)}"
    # The quotation comes last: the same sentence without it is then its beginning, and tells nothing new.
    quoted = clean(words)
    speaker = entry.speaker or "the cluster"
    sentence = f"{told}. {speaker[:1].upper()}{speaker[1:]} says: {quoted}" if quoted else told
    return Diagnosis(entry, sentence, holds_gpu)
