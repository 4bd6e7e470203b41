"""Whether a crowd arrives: many changed TransferJobs in one second, whose children somebody waits for."""

from __future__ import annotations

from collections import deque

CROWD = 50
"""So many passes over changed jobs within a second; what users do by hand never comes near."""
_WITHIN_SECONDS = 1.0


class Crowd:
    """Remembers when the last passes over changed jobs began. Not safe for threads: its owner locks."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=CROWD)

    def note(self, now: float) -> None:
        """Such a pass begins (monotonic seconds)."""
        self._times.append(now)

    def seconds_left(self, now: float) -> float:
        """Until the crowd is over if nobody comes any more; 0 where there is none."""
        if len(self._times) < CROWD:
            return 0.0
        return max(0.0, self._times[0] + _WITHIN_SECONDS - now)
