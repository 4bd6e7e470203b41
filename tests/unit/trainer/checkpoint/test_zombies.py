"""Several attempts that write at once, with listings of any age: the newest never becomes older."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.trainer.checkpoint.states import files_of, is_state_at, local_storage, state_at, store_in
from transferjob_trainer.storage import Entry, Storage

ATTEMPTS = 3


class OldEyes:
    """A storage whose listing may be an earlier one: an attempt that was frozen between listing and removing."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.frozen: list[Entry] | None = None

    def list(self, prefix: str = "") -> list[Entry]:
        return list(self._storage.list(prefix)) if self.frozen is None else self.frozen

    def __getattr__(self, name: str) -> object:
        return getattr(self._storage, name)


@settings(max_examples=40)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, ATTEMPTS - 1), st.sampled_from(["save", "save", "resume", "freeze", "thaw"])),
        max_size=40,
    )
)
def test_what_is_newest_never_becomes_older(moves: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        storage = local_storage(Path(folder))
        eyes = [OldEyes(storage) for _ in range(ATTEMPTS)]
        stores = [store_in(eye, Path(folder), f"pod-{number}") for number, eye in enumerate(eyes)]  # type: ignore[arg-type]
        places = [0] * ATTEMPTS
        newest = 0
        for who, what in moves:
            if what == "save":
                places[who] += 1 + who
                stores[who].save(state_at(1, places[who]), 0.0)
                newest = max(newest, places[who])
            elif what == "freeze":
                prefix = next((entry.path.rpartition("/")[0] for entry in storage.list()), "")
                eyes[who].frozen = list(storage.list(prefix)) if prefix else []
            else:
                eyes[who].frozen = None
            if what == "resume":
                found = stores[who].newest()
                places[who] = found.state.document.position.step if found else 0
            reader = store_in(storage, Path(folder), "reader").newest()
            assert (reader.state.document.position.step if reader else 0) == newest
            assert reader is None or is_state_at(reader.state, 1, newest)
        for eye, store in zip(eyes, stores, strict=True):
            eye.frozen = None
            store.save(state_at(1, newest + 1), 0.0)
        assert len(files_of(storage)) <= 2 + ATTEMPTS - 1
