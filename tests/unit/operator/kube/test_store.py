"""The store: what the watch tells wins, what a write answers is taken in only when it is news."""

from dataclasses import dataclass

import pytest

from transferjob_operator.kube.store import Change, Key, Store


@dataclass(frozen=True)
class Thing:
    name: str
    uid: str
    resource_version: str
    owner: str | None = None
    namespace: str = "ns"


@pytest.fixture
def store() -> Store[Thing]:
    return Store(lambda thing: thing.owner)


def test_records_are_found_by_owner_while_they_have_it(store: Store[Thing]) -> None:
    store.put(Thing("b", "2", "1", "owner"))
    store.put(Thing("a", "1", "1", "owner"))
    assert [thing.name for thing in store.owned_by("owner")] == ["a", "b"]
    store.put(Thing("a", "1", "2", None))
    store.remove(Thing("b", "2", "3", "owner"))
    assert store.owned_by("owner") == ()


def test_an_answer_is_taken_in_only_when_it_is_newer(store: Store[Thing]) -> None:
    store.put(Thing("a", "1", "10"))
    store.learn(Thing("a", "1", "9"))
    assert store.get(Key("ns", "a")) == Thing("a", "1", "10")
    store.learn(Thing("a", "1", "11"))
    assert store.get(Key("ns", "a")) == Thing("a", "1", "11")


@pytest.mark.checklist(5)
def test_a_late_watch_event_does_not_undo_what_an_answer_told(store: Store[Thing]) -> None:
    store.learn(Thing("a", "1", "11"))
    known = Thing("a", "1", "11")
    assert store.put(Thing("a", "1", "10")) == Change(known, known)
    assert store.get(Key("ns", "a")) == known


def test_an_answer_does_not_bring_a_deleted_object_back(store: Store[Thing]) -> None:
    store.put(Thing("a", "1", "10"))
    store.remove(Thing("a", "1", "12"))
    store.learn(Thing("a", "1", "11"))
    assert store.get(Key("ns", "a")) is None


@pytest.mark.checklist(6)
def test_the_end_of_an_object_leaves_its_successor_alone(store: Store[Thing]) -> None:
    store.put(Thing("a", "2", "20"))
    assert store.remove(Thing("a", "1", "15")) == Change(None, None)
    assert store.get(Key("ns", "a")) is not None


def test_a_list_replaces_its_own_namespace_and_tells_what_changed(store: Store[Thing]) -> None:
    kept, other = Thing("kept", "1", "1"), Thing("x", "9", "1", namespace="other")
    for thing in (kept, other, Thing("gone", "2", "1"), Thing("changed", "3", "1")):
        store.put(thing)
    changes = store.replace("ns", [kept, Thing("changed", "3", "2"), Thing("new", "4", "3")], "3")
    told = {(change.old and change.old.name, change.new and change.new.resource_version) for change in changes}
    assert told == {("gone", None), ("changed", "2"), (None, "3")}
    assert store.get(Key("other", "x")) == other


def test_a_list_does_not_take_away_what_was_made_after_it(store: Store[Thing]) -> None:
    store.learn(Thing("new", "1", "12"))
    assert store.replace("ns", [], "11") == []
    assert store.get(Key("ns", "new")) is not None
    store.replace("ns", [], "13")
    assert store.get(Key("ns", "new")) is None


@pytest.mark.checklist(6)
def test_a_replayed_past_changes_nothing(store: Store[Thing]) -> None:
    store.put(Thing("a", "1", "10"))
    store.remove(Thing("a", "1", "12"))
    store.put(Thing("a", "1", "11"))
    assert store.get(Key("ns", "a")) is None
    store.put(Thing("a", "2", "14"))
    store.put(Thing("a", "1", "9"))
    store.remove(Thing("a", "1", "12"))
    assert store.get(Key("ns", "a")) == Thing("a", "2", "14")


def test_an_object_whose_labels_were_taken_and_put_back_is_there_again(store: Store[Thing]) -> None:
    store.put(Thing("a", "1", "10", "owner"))
    store.remove(Thing("a", "1", "12", "owner"))
    back = Thing("a", "1", "13", "owner")
    store.put(back)
    store.remove(Thing("a", "1", "12", "owner"))
    assert store.owned_by("owner") == (back,)


def test_what_was_deleted_at_our_word_is_gone_before_the_watch_says_so(store: Store[Thing]) -> None:
    known = Thing("a", "1", "10", "owner")
    store.put(known)
    store.learn_end(known)
    assert (store.get(Key("ns", "a")), store.owned_by("owner")) == (None, ())
    assert store.remove(Thing("a", "1", "12", "owner")) == Change(None, None)
