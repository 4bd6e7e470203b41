"""Warning Events about objects that do not move, as the words that colour a diagnosis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ..core.diagnosis.diagnose import LONGEST_NOTES_SECONDS, NOTES_SECONDS
from ..core.diagnosis.questions import EventsOf, questions
from ..core.observed import Observed
from ..core.projection import project_note
from ..core.records import Note
from ..kube import rest
from ..kube.client import KubeClient
from ..kube.store import Key
from .inquiries import Inquiries

MAX_EVENTS = 100


class Notes:
    """Reads Events in the background, by object, at most once in NOTES_SECONDS each."""

    def __init__(
        self,
        client: KubeClient,
        enqueue: Callable[[Key], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client, self._enqueue, self._clock = client, enqueue, clock
        self._inquiries: Inquiries[EventsOf, tuple[Note, ...]] = Inquiries(
            self._read, interval=NOTES_SECONDS - 1.0, keep_seconds=LONGEST_NOTES_SECONDS + NOTES_SECONDS
        )

    def about(self, key: Key, observed: Observed) -> tuple[Note, ...]:
        """What is known of the objects of a job that does not move; what is not known yet brings a new pass later."""
        asked = questions(observed, self._clock())
        answers = (self._inquiries.answer(question, partial(self._enqueue, key)) for question in asked)
        return tuple(note for answer in answers for note in answer or ())

    def close(self) -> None:
        """Drops what has not been asked yet."""
        self._inquiries.close()

    def _read(self, question: EventsOf) -> tuple[Note, ...]:
        request = rest.list_selected(rest.CORE_EVENTS, question.namespace, question.selector, MAX_EVENTS)
        answer: dict[str, Any] = self._client.send(request)
        return tuple(sorted(map(project_note, answer.get("items") or ()), key=lambda note: (note.reason, note.message)))
