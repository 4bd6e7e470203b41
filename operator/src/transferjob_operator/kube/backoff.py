"""Growing, jittered pauses between attempts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Doubles from `base` to `limit` seconds; each pause is drawn from its upper half."""

    base: float
    limit: float
    attempts: int = 0
    rng: random.Random = field(default_factory=random.Random)

    def next(self) -> float:
        """Seconds to wait before the next attempt."""
        pause = min(self.base * 2.0 ** min(self.attempts, 40), self.limit)
        self.attempts += 1
        return pause * self.rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """The next pause is a short one again."""
        self.attempts = 0
