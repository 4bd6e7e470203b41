"""What must hold from one look at a TransferJob to the next, whatever happens in between."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.schedules.server import Object
from tests.schedules.truth import over


@dataclass
class History:
    """Objects with an AssertionError when a TransferJob forgets an outcome or an attempt."""

    last: Object | None = None
    """The job at the last look."""
    attempts: list[str] = field(default_factory=list)
    """UIDs that status named as the attempt, in order."""

    def look(self, job: Object | None) -> None:
        """The job as it is now, None when there is none."""
        if job is not None and self.last is not None and _uid(job) == _uid(self.last):
            self._compare(self.last.get("status") or {}, job.get("status") or {}, ended=over(self.last))
        else:
            self.attempts.clear()
        self.last = job
        self._remember((job or {}).get("status") or {})

    def _compare(self, before: Object, after: Object, *, ended: bool) -> None:
        assert not ended or after == before, f"an outcome is changed: from {before} to {after}"
        old, new = before.get("attempts", 0), after.get("attempts", 0)
        assert new >= old, f"attempts go from {old} to {new}"
        moved = after.get("podUID") != before.get("podUID")
        assert not moved or new > old, "another attempt, and it is not counted"

    def _remember(self, status: Object) -> None:
        uid = status.get("podUID")
        if uid is not None and (not self.attempts or self.attempts[-1] != uid):
            assert uid not in self.attempts, f"pod {uid} is counted twice"
            self.attempts.append(uid)


def _uid(job: Object) -> str:
    return str(job["metadata"]["uid"])
