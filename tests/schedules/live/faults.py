"""What befalls the operator's requests: the weather on all of them, and a plan for its next writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.faults.faults import Answer, Call, Delay, Fault, LoseReply, LoseRequest, Rule
from tests.faults.proxy import FaultProxy
from tests.faults.seen import Seen
from tests.soak.weather import FAULTS, OUTAGE

CALM = "calm"
WEATHER = (CALM, OUTAGE, *FAULTS)
"""Names of what lasts until the weather changes."""
_KILLED = "killed after"
_ON_A_WRITE: dict[str, Fault] = {
    "conflict": Answer(409, "Conflict"),
    "error": Answer(500, "InternalError"),
    "throttled": Answer(429, "TooManyRequests", retry_after=1),
    "refused": Answer(403, "Forbidden", message="cannot do this"),
    "unheard": LoseRequest(),
    "lost": LoseReply(),
    "late": Delay(1.5),
}
WRITE_FAULTS = (*_ON_A_WRITE, _KILLED)
"""Names of what can befall one write."""


class Faults:
    """The faults of one proxy."""

    def __init__(self, proxy: FaultProxy, kill: Callable[[Seen], None]) -> None:
        """Takes a proxy in hand; `kill` ends the operator, while it waits for the answer to a write."""
        self._proxy, self._kill = proxy, kill
        self._weather, self._plan = ExitStack(), ExitStack()
        self.befallen = Counter[str]()
        """How many requests met which fault, counted when it is over."""

    def change_weather(self, name: str) -> None:
        """From now on this befalls all requests."""
        self._weather.close()
        self.befallen[f"weather: {name}"] += 0
        if name == OUTAGE:
            self._proxy.go_away()
            self._weather.callback(self._proxy.come_back)
        elif name != CALM:
            self._weather.enter_context(self._rules([(f"weather: {name}", rule) for rule in FAULTS[name]()], cut=True))

    def plan_writes(self, plan: Sequence[str | None]) -> None:
        """This befalls the next writes, one after the other, instead of what was planned before; None is nothing."""
        self._plan.close()
        rules: list[tuple[str, Rule]] = []
        for number, name in enumerate(plan, 1):
            if name is not None:
                # A rule does not count the writes that the rules before it take.
                fault = _ON_A_WRITE.get(name) or Call(self._kill)
                rules.append((f"write: {name}", Rule(fault, first=number - len(rules), times=1)))
        self._plan.enter_context(self._rules(rules, cut=False))

    def stop(self) -> None:
        """Nothing befalls any request."""
        self._plan.close()
        self._weather.close()

    @contextmanager
    def _rules(self, rules: Sequence[tuple[str, Rule]], *, cut: bool) -> Iterator[None]:
        with self._proxy.faults(*(rule for _, rule in rules), cut=cut):
            yield
        for name, rule in rules:
            self.befallen[name] += rule.hits
