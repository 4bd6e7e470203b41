"""The cluster's own words, made fit to be shown: one line, bounded, without credentials."""

from __future__ import annotations

import re

MAX_WORDS = 700
_CREDENTIALS = re.compile(r"://[^/\s@]{0,512}@")
_QUERY = re.compile(r"(https?://[^\s?\"]+)\?[^\s\"]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_PASSING = re.compile(r"\b[0-9a-f]{12,}\b|(?<![\w.-])\d[\w.]*(?![\w-])")
"""Counts, quantities, durations, addresses and ids: they change with every look, and tell nothing new."""


def clean(words: str) -> str:
    """One line of at most MAX_WORDS characters; credentials and query strings of URLs, which may sign them, are out."""
    line = without_credentials(_UNPRINTABLE.sub(" ", words[: 8 * MAX_WORDS]).strip())
    return line if len(line) <= MAX_WORDS else f"{line[: MAX_WORDS - 3]}..."


def without_credentials(text: str) -> str:
    """The text with users, passwords and query strings taken out of its URLs."""
    return _QUERY.sub(r"\1?...", _CREDENTIALS.sub("://***@", text))


def tells_more(stored: str, said: str) -> bool:
    """Whether a sentence is worth a write over the stored one of the same reason.

    Not where only numbers and ids differ, as of nodes in a scheduler's words, nor where it is the same with less told.
    """
    return _PASSING.sub("#", stored) != _PASSING.sub("#", said) and not stored.startswith(said)
