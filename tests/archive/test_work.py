"""What a crawl has to know before it begins is found from an index, in both databases alike."""

from __future__ import annotations

import random
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_cases import SOURCE, START, Place, both_databases, url_of

from archive.model import FoundLink
from archive.store import Archive
from archive.store.tables import page
from archive.store.work import AT_A_TIME, Asking
from crawler.revisit import Ladder, soonest

DAY = timedelta(days=1)
LADDER = ((DAY, timedelta(hours=1)), (30 * DAY, 3 * DAY))
NOW = START + 100 * DAY


def seen(archive: Archive, number: int, age: timedelta, checked: timedelta | None, **columns: object) -> None:
    """Put in an article that was first seen so long ago, and checked so long ago."""
    values = {
        "source_id": SOURCE,
        "canonical_url": url_of(number),
        "url": url_of(number),
        "kind": "article",
        "state": "fetched",
        "first_seen": NOW - age,
        "last_checked": None if checked is None else NOW - checked,
    }
    archive._connection.execute(page.insert().values(values | columns))


def unasked(row: Any) -> bool:
    """Whether the article of a page was not new when it was found, and was not asked for since."""
    return row.aged_from is not None and not row.asked_again


def numbers(archive: Archive, now: datetime = NOW, ladder: object = LADDER) -> list[int]:
    """The pages that are to be known."""
    found = archive.work(SOURCE, now, ladder, 5, [url_of(12)])  # type: ignore[arg-type]
    return [int(address.removesuffix(".html").rpartition("/")[2]) for address in found]


@both_databases
def test_what_is_unfinished_what_is_due_and_what_is_no_article(kind: str, tmp_path: Path) -> None:
    """And what was asked for by its address; not what was checked lately, nor what is too old to be looked at."""
    with Place(tmp_path, kind).open(write=True) as archive:
        seen(archive, 1, 90 * DAY, 80 * DAY)  # not checked for long, and its last check was before it was too old
        seen(archive, 2, 90 * DAY, 61 * DAY)  # checked till the end
        seen(archive, 3, DAY / 2, DAY / 48)  # half an hour ago
        seen(archive, 4, DAY / 2, DAY / 12)
        seen(archive, 5, 10 * DAY, DAY)
        seen(archive, 6, 10 * DAY, 4 * DAY, state="gone")
        seen(archive, 7, 90 * DAY, 61 * DAY, kind="list")
        seen(archive, 8, 90 * DAY, 61 * DAY, kind="part")
        seen(archive, 9, 90 * DAY, 61 * DAY, state="pending")
        seen(archive, 10, 90 * DAY, 61 * DAY, state="failed", failures=4)
        seen(archive, 11, 90 * DAY, 61 * DAY, state="failed", failures=5)
        seen(archive, 12, 90 * DAY, 61 * DAY)
        seen(archive, 13, DAY, -DAY)  # by a clock that was ahead
        seen(archive, 14, DAY, None)
        seen(archive, 15, 90 * DAY, 80 * DAY, source_id="another")
        old = NOW - 4000 * DAY
        seen(archive, 16, 5 * DAY, 4 * DAY, aged_from=old)  # a back-fill's, asked for once
        seen(archive, 17, 5 * DAY, 2 * DAY, aged_from=old)
        seen(archive, 18, 5 * DAY, 4 * DAY, aged_from=old, asked_again=True)
        seen(archive, 19, DAY / 2, DAY / 12, aged_from=NOW - 2 * DAY)  # not as if it were half a day old
        assert numbers(archive) == [1, 4, 6, 7, 8, 9, 10, 12, 13, 14, 16]
        assert numbers(archive, ladder=()) == [7, 8, 9, 10, 12, 14]


@both_databases
@pytest.mark.parametrize("ladder", [LADDER, ((DAY, DAY / 4), (30 * DAY, DAY / 24), (90 * DAY, 9 * DAY))])
def test_the_article_that_the_ladder_asks_for_first_is_found(kind: str, ladder: Ladder, tmp_path: Path) -> None:
    """Whatever became of it since; beside it a few others, of a thousand. A ladder may ask more often later."""
    chance = random.Random(7)
    with Place(tmp_path, kind).open(write=True) as archive:
        assert archive.askings(SOURCE, ladder) == ()
        seen(archive, 0, DAY, DAY, source_id="another")
        for number in range(1, 1001):
            age = timedelta(days=chance.uniform(0, 60 if number % 2 else 2))
            before = timedelta(days=chance.choice((0, 0, 1, 40, 4000)))  # it was published so long before
            ages = {"aged_from": NOW - age - before if before else None, "asked_again": chance.random() < 0.5}
            seen(archive, number, age, age * chance.random(), state=chance.choice(("fetched", "gone")), **ages)
        for _ in range(40):
            rows = archive._connection.execute(page.select().where(page.c.source_id == SOURCE)).all()
            found = archive.askings(SOURCE, ladder)
            asked = {row.id: Asking(row.aged_from or row.first_seen, row.last_checked, unasked(row)) for row in rows}
            moment = soonest(asked.values(), ladder)
            assert soonest(found, ladder) == moment is not None
            assert len(found) < 500
            first = [key for key, each in asked.items() if soonest([each], ladder) == moment]
            answered = {"last_checked": NOW, "asked_again": True}
            archive._connection.execute(page.update().where(page.c.id.in_(first)).values(answered))
        assert archive.askings(SOURCE, ()) == ()


@both_databases
def test_the_articles_of_some_hosts_are_left_out_of_what_the_ladder_asks_for(kind: str, tmp_path: Path) -> None:
    """However many of them are due before the others, with either scheme; a host whose name begins so is another."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for number in range(1, 101):
            host = ("old.a.cn", "old.a.cn:8080", "old.a.cn.b.cn", "www.a.cn")[number % 4]
            seen(archive, number, 5 * DAY, (5 - number % 4 / 10) * DAY)
            url = f"{'https' if number % 8 < 4 else 'http'}://{host}/{number}.html"
            archive._connection.execute(page.update().where(page.c.id == number).values(url=url))
        every, some = archive.askings(SOURCE, LADDER), archive.askings(SOURCE, LADDER, ("old.a.cn", "old.a.cn:8080"))
        spans = [{round((each.last_checked - each.counts_from) / DAY, 1) for each in found} for found in (every, some)]
        assert 0.0 in spans[0]  # of the first host, which are due first
        assert spans[1]
        assert spans[1] <= {0.2, 0.3}


@both_databases
def test_pages_are_looked_up_as_of_a_moment(kind: str, tmp_path: Path) -> None:
    """Of many addresses at once, those that were found up to then, of this source; no text that is no address hurts."""
    with Place(tmp_path, kind).open(write=True) as archive:
        assert archive.newest_page() == 0
        archive.found(SOURCE, [FoundLink(url_of(number), url_of(number)) for number in range(1200)], START)
        newest = archive.newest_page()
        archive.found(SOURCE, [FoundLink(url_of(1200), url_of(1200))], START)
        archive.found("another", [FoundLink(url_of(1201), url_of(1201))], START)
        asked = [*(url_of(number) for number in range(1300)), "\x00\udcff"]
        assert set(archive.known(SOURCE, asked, newest)) == {url_of(number) for number in range(1200)}
        assert archive.known(SOURCE, [], newest) == {}


def test_ever_so_many_addresses_are_asked_for_in_statements_of_a_bounded_size(tmp_path: Path) -> None:
    """A database takes only so many parts in one statement; what stands at them comes in the order of finding."""
    with Place(tmp_path).open(write=True) as archive:
        archive.found(SOURCE, [FoundLink(url_of(number), url_of(number)) for number in range(3)], START)
        seen(archive, 5, 90 * DAY, 61 * DAY)
        seen(archive, 4, 90 * DAY, 61 * DAY)
        connection: Any = archive._connection.connection.dbapi_connection
        connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 20)
        also = [url_of(number) for number in reversed(range(50 * AT_A_TIME))]
        assert list(archive.work(SOURCE, NOW, LADDER, 5, also)) == [url_of(number) for number in (0, 1, 2, 5, 4)]
