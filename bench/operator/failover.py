"""How long nobody leads after the leader was killed, and after it was told to end."""

from __future__ import annotations

import time

from bench.operator.world import world


def failover() -> dict[str, float]:
    """Seconds from the end of one of two operators until the other leads."""
    figures: dict[str, float] = {}
    with world(job_controller=False) as place:
        for name, clean in (("after_kill", False), ("after_stop", True)):
            with place.operator(f"{name}-leader") as leader:
                leader.wait_leading()
                with place.operator(f"{name}-standby") as standby:
                    started = time.monotonic()
                    if clean:
                        leader.stop()
                    else:
                        leader.kill()
                    standby.wait_leading()
                    figures[name] = round(time.monotonic() - started, 2)
    return figures
