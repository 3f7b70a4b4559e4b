"""Search finds every article that holds a word, and no other; both databases answer alike."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_cases import START, Place, both_databases, make_article, make_capture, take_in
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Block
from archive.query import bigrams, fold, holds, phrase, runs, snippet, words
from archive.store import Archive
from archive.store.search import searched_text

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


@both_databases
def test_search_finds_what_in_finds(kind: str, tmp_path: Path) -> None:
    """Words of any length, Chinese and Latin, punctuation, wildcards: the same articles as `in` gives."""
    source = random.Random(3)
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        filled(archive, 100, source)
        texts = {standing.id: runs(searched_text(article)) for article, standing in archive.articles()}
        found_at_all = 0
        for number in range(160):
            query = random_text(source, source.randrange(1, 4) if number % 3 else source.randrange(4, 7))
            expected = {identity for identity, text in texts.items() if words(query) and holds(text, words(query))}
            hits = archive.search(query, limit=1000)
            assert {hit.standing.id for hit in hits.hits} == expected, query
            assert hits.total == len(expected)
            found_at_all += len(expected)
        assert found_at_all > 500


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
        integrity = sa.text("INSERT INTO bigram(bigram) VALUES ('integrity-check')")
        archive._connection.execute(integrity)


@settings(deadline=None)
@given(st.text(), st.text(min_size=1, max_size=6))
def test_the_phrase_of_a_word_is_in_the_bigrams_of_a_text_that_holds_it(before: str, word: str) -> None:
    """What the index is asked for is what it was given, wherever the word stands."""
    if not (searched := words(word)):
        return
    text = " ".join(token for run in runs(f"{before} {word}末") for token in bigrams(run))
    for one in searched:
        asked = phrase(one)
        wanted = asked.strip('"*')
        assert f" {text}".find(f" {wanted}" if asked.endswith("*") else f" {wanted} ") >= 0


@settings(deadline=None)
@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    """A folded text folds to itself."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("西藏工业园区", "工业", "西藏[工业]园区"),
        ("ＧＤＰ增长", "gdp", "[ＧＤＰ]增长"),
        ("第一行\n第二行", "第二", "第一行 [第二]行"),
        ("甲" * 50 + "乙" + "丙" * 50, "乙", "…" + "甲" * 40 + "[乙]" + "丙" * 40 + "…"),
        ("没有", "西藏", "没有"),
        ("", "西藏", ""),
        ("ﬁn", "i", "[ﬁ]n"),
    ],
)
def test_a_snippet_marks_the_first_match(text: str, query: str, expected: str) -> None:
    """The text as it was printed, with what matched in brackets."""
    assert snippet(text, words(query)) == expected


@settings(deadline=None)
@given(st.text(ALPHABET), st.text(ALPHABET, min_size=1, max_size=3))
def test_a_snippet_is_total(text: str, query: str) -> None:
    """Any text and query give a piece of the text, marked where a word is found in a run."""
    made = snippet(text, words(query))
    assert len(made) <= 2 * 40 + 3 * len(fold(query)) + 4


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
