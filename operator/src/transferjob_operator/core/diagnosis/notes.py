"""Which of the Events about a child colours the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ..records import Note

_EPOCH = datetime.min.replace(tzinfo=UTC)
_VAGUE = ("timed out waiting for the condition", "Unable to attach or mount volumes")
"""The kubelet says these in turn with the cause itself, which is worth more."""


def newest(notes: Sequence[Note], reasons: Sequence[str], object_uid: str = "") -> Note | None:
    """The last Event with one of these reasons, one that names a cause before one that does not.

    Args:
        notes: Events in any order.
        reasons: the reasons that are meant.
        object_uid: of the object that it must be about; empty means any.
    """
    meant = [note for note in notes if note.reason in reasons and (not object_uid or note.object_uid == object_uid)]
    return max(meant, key=_weight, default=None)


def _weight(note: Note) -> tuple[bool, datetime, str]:
    return (not any(vague in note.message for vague in _VAGUE), note.time or _EPOCH, note.message)
