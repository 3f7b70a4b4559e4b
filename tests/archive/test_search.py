"""Search finds every article that holds a word, and no other; both databases answer alike."""

from __future__ import annotations

import random
import threading
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from archive_cases import CHINA, START, Place, both_databases, make_article, make_capture, take_in

from archive.fold import fold, spaced
from archive.model import Block
from archive.query import Entry, holds, parse, tokens
from archive.store import Archive, indexing
from archive.store.indexed import Indexed
from archive.store.matching_sqlite import OnSqlite, _select
from archive.store.prepared import every_row
from archive.store.tags import long, read_tags

ALPHABET = "西藏工业园区的新能源车，。 ＧＤＰgdp2023%_'\"-*()\\^:ÀéßﬁÅ\n𠀀"
"""Few characters, so that random words are often in random texts; among them all that the query languages know."""


def random_text(source: random.Random, length: int) -> str:
    """Any characters of the alphabet."""
    return "".join(source.choice(ALPHABET) for _ in range(length))


def filled(archive: Archive, amount: int, source: random.Random) -> None:
    """Articles of random text, some of which are then edited."""
    for number in range(amount):
        text = random_text(source, source.randrange(60))
        article = replace(make_article(number, text or "空"), title=random_text(source, source.randrange(1, 9)))
        take_in(archive, make_capture(number), article)
        if number % 5 == 0:
            if number % 2:
                archive.index()
            edited = replace(article, blocks=(Block("paragraph", random_text(source, 30)),), published=None)
            take_in(archive, make_capture(number, hours=1, text="改"), edited)


def entries(archive: Archive) -> dict[str, Entry]:
    """What search should know of each article."""
    return {row.id: indexing.entry(row) for row in archive._connection.execute(indexing.HELD)}


def expected(known: dict[str, Entry], query: str) -> list[str]:
    """The ids that a plain look at all articles gives, newest first."""
    asked = parse(query, TODAY)
    found = [(-entry.dated.timestamp(), key) for key, entry in known.items() if asked and holds(asked, entry)]
    return [key for _, key in sorted(found)]


def quoted(string: str) -> str:
    """A string as a phrase."""
    return '"' + string.replace("\\", "\\\\").replace('"', '\\"') + '"'


def random_query(source: random.Random, depth: int = 0) -> str:
    """Any query of the language over the strings of the alphabet."""
    kind = source.randrange(10 if depth < 3 else 6)
    if kind < 4:
        string = random_text(source, source.randrange(1, 4)).strip() or "西"
        return source.choice(("", "", "title:", "text:", "author:")) + quoted(string)
    if kind == 4:
        return source.choice(TAGS)
    if kind == 5:
        return source.choice(("after:", "before:", "on:")) + source.choice(("2026-03-01", "2026-03", "2025", "20d"))
    if kind == 6:
        return "NOT " + random_query(source, depth + 1)
    joint = source.choice((" ", " AND ", " OR "))
    return "(" + joint.join(random_query(source, depth + 1) for _ in range(source.randrange(2, 4))) + ")"


TAGS = ("source:gaoyuan", "status:live", "status:gone", "has:author", "has:revisions", "language:zh", "url:2026/1")
TODAY = START.date() + timedelta(days=20)


@both_databases
def test_search_finds_what_a_look_at_every_article_finds(kind: str, tmp_path: Path) -> None:
    """Strings of any length, fields, tags, days, AND, OR, NOT: the same articles in the same order, indexed or not."""
    source = random.Random(3)
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        archive._clock = lambda: START + timedelta(days=20)
        filled(archive, 60, source)
        archive.index()
        filled(archive, 90, source)
        archive.commit()
        known = entries(archive)
        queries = [random_query(source) for _ in range(150)]
        queries += [quoted(random_text(source, source.randrange(1, 5)).strip() or "藏") for _ in range(100)]
        found_at_all = 0
        for indexed in (False, True):
            with Archive.open(place.data, place.database, clock=archive._clock) as reader:
                for query in queries:
                    hits = reader.search(query, limit=1000)
                    assert [hit.standing.id for hit in hits.hits] == expected(known, query), (indexed, query)
                    assert hits.total == len(hits.hits)
                    found_at_all += len(hits.hits)
            archive.index()
        assert found_at_all > 2000


@both_databases
def test_a_day_with_more_articles_than_numbers_goes_on_in_the_next(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within one batch and over several, with articles of the next day and edits of some between them."""
    monkeypatch.setattr(indexing, "PLACES", 3)
    with Place(tmp_path, kind).open(write=True) as archive:
        for part in (range(1, 9), range(9, 12), range(5, 14)):
            for number in part:
                day = START + timedelta(days=number % 2)
                again = number in (5, 6, 7, 8)
                text = f"第{number}篇{'改过' if again and part.start == 5 else ''}"
                read = replace(make_article(number, text), published=day)
                take_in(archive, make_capture(number, hours=part.start, text=text), read)
            archive.index()
        assert archive.search("牧场").total == 13
        assert {hit.article.text[:2] for hit in archive.search("改过").hits} == {"第5", "第6", "第7", "第8"}
        numbers = archive._connection.execute(sa.text("SELECT doc FROM searchable")).scalars().all()
        assert len(numbers) == len(set(numbers)) == 13


@both_databases
def test_hits_come_newest_first_and_in_pages(kind: str, tmp_path: Path) -> None:
    """The total is exact, `limit` and `offset` walk through all hits, the newest day comes first."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for number in random.Random(1).sample(range(1, 41), 40):
            take_in(archive, make_capture(number), make_article(number))
        pages = [archive.search("牧场 设备", limit=7, offset=offset) for offset in range(0, 42, 7)]
        titles = [hit.article.title for page in pages for hit in page.hits]
        assert titles == [make_article(number).title for number in range(40, 0, -1)]
        assert {page.total for page in pages} == {40}
        assert archive.search("牧场", limit=1, count=False).total is None
        assert archive.search("牧场", source="another").total == 0
        assert archive.search("牧场", source="gaoyuan").total == 40
        assert archive.search(("牧场", "第7批")).total == 1
        assert archive.search("  ").total == 0


def test_many_articles_of_one_minute_are_all_found(tmp_path: Path) -> None:
    """Articles that are dated alike do not push each other out of the index."""
    with Place(tmp_path).open(write=True) as archive:
        for number in range(1, 300):
            take_in(archive, make_capture(number), replace(make_article(number), published=START))
        assert archive.search("牧场").total == 299


def test_dates_before_1970_and_absurd_ones_have_their_place(tmp_path: Path) -> None:
    """An article of 1959 is the last; one that claims the year 1 is ordered by when it was seen."""
    with Place(tmp_path).open(write=True) as archive:
        for number, year in enumerate((1959, 1, 2026), 1):
            dated = START.replace(year=year)
            take_in(archive, make_capture(number, hours=-99), replace(make_article(number), published=dated))
        titles = [hit.article.title for hit in archive.search("牧场").hits]
        assert titles == [make_article(number).title for number in (3, 2, 1)]


def test_a_word_that_leaves_the_text_is_no_longer_found(tmp_path: Path) -> None:
    """Editing takes the old text out of the index, so that it does not grow with every revision."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        for number in count(1):
            take_in(archive, make_capture(hours=number, text=str(number)), make_article(text=f"编号{number:05}"))
            assert archive.search(f"{number:05}").total == 1
            assert archive.search(f"{number - 1:05}").total == 0
            if number == 20:
                break
        archive.index()
        for table in ("bigram", "unigram"):
            left = archive._connection.execute(sa.text(f"SELECT count(*) FROM {table}_data WHERE id > 10")).scalar_one()
            archive._connection.execute(sa.text(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')"))
            archive._connection.execute(sa.text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))
            assert archive.search("编").total == archive.search("编号").total == 1
            assert left


@both_databases
def test_a_query_in_either_script_finds_both(kind: str, tmp_path: Path) -> None:
    """Traditional and Simplified, in title, text and facts; what is shown stays as it was printed."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(1), replace(make_article(1, "經濟發展"), origin="經濟日報"))
        take_in(archive, make_capture(2), replace(make_article(2, "经济发展"), origin="经济日报"))
        for query in ("經濟", "经济", "经濟發", "濟", "济", "origin:经济日報"):
            assert archive.search(query).total == 2, query
        assert [hit.snippet.marked() for hit in archive.search("经济").hits] == [
            "[经济]发展 图为牧场。",
            "[經濟]發展 图为牧场。",
        ]


@both_databases
def test_an_index_of_another_folding_is_made_anew(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader compares the texts meanwhile, so that no answer lacks anything; the next writer indexes all."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in range(1, 4):
            take_in(archive, make_capture(number), make_article(number, "經濟"))
        assert archive.index() == 3
        archive._connection.execute(sa.text("UPDATE index_form SET form = 'another'"))
        if kind == "sqlite":
            archive._connection.execute(sa.text("INSERT INTO bigram (bigram) VALUES ('delete-all')"))
        archive.commit()
    with place.open() as reader:
        assert reader.search("经济").total == 3
    with place.open(write=True) as writer:
        assert writer.index() == 3
        assert writer.index() == 0
    with monkeypatch.context() as patch, place.open() as reader:
        patch.setattr("archive.store.search.queries.holds", lambda *_: False)  # the index alone answers
        assert reader.search("经济").total == 3
        assert [hit.article.title for hit in reader.search("经济", limit=1).hits] == [make_article(3).title]


@both_databases
def test_what_changes_without_a_new_text_is_found(kind: str, tmp_path: Path) -> None:
    """A page that is gone, and repairs that a new reading of the same capture brought."""
    with Place(tmp_path, kind).open(write=True) as archive:
        capture = make_capture(1)
        take_in(archive, capture, make_article(1))
        take_in(archive, make_capture(2), make_article(2))
        assert archive.search("status:live").total == 2
        take_in(archive, make_capture(2, hours=1, status=404), verdict="empty")
        assert [hit.standing.status for hit in archive.search("status:gone").hits] == ["gone"]
        assert archive.search("status:live").total == 1
        assert archive.search("has:repairs OR has:lossy").total == 0
        archive.record(capture, capture.url, "article", [make_article(1)], {"repairs": [{"rule": "entities"}]})
        assert archive.search("has:repairs -has:lossy").total == 1


def test_relevance_puts_titles_and_dense_texts_first(tmp_path: Path) -> None:
    """What holds the words in its title comes before what only mentions them; the count and the pages stay exact."""
    with Place(tmp_path).open(write=True) as archive:
        for number in range(1, 30):
            mention = "光伏" * (3 if number == 5 else 1) if number % 2 else "风电"
            article = make_article(number, f"{mention}项目{'开工' * 50}", title="光伏园区" if number == 3 else "")
            take_in(archive, make_capture(number), article)
        found = archive.search("光伏", order="relevance", limit=4)
        assert [hit.standing.canonical_url for hit in found.hits] == [make_article(n).url for n in (3, 5, 29, 27)]
        assert found.total == 15
        pages = [archive.search("光伏", order="relevance", limit=4, offset=at).hits for at in range(0, 16, 4)]
        assert len({hit.standing.id for page in pages for hit in page}) == 15
        assert archive.search("after:2020", order="relevance", limit=1).hits[0].article.title == make_article(29).title


def test_relevance_is_bounded_and_goes_on_by_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the candidates come the others, each once; an old title is a candidate."""
    monkeypatch.setattr("archive.store.search.CANDIDATES", 3)
    with Place(tmp_path).open(write=True) as archive:
        for number in range(1, 11):
            take_in(
                archive, make_capture(number), make_article(number, "牧场", title="牧场" if number == 2 else "消息")
            )
        hits = archive.search("牧场", order="relevance", limit=20).hits
        assert [int(hit.article.url.split("/")[-1][:-5]) for hit in hits] == [2, 10, 9, 8, 7, 6, 5, 4, 3, 1]


@both_databases
def test_what_is_not_indexed_is_read_once_for_its_relevance(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many are told as were read, and an old title is a candidate all the same, by half indexed or not at all."""
    monkeypatch.setattr("archive.store.search.CANDIDATES", 3)
    reads, entry = count(), indexing.entry

    def counted(row: sa.Row[Any]) -> Entry:
        next(reads)
        return entry(row)

    monkeypatch.setattr("archive.store.indexing.entry", counted)
    place, found = Place(tmp_path, kind), []
    with place.open(write=True) as archive:
        for indexed in (0, 10, 20):
            for number in range(indexed + 1, min(indexed + 10, 20) + 1):
                title = "牧场" if number in (2, 14) else "消息"
                take_in(archive, make_capture(number), make_article(number, "牧场", title=title))
            archive.commit()
            before = next(reads)
            with place.open() as reader:
                hits = reader.search("牧场", order="relevance", limit=30)
                assert hits.unindexed == next(reads) - before - 1 == (10 if indexed < 20 else 0)
            found.append([hit.article.url for hit in hits.hits])
            archive.index()
    assert found[0] == [make_article(number).url for number in (2, 10, 9, 8, 7, 6, 5, 4, 3, 1)]
    assert found[1] == found[2]
    assert found[1][:2] == [make_article(number).url for number in (14, 2)]


@both_databases
def test_a_deep_and_a_long_query_are_answered(kind: str, tmp_path: Path) -> None:
    """As deep and as long as a query may be."""
    deep = "牧" + "".join(f" (设备 OR NOT (牧场 AND 第{n}批" for n in range(9)) + "))" * 9
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        known = entries(archive)
        for query in (deep, " OR ".join(f"牧{n}" for n in range(99)) + " OR 设备"):
            assert archive.search(query).total == len(expected(known, query))


def test_days_of_a_query_are_those_of_china(tmp_path: Path) -> None:
    """What is dated one minute before midnight in Shanghai belongs to the day that ends."""
    midnight = datetime(2026, 3, 2, tzinfo=CHINA)
    with Place(tmp_path).open(write=True) as archive:
        for number, minutes in enumerate((-1, 0, 24 * 60 - 1, 24 * 60), 1):
            dated = midnight + timedelta(minutes=minutes)
            take_in(archive, make_capture(number), replace(make_article(number), published=dated))
        for query in ("on:2026-03-02", "牧场 on:2026-03-02", "after:2026-03-02 before:2026-03-03"):
            assert {hit.article.url for hit in archive.search(query).hits} == {make_article(n).url for n in (2, 3)}


def test_a_crashed_index_is_caught_up_by_the_next_search(tmp_path: Path) -> None:
    """A process that ended before indexing costs nothing: readers compare the texts, the next writer indexes."""
    place = Place(tmp_path)
    archive = place.open(write=True)
    for number in range(1, 4):
        take_in(archive, make_capture(number), make_article(number, "牧" if number == 2 else ""))
    archive.commit()
    archive.close()
    with place.open() as reader:
        assert [hit.article.title for hit in reader.search("设备").hits] == [make_article(n).title for n in (3, 1)]
        assert reader.search("设备", limit=1, offset=1).hits[0].article.title == make_article(1).title
    with place.open(write=True) as writer:
        assert writer.index() == 3
        assert writer.search("设备").total == 2
        assert writer.index() == 0


@both_databases
def test_a_search_sees_one_state_while_articles_are_edited_and_indexed(kind: str, tmp_path: Path) -> None:
    """The number of hits of a word that stays in all articles never wavers."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as writer:
        for number in range(20):
            take_in(writer, make_capture(number), make_article(number))
        writer.commit()
        stop = threading.Event()

        def edit() -> None:
            for hour in count(1):
                for number in range(20):
                    edited = make_article(number, f"牧场的第{hour}版")
                    take_in(writer, make_capture(number, hours=hour, text=str(hour)), edited)
                    writer.commit()
                    if number % 7 == 0:
                        writer.index()
                    if stop.is_set():
                        return

        editing = threading.Thread(target=edit)
        editing.start()
        try:
            with place.open() as reader:
                for _ in range(60):
                    hits = reader.search("牧场", limit=50)
                    assert hits.total == 20
                    assert len({hit.standing.id for hit in hits.hits}) == 20
        finally:
            stop.set()
            editing.join()


def test_first_seen_orders_an_article_without_a_date(tmp_path: Path) -> None:
    """No date is invented for it: its place in lists follows from when it was first seen."""
    with Place(tmp_path).open(write=True) as archive:
        undated = replace(make_article(1), published=None)
        take_in(archive, make_capture(1, hours=500), undated)
        take_in(archive, make_capture(2), make_article(2))
        hits = archive.search("牧场").hits
        assert [hit.article.published is None for hit in hits] == [True, False]
        since = START + timedelta(hours=400)
        assert [standing.canonical_url for _, standing in archive.articles(since=since)] == [undated.url]


@both_databases
def test_the_newest_are_the_same_however_far_back_they_are_looked_for(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few at a time: what takes the long way tries the newest articles first, in two steps, then all."""
    monkeypatch.setattr("archive.store.indexed.TRIED", (2, 8))
    source = random.Random(5)
    with Place(tmp_path, kind).open(write=True) as archive:
        archive._clock = lambda: START + timedelta(days=20)
        for number in range(120):
            read = replace(make_article(number, random_text(source, 40)), published=START + timedelta(days=number % 40))
            take_in(archive, make_capture(number), read)
        archive.index()
        known = entries(archive)
        mixed = ["西 工业", "url:2026/1", "西 url:2026/1 工", "藏 on:2026-03-01", "工业 OR on:2026-03-02", "空 OR 西藏"]
        mixed += [
            "url:/1",
            "url:/11 -url:6/11",
            "工业 url:1.html",
            "url:/1 url:11.h",
            "url:2026/1 OR 西",
            "url:x1",
            "url:/",
        ]
        mixed += [f"{query} before:2026-03-03" for query in mixed]
        found_at_all = 0
        for query in [*mixed, *(random_query(source) for _ in range(150))]:
            for limit in (1, 3):
                hits = archive.search(query, limit=limit, count=False).hits
                assert [hit.standing.id for hit in hits] == expected(known, query)[:limit], (query, limit)
                found_at_all += len(hits)
        assert found_at_all > 200


@pytest.mark.parametrize("many", [1, 3, 1000])
def test_the_newest_of_a_full_day_are_the_same_however_they_are_found(
    many: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their own dates or among all articles', whether nearly all of the day or hardly any of it answer.

    They come in no order, some at one moment, some are edited, and some wait to be indexed.
    """
    monkeypatch.setattr("archive.store.indexed.MANY", many)
    monkeypatch.setattr("archive.store.indexed.AT_ONCE", 4)
    gone_through: list[int | None] = []
    among = Indexed._among

    def watched(self: Indexed, docs: AbstractSet[int], limit: int) -> list[Any] | None:
        found = among(self, docs, limit)
        gone_through.append(None if found is None else len(found))
        return found

    monkeypatch.setattr(Indexed, "_among", watched)
    source, place = random.Random(11), Place(tmp_path)
    with place.open(write=True) as archive:
        for number in source.sample(range(1, 241), 240):
            text = "牧场" + "设备" * (number % 3 > 0) + "改造" * (number % 40 == 0) + "旧" * (number < 120)
            published = START + timedelta(days=number // 80, minutes=number % 80 // 2)
            take_in(archive, make_capture(number), replace(make_article(number, text), published=published))
            if number % 100 == 0:
                archive.index()
        archive.index()
        for number in (200, 239):
            take_in(archive, make_capture(number, hours=1, text="改"), make_article(number, "牧场设备改过"))
        archive.commit()
        known = entries(archive)
        with place.open() as reader:
            for query in ("牧场", "设备", "改造", "旧", "NOT 设备", "牧场 before:2026-03-03", "牧 设备", "改过"):
                for limit in (1, 5, 20, 90):
                    hits = reader.search(query, limit=limit, count=False).hits
                    assert [hit.standing.id for hit in hits] == expected(known, query)[:limit], (query, limit)
    assert (None in gone_through) == (many < 1000)
    assert any(gone_through) == (many < 1000)


def test_an_address_is_looked_at_where_its_pairs_stand(tmp_path: Path) -> None:
    """Of addresses that hold the pairs apart none is told, also within OR and NOT."""
    with Place(tmp_path).open(write=True) as archive:
        for number in (12, 212, 1122, 21):
            take_in(archive, make_capture(number), make_article(number))
        for query, numbers in (
            ("url:122", [1122]),
            ("url:/21", [212, 21]),
            ("url:/12. 牧场", [12]),
            ("url:121", []),
            ("url:121 OR url:/12.", [12]),
            ("NOT url:121", [12, 212, 1122, 21]),
            ("NOT url:122", [12, 212, 21]),
            ("url:2 (url:122 OR url:/12.)", [12, 1122]),
        ):
            found = archive.search(query)
            assert {hit.article.url for hit in found.hits} == {make_article(number).url for number in numbers}, query
            assert found.total == len(numbers)


def test_an_address_beside_a_number_is_no_search_for_each_pair_of_them(tmp_path: Path) -> None:
    """Of 10,000 addresses and as many numbers that would be 100 million: no step of a plan goes by both."""
    with Place(tmp_path).open(write=True) as archive:
        for query in (
            "url:c 藏 OR url:d 藏",
            "(藏 url:c) OR 西藏",
            "url:c (西藏 OR 藏)",
            "(url:c 藏) (西 OR url:d)",
        ):
            asked = parse(query, TODAY)
            assert asked is not None
            numbers = OnSqlite(asked, None, stale=False)
            walk = _select(numbers._number, numbers._from, numbers._conditions)
            plan = every_row(archive._connection, f"EXPLAIN QUERY PLAN {walk}", numbers._values)
            assert plan
            assert not [step for *_, step in plan if "article_id=? AND rowid=?" in step], query


@pytest.mark.parametrize("mark", ["", "h"])
def test_a_query_s_tokens_are_those_of_a_text(mark: str) -> None:
    """They are made in another way, because a query is short."""
    source = random.Random(9)
    for length in [*range(6)] * 40:
        string = spaced(random_text(source, length))
        assert tokens._few_pairs(string, mark) == tokens._pairs(string, mark).split()
        if len(string) == 1:
            assert tokens._in_text(string, mark) == f'"{tokens._singles(string, mark).strip()}"'


def test_no_folded_text_holds_what_stands_for_ascii_in_the_index() -> None:
    """No text meets the tokens of another; each character of ASCII has a form of its own, but the blank."""
    forms = tokens.FORMS.tolist()
    assert len(set(forms)) == 128
    characters = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    held = {ord(one) for char in characters for one in fold(char)}
    assert held & set(forms) == {0x20}


@both_databases
def test_how_many_articles_were_read_one_by_one_is_told(kind: str, tmp_path: Path) -> None:
    """A reader's search of what is not indexed; of days that are asked for no others are read, by an export either."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in range(1, 11):
            read = replace(make_article(number), published=START + timedelta(days=number))
            take_in(archive, make_capture(number), read)
        archive.commit()
        with place.open() as reader:
            days = f"牧场 after:{START.date() + timedelta(days=4)} before:{START.date() + timedelta(days=7)}"
            for query, read_of_them, count in (("牧场", 10, 10), (days, 3, 3), ("牧场 OR on:2020", 10, 10)):
                hits = reader.search(query)
                assert (hits.unindexed, hits.total) == (read_of_them, count), query
                assert len(reader.choose(query)) == count
            archive.index()
            assert reader.search("牧场").unindexed == 0


@both_databases
def test_articles_are_numbered_by_their_moments(kind: str, tmp_path: Path) -> None:
    """In whatever order they came: what grows by day is written into an index in one go."""
    moments = [START + timedelta(hours=number * 7 % 60) for number in range(20)]
    with Place(tmp_path, kind).open(write=True) as archive:
        for number, moment in enumerate(moments, 1):
            take_in(archive, make_capture(number), replace(make_article(number), published=moment))
        archive.index()
        query = "SELECT dated FROM article JOIN searchable ON article_id = article.id ORDER BY doc"
        dated = archive._connection.execute(sa.text(query)).scalars().all()
    assert len(dated) == 20
    assert list(dated) == sorted(dated)


def test_what_was_indexed_with_its_tags_in_full_is_taken_out_again(tmp_path: Path) -> None:
    """As archives have it that were indexed before tags were shortened: the pairs of the tags leave no trace."""
    with Place(tmp_path, "sqlite").open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
        archive.index()
        row = archive._connection.execute(sa.text("SELECT tags FROM searchable")).scalar_one()
        in_full = {"tags": long(read_tags(row))}
        assert in_full["tags"].startswith("\n")
        assert "\nstatus:live\n" in in_full["tags"]
        archive._connection.execute(sa.text("UPDATE searchable SET tags = :tags"), in_full)
        archive.commit()
        take_in(archive, make_capture(1, hours=1, status=404), verdict="empty")
        archive.index()
        for query, count in (("status:live", 0), ("status:gone", 1), ("has:author", 1), ("牧场", 1)):
            assert archive.search(query).total == count, query
