"""Due times and leases: one source is never in two hands, and nothing that was learnt of it is lost."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from archive_cases import SOURCE, START, Place, both_databases, make_capture
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Watch
from archive.store import Archive, NotWritable, watch
from archive.store.engine import connect_to_read

LEASE = timedelta(minutes=10)


def at(minutes: float) -> datetime:
    """A moment, in minutes from the start."""
    return START + timedelta(minutes=minutes)


def names(watches: tuple[Watch, ...]) -> list[str]:
    """The sources' ids."""
    return [each.source_id for each in watches]


@both_databases
def test_what_is_due_is_claimed_longest_due_first_and_by_one_owner_only(kind: str, tmp_path: Path) -> None:
    """A claim takes up to its limit; what somebody is at, or what is not due, is not taken."""
    with Place(tmp_path, kind).open(write=True) as archive:
        assert archive.enrol([Watch("c", at(2)), Watch("a", at(0)), Watch("b", at(1)), Watch("late", at(9))]) == 4
        assert names(archive.claim("one", at(5), LEASE, 2)) == ["a", "b"]
        assert names(archive.claim("two", at(5), LEASE, 9)) == ["c"]
        assert archive.claim("three", at(5), LEASE, 9) == ()
        held = archive.watches()["a"]
        assert (held.lease_owner, held.lease_until, held.last_started) == ("one", at(15), at(5))


@both_databases
def test_only_named_sources_are_claimed(kind: str, tmp_path: Path) -> None:
    """What is not among the named ones waits, however long it has been due; no name, no claim."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch("a", at(0)), Watch("b", at(1))])
        assert archive.claim("one", at(5), LEASE, 9, only=()) == ()
        assert names(archive.claim("one", at(5), LEASE, 9, only=("b", "unknown"))) == ["b"]


@both_databases
def test_a_lease_that_has_run_out_is_anybodys_and_its_owner_can_give_nothing_back(kind: str, tmp_path: Path) -> None:
    """Who comes back too late changes nothing; who renewed in time keeps the source."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch("a", at(0)), Watch("b", at(0))])
        archive.claim("one", at(0), LEASE, 1)
        archive.claim("two", at(0), LEASE, 1)
        assert archive.renew("two", at(25)) == {"b"}
        assert names(archive.claim("three", at(12), LEASE, 9)) == ["a"]
        assert not archive.release("one", Watch("a", at(99), "late"))
        assert archive.release("two", Watch("b", at(60), "as its file says", last_started=at(0), last_ended=at(9)))
        there = archive.watches()
        assert (there["a"].due, there["a"].lease_owner) == (at(0), "three")
        assert (there["b"].due, there["b"].lease_owner, there["b"].lease_until) == (at(60), None, None)
        assert (there["b"].last_ended, there["b"].reason) == (at(9), "as its file says")


@both_databases
def test_what_is_known_of_a_source_comes_back_as_it_was_given(kind: str, tmp_path: Path) -> None:
    """Every field survives, in the database as well; enrolling again changes nothing."""
    ended = Watch("a", at(30), "失败后", None, None, at(1), at(2), "quarantined", 7, "dns", 2, '{"rhythm": [1, 2]}')
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch("a", at(0))])
        archive.claim("one", at(1), LEASE, 1)
        assert archive.release("one", ended)
        assert archive.enrol([Watch("a", at(0))]) == 0
        assert archive.watches() == {"a": ended}


@both_databases
def test_leases_of_the_dead_are_void_and_each_death_is_counted(kind: str, tmp_path: Path) -> None:
    """Whoever writes knows that nobody else is alive: it ends the others' leases and keeps its own."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch("a", at(0)), Watch("b", at(0)), Watch("c", at(0))])
        archive.claim("dead", at(1), LEASE, 2)
        archive.claim("me", at(1), LEASE, 1)
        assert sorted(names(archive.void("me"))) == ["a", "b"]
        assert archive.void("me") == ()
        there = archive.watches()
        assert [(there[each].deaths, there[each].lease_owner) for each in "abc"] == [(1, None), (1, None), (0, "me")]
        assert names(archive.claim("me", at(2), LEASE, 9)) == ["a", "b"]


@both_databases
def test_a_death_after_which_pages_had_come_is_the_first_again(kind: str, tmp_path: Path) -> None:
    """Whoever kills workers at random makes no source a suspect; one that stops them before a page comes is."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch(SOURCE, at(0), deaths=3), Watch("other", at(0), deaths=3)])
        archive.claim("dead", at(1), LEASE, 2)
        archive.keep(make_capture(hours=1))
        assert {each.source_id: each.deaths for each in archive.void("me")} == {SOURCE: 1, "other": 4}
        archive.claim("dead", at(90), LEASE, 2)
        assert {each.source_id: each.deaths for each in archive.void("me")} == {SOURCE: 2, "other": 5}


@both_databases
def test_what_somebody_is_at_is_not_amended(kind: str, tmp_path: Path) -> None:
    """A due time is put right only while nobody is at the source: its owner knows better."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.enrol([Watch("a", at(0))])
        assert archive.amend(Watch("a", at(5), "put right"))
        archive.claim("one", at(9), LEASE, 1)
        assert not archive.amend(Watch("a", at(6)))
        assert archive.watches()["a"].due == at(5)


@both_databases
def test_claims_last_at_once_and_readers_see_them(kind: str, tmp_path: Path) -> None:
    """Other processes go by what they read; a reader itself claims nothing."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        archive.enrol([Watch("a", at(0))])
        archive.claim("one", at(1), LEASE, 1)
        with place.open() as reader:
            assert reader.watches()["a"].lease_owner == "one"
            with pytest.raises(NotWritable):
                reader.claim("two", at(99), LEASE, 1)


steps = st.lists(
    st.tuples(
        st.sampled_from(["claim", "renew", "release", "wait"]),
        st.sampled_from(["one", "two", "three"]),
        st.integers(1, 4),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(steps)
def test_two_owners_never_hold_one_source(story: list[tuple[str, str, int]]) -> None:
    """Whatever is claimed, renewed and released in whatever order: what one holds, nobody else is given."""
    with TemporaryDirectory() as folder, Archive.open(Path(folder), write=True) as archive:
        archive.enrol([Watch(str(number), at(0)) for number in range(5)])
        minutes, until = 0.0, defaultdict[str, dict[str, datetime]](dict)
        for action, owner, number in story:
            now = at(minutes)
            mine = until[owner]
            if action == "wait":
                minutes += number * 3
            elif action == "claim":
                for taken in archive.claim(owner, now, LEASE, number):
                    others = [each for name, each in until.items() if name != owner]
                    assert all(each.get(taken.source_id, now) <= now for each in others)
                    mine[taken.source_id] = now + LEASE
            elif action == "renew":
                kept = archive.renew(owner, now + LEASE)
                assert {source for source, end in mine.items() if end > now} <= kept
                mine.update(dict.fromkeys(kept, now + LEASE))
            else:
                for source in list(mine)[:number]:
                    held = mine.pop(source) > now
                    assert archive.release(owner, Watch(source, now)) or not held


def test_two_connections_that_claim_at_the_same_moment_share_out_the_sources(tmp_path: Path) -> None:
    """On a server that lets many write, a claim is one statement: each source goes to one of those who ask."""
    place = Place(tmp_path, "postgresql")
    with place.open(write=True) as archive:
        archive.enrol([Watch(f"s{number}", at(0)) for number in range(60)])
    taken: dict[str, list[str]] = {"one": [], "two": [], "three": []}
    barrier = threading.Barrier(3)

    def work(owner: str) -> None:
        connection = connect_to_read(place.data, place.database)  # without the writer's lock, on purpose
        barrier.wait()
        with connection.execution_options(isolation_level="READ COMMITTED") as claiming:
            while found := watch.claim(claiming, owner, at(1), LEASE, 3):
                claiming.commit()
                taken[owner] += names(found)

    workers = [threading.Thread(target=work, args=(owner,)) for owner in taken]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    everything = [source for each in taken.values() for source in each]
    assert len(everything) == len(set(everything)) == 60


def test_fields_that_no_column_can_take_are_kept_as_far_as_they_can_be(tmp_path: Path) -> None:
    """A NUL or half a character in a sentence does not keep a source from being given back."""
    with Place(tmp_path).open(write=True) as archive:
        archive.enrol([Watch("a", at(0))])
        (held,) = archive.claim("one", at(1), LEASE, 1)
        assert archive.release("one", replace(held, due=at(5), reason="half \ud800 and NUL \x00"))
        assert archive.watches()["a"].reason == "half ? and NUL "


def test_an_archive_that_is_opened_again_compiles_no_statement_anew(tmp_path: Path) -> None:
    """A worker opens it with every look; what its statements were compiled to outlives each opening."""
    compiled: list[tuple[int, int]] = []
    for _ in range(2):
        with Archive.open(tmp_path, write=True) as archive:
            cache = archive._connection.engine._compiled_cache
            assert cache is not None
            before = len(cache)
            archive.watches()
            compiled.append((before, len(cache)))
    first, second = compiled
    assert first[0] < first[1]
    assert second[0] == second[1]
