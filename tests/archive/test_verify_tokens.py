"""What SQLite's index of search holds, read through as a whole: nothing that it should not, and all that it should."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_cases import Place, make_article, make_capture, take_in

from archive.store import indexing
from archive.store.verify_tokens import HeldTokens

TEXTS = ("西藏𠀀 工业 A-1", "", "西西西西", "https://a.example/?b=c　全角，标点。\t制表", "ｱｲｳ ½ ﬁ Ⅳ ㎏")


def filled(place: Place) -> None:
    """Articles of texts that are hard to part, among them one that was indexed twice."""
    with place.open(write=True) as archive:
        for number, text in enumerate(TEXTS, 1):
            take_in(archive, make_capture(number), make_article(number, text, title=text[:4]))
        archive.index()
        take_in(archive, make_capture(1, hours=2, text="another"), make_article(1, "西藏的另一条"))
        archive.index()


def flip(place: Place, table: str, key: int, byte: int, bit: int) -> None:
    """Change a bit of a piece of the index."""
    with closing(sqlite3.connect(place.data / "archive.db")) as connection, connection:
        (block,) = connection.execute(f"SELECT block FROM {table}_data WHERE id = ?", (key,)).fetchone()
        damaged = bytearray(block)
        damaged[byte] ^= 1 << bit
        connection.execute(f"UPDATE {table}_data SET block = ? WHERE id = ?", (bytes(damaged), key))


def test_what_is_read_is_what_each_article_should_have_there(tmp_path: Path) -> None:
    """And of no two articles the same; a number that nobody has has nothing."""
    place = Place(tmp_path)
    filled(place)
    with place.open() as archive:
        connection = archive._connection
        held = HeldTokens(connection)
        assert not held.strangers
        ids = list(connection.exec_driver_sql("SELECT id FROM article").scalars())
        found = connection.exec_driver_sql("SELECT article_id, doc FROM searchable")
        docs = {row.article_id: row.doc for row in found}
        made = {row.id: entry for row, entry in indexing.entries(connection, ids)}
        assert len(made) == len(TEXTS)
        for one in ids:
            for other in ids:
                assert held.are_of(docs[one], made[other]) == (one == other)
        assert not held.are_of(max(docs.values()) + 1, made[ids[0]])
        assert not held.are_of(-1, made[ids[0]])
        assert list(archive.verify()) == []


@pytest.mark.parametrize("table", ["bigram", "unigram"])
def test_flipped_bits_of_the_index_are_found(table: str, tmp_path: Path) -> None:
    """Wherever words, numbers and places stand: not one of many, and only in what no answer comes from may one pass."""
    place = Place(tmp_path)
    filled(place)
    with closing(sqlite3.connect(place.data / "archive.db")) as connection:
        pieces = connection.execute(f"SELECT id, length(block) FROM {table}_data WHERE id > 10").fetchall()
    source, missed = random.Random(8), 0
    bits = [(*source.choice(pieces), source.randrange(1 << 30), source.randrange(8)) for _ in range(40)]
    for key, length, byte, bit in bits:
        flip(place, table, key, byte % length, bit)
        with place.open() as archive:
            missed += not list(archive.verify())
        flip(place, table, key, byte % length, bit)
    with place.open() as archive:
        assert list(archive.verify()) == []
    print(f"{missed} of {len(bits)} flipped bits of {table} were not found")
    assert missed <= 4


def test_words_of_an_article_that_is_not_there_are_told(tmp_path: Path) -> None:
    """They would be hits that nobody can be shown."""
    place = Place(tmp_path)
    filled(place)
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql("INSERT INTO bigram (rowid, tokens) VALUES (7, '西藏 藏')")
        (found,) = archive.verify()
        assert "words of 1 articles that are not there (numbers 7)" in found.sentence
        archive.index(anew=True)
        assert list(archive.verify()) == []


def test_tags_that_differ_are_told(tmp_path: Path) -> None:
    """By them an article is taken out of the index again: FTS5 must be told what stands there."""
    place = Place(tmp_path)
    filled(place)
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql(
            "UPDATE searchable SET tags = 'G' || tags WHERE doc = (SELECT max(doc) FROM searchable)"
        )
        (found,) = archive.verify()
        assert "Search does not know the article" in found.sentence
