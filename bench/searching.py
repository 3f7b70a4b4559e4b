"""Search beside its peers: the newest 20 and the exact count, over generated articles, with its targets.

    python bench/searching.py [--articles 100000] [--seed 7] [--rounds 10] [--without sqlite,tantivy] [--data FOLDER]

The texts are the stream's (bench/stream): Chinese sentences of a made-up cast. Five sixths hold one phrase. Times
are of the processor that this process has used, so that a busy machine does not change them; what a question takes is
the whole answer, with articles and marked snippets. With --data the archive is kept there, and asked again by the next
call, which indexes nothing. Exit code 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "stream"))

import sqlalchemy as sa
import words
from prose import Writer

from archive.decide import text_digest
from archive.identity import article_id
from archive.model import Article, Block
from archive.store import Archive, rows
from archive.store.engine import database_url
from archive.store.tables import article, capture, revision

START = datetime(2024, 1, 1, tzinfo=UTC)
COMMON = "本报记者从现场发来报道"
SHARE = 5 / 6
POOL = 30_000
INDEX = ("bigram", "unigram", "searchable", "uq_searchable", "sqlite_autoindex_searchable")
SENTENCES = (20, 38)

QUERIES = {
    "one character, in all": "的",
    "one character, rare": "岚",
    "two characters, in 5/6": "记者",
    "two characters, common": "企业",
    "two characters, rare": "藏毯",
    "three characters": "新能源",
    "eleven characters, in 5/6": COMMON,
    "a digit": "7",
    "not there": "火星基地",
    "two words": "记者 企业",
    "phrase and NOT": '"青稞饼" -光伏',
    "OR": "藏毯 OR 羊绒 OR 红枣",
    "NOT alone": "NOT 藏毯",
    "title": "title:改造",
    "in text, not in titles": "title:记者",
    "one character in titles": "title:新",
    "one character and a word": "的 记者",
    "address": "url:c/77",
    "other script": "記者 電石",
    "source": "source:s07 记者",
    "origin": "origin:岚川日报 企业",
    "a month": "记者 on:2024-01",
    "before a day": "记者 before:2024-02",
    "days within OR": "藏毯 OR on:2024-01-05",
    "has": "has:author 企业",
}


@dataclass(slots=True)
class Figures:
    """Milliseconds for each question."""

    newest: list[float] = field(default_factory=list)
    count: list[float] = field(default_factory=list)
    found: int = 0


def articles(amount: int, seed: int) -> Iterator[Article]:
    """The articles, ten minutes or less apart: 100,000 in a year."""
    dice = random.Random(seed)
    writer = Writer(dice)
    pool = []
    for number in range(min(POOL, amount * 10)):
        if number % 20 == 0:
            writer.new_cast()
        pool.append(writer.sentence())
    moment = START
    for number in range(amount):
        moment += timedelta(minutes=dice.randint(0, 10))
        sentences = dice.choices(pool, k=dice.randint(*SENTENCES))
        if dice.random() < SHARE:
            sentences[0] = COMMON + "，" + sentences[0]
        blocks = [Block("paragraph", "".join(sentences[start : start + 4])) for start in range(0, len(sentences), 4)]
        yield Article(
            url=f"http://www.s{number % 40:02}.example/c/{number}.html",
            title=writer.fill("{trade}{action}{result}"),
            blocks=tuple(blocks),
            source_id=f"s{number % 40:02}",
            published=moment,
            origin=dice.choice(words.OUTLETS),
            author=(writer.name(words.FAMILY, 1) + writer.name(words.GIVEN, 2),) if dice.random() < 0.7 else (),
            language="zh-Hans",
        )


def fill(data: Path, amount: int, seed: int) -> int:
    """Write them as a crawl leaves them, not indexed; the bytes of their texts."""
    Archive.open(data, write=True).close()
    engine = sa.create_engine(database_url(data, None))
    size = 0
    with engine.begin() as connection:
        kept = {"id": "c", "source_id": "s", "url": "http://x.example/", "kind": "article", "fetched_at": START}
        kept |= {"status": 200, "content_type": "", "payload_digest": "", "content_digest": "", "file": ""}
        connection.execute(capture.insert(), kept | {"offset": 0, "length": 0, "verdict": "article"})
        batch: list[tuple[dict[str, Any], dict[str, Any]]] = []
        for each in articles(amount, seed):
            size += len(f"{each.title}\n{each.text}".encode())
            batch.append(_rows(each))
            if len(batch) == 1000:
                _write(connection, batch)
        _write(connection, batch)
    engine.dispose()
    return size


def made(data: Path, amount: int, seed: int) -> int:
    """The same, unless they are there; the bytes of their texts, which stand beside the archive."""
    beside = data.with_suffix(".bytes")
    if not beside.exists():
        shutil.rmtree(data, ignore_errors=True)  # a call that was broken off
        data.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(str(fill(data, amount, seed)))
    return int(beside.read_text())


def _rows(each: Article) -> tuple[dict[str, Any], dict[str, Any]]:
    identity, digest = article_id(each.url, 0), text_digest(each)
    seen = dict.fromkeys(("dated", "first_seen", "last_seen", "checked"), each.published)
    row = {"id": identity, "canonical_url": each.url, "ordinal": 0, "source_id": each.source_id, "title": each.title}
    row |= {**seen, "revision": 1, "status": "live", "role": "only", "text_digest": digest, "capture_id": "c"}
    text = {"article_id": identity, "number": 1, "capture_id": "c", "read_at": each.published, "reason": "new"}
    return row, text | {"text_digest": digest, "article": rows.article_to_text(each)}


def _write(connection: sa.Connection, batch: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    if batch:
        connection.execute(article.insert(), [row for row, _ in batch])
        connection.execute(revision.insert(), [text for _, text in batch])
        batch.clear()


def spent(ask: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    ask()
    return (time.process_time() - began) * 1000


def ours(data: Path, rounds: int) -> dict[str, Figures]:
    """What our own search takes."""
    made = {name: Figures() for name in QUERIES}
    with Archive.open(data) as archive:
        for _ in range(rounds):
            for name, query in QUERIES.items():
                newest = partial(archive.search, query, count=False)
                made[name].newest.append(spent(newest))
                count = partial(archive.search, query, limit=0)
                made[name].count.append(spent(count))
                made[name].found = archive.search(query, limit=0).total or 0
    return made


def size_of(data: Path, tables: str) -> int:
    """Bytes of the tables and indexes whose names begin so."""
    with closing(sqlite3.connect(data / "archive.db")) as database:
        asked = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name LIKE ?"
        return int(database.execute(asked, (tables + "%",)).fetchone()[0] or 0)


# --- peers: the same strings, each newest first, with the ids of the newest 20 and a count

STRINGS: tuple[str, ...] = (
    "one character, in all",
    "two characters, in 5/6",
    "two characters, rare",
    "three characters",
    "eleven characters, in 5/6",
    "not there",
)


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer takes: seconds to index, bytes of its index, milliseconds for each question, and what it finds."""

    name: str
    seconds: float
    size: int
    figures: dict[str, Figures]


def asked(name: str, newest: Callable[[str], object], count: Callable[[str], int], rounds: int) -> dict[str, Figures]:
    """A peer's figures for each string."""
    made = {each: Figures() for each in STRINGS}
    for each, figures in made.items():
        for _ in range(rounds):
            figures.newest.append(spent(partial(newest, QUERIES[each])))
            figures.count.append(spent(partial(count, QUERIES[each])))
        figures.found = count(QUERIES[each])
    return made


def texts(amount: int, seed: int) -> Iterator[tuple[int, str]]:
    """The same texts, numbered by date."""
    for number, each in enumerate(articles(amount, seed)):
        yield number, f"{each.title}\n{each.text}"


def by_sqlite(folder: Path, amount: int, seed: int, rounds: int) -> Iterator[Peer]:
    """LIKE, and the trigrams of FTS5, over one table of texts."""
    path = folder / "peers.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)")
        database.executemany("INSERT INTO plain VALUES (?, ?)", texts(amount, seed))
        database.commit()
        before = path.stat().st_size

        def like(select: str, word: str) -> list[Any]:
            return database.execute(select, (f"%{word}%",)).fetchall()

        one = partial(like, "SELECT id FROM plain WHERE text LIKE ? ORDER BY id DESC LIMIT 20")
        count = partial(like, "SELECT count(*) FROM plain WHERE text LIKE ?")
        yield Peer("LIKE", 0, 0, asked("LIKE", one, lambda word: int(count(word)[0][0]), min(rounds, 2)))

        def fill() -> None:
            database.execute("CREATE VIRTUAL TABLE tri USING fts5(text, content='', columnsize=0, tokenize='trigram')")
            database.execute("INSERT INTO tri (rowid, text) SELECT id, text FROM plain")
            database.commit()

        took = spent(fill) / 1000

        def found(select: str, word: str) -> list[Any]:
            return database.execute(select, (f'"{word}"',)).fetchall()

        one = partial(found, "SELECT rowid FROM tri WHERE tri MATCH ? ORDER BY rowid DESC LIMIT 20")
        count = partial(found, "SELECT count(*) FROM tri WHERE tri MATCH ?")
        figures = asked("trigram", one, lambda word: int(count(word)[0][0]), rounds)
        yield Peer("FTS5 trigram", took, path.stat().st_size - before, figures)


def by_tantivy(folder: Path, amount: int, seed: int, rounds: int) -> Iterator[Peer]:
    """tantivy over pairs of characters that we split for it; a single character is a token of its own."""
    try:
        tantivy: Any = import_module("tantivy")
    except ModuleNotFoundError:
        print("\ntantivy is not installed (pip install tantivy): left out")
        return
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="whitespace")
    schema.add_integer_field("id", stored=True, fast=True)
    place = folder / "tantivy"
    place.mkdir()
    index = tantivy.Index(schema.build(), path=str(place))

    def fill() -> None:
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for number, text in texts(amount, seed):
            plain = "".join(text.split())
            pairs = [one + other for one, other in pairwise(plain)]
            writer.add_document(tantivy.Document(text=" ".join((*pairs, *plain)), id=number))
        writer.commit()
        writer.wait_merging_threads()

    took = spent(fill) / 1000
    index.reload()
    searcher = index.searcher()

    def asked_for(word: str) -> Any:
        tokens = [one + other for one, other in pairwise(word)] or [word]
        terms = [tantivy.Query.term_query(schema_of, "text", token) for token in tokens]
        return terms[0] if len(terms) == 1 else tantivy.Query.phrase_query(schema_of, "text", list(tokens))

    schema_of = index.schema

    def newest(word: str) -> object:
        return searcher.search(asked_for(word), 20, count=False, order_by_field="id")

    def count(word: str) -> int:
        return int(searcher.search(asked_for(word), 1, count=True).count)

    size = sum(path.stat().st_size for path in place.iterdir())
    yield Peer("tantivy", took, size, asked("tantivy", newest, count, rounds))


# --- the whole


def percentile(values: list[float], share: float) -> float:
    """The value that so many do not exceed."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def main() -> int:
    """Measure, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--without", default="", help="peers to leave out: sqlite,tantivy")
    parser.add_argument("--data", type=Path, help="where the archive is made, and found again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = given.data / f"{given.articles}-{given.seed}" if given.data else folder / "data"
        size = made(data, given.articles, given.seed)
        print(f"{given.articles:,} articles, {size / 1e6:,.0f} MB of text (UTF-8)", flush=True)
        with Archive.open(data, write=True) as archive:
            began = time.process_time()
            indexed = archive.index()
            took = time.process_time() - began
        index = sum(size_of(data, name) for name in INDEX)
        print(f"index: {indexed:,} in {took:,.0f} s, {index / 1e6:,.0f} MB, {index / size:.2f} x text", flush=True)
        figures = ours(data, given.rounds)
        _table("jianbao", figures)
        all_of_them = [Peer("jianbao", took, index, figures)]
        for peer_of in (by_sqlite, by_tantivy):
            if peer_of.__name__.removeprefix("by_") not in given.without.split(","):
                for peer in peer_of(folder, given.articles, given.seed, given.rounds):
                    print(f"\n{peer.name}: {peer.seconds:,.0f} s, {peer.size / 1e6:,.0f} MB, {peer.size / size:.2f} x")
                    _table(peer.name, peer.figures)
                    all_of_them.append(peer)
        if len(all_of_them) > 1:
            _beside(all_of_them)
    return _judged(figures, index / size)


def _table(name: str, figures: dict[str, Figures]) -> None:
    print(f"{name:28}{'found':>10}{'newest 20, ms: median':>24}{'p95':>8}{'count, ms: median':>20}{'p95':>8}")
    for each, made in figures.items():
        numbers = [percentile(values, share) for values in (made.newest, made.count) for share in (0.5, 0.95)]
        print(
            f"{each:28}{made.found:10,}{numbers[0]:24.2f}{numbers[1]:8.2f}{numbers[2]:20.2f}{numbers[3]:8.2f}",
            flush=True,
        )


def _beside(peers: Sequence[Peer]) -> None:
    """What was asked of all: medians, newest 20 and count; what one of them does not find is marked."""
    print(f"\n{'ms: newest 20 / count':28}" + "".join(f"{peer.name:>20}" for peer in peers))
    for each in STRINGS:
        cells = []
        for peer in peers:
            made = peer.figures[each]
            newest, count = (percentile(values, 0.5) for values in (made.newest, made.count))
            lacking = "*" if made.found != peers[0].figures[each].found else ""
            cells.append(f"{newest:.2f} / {count:.2f}{lacking}")
        print(f"{each:28}" + "".join(f"{cell:>20}" for cell in cells))
    print("* finds others")


def _judged(figures: dict[str, Figures], ratio: float) -> int:
    newest = percentile([each for made in figures.values() for each in made.newest], 0.95)
    count = max(percentile(made.count, 0.5) for made in figures.values())
    targets = (("newest 20, p95 of all, ms", newest, 5.0), ("slowest count, median, ms", count, 100.0))
    missed = 0
    for name, value, target in (*targets, ("index / text", ratio, 1.5)):
        missed += value > target
        print(f"{name:28}{value:10.2f}  target {target:6.1f}  {'MISSED' if value > target else 'met'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
