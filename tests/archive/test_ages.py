"""A page's article is as old as its published day says, as far as that is before the page was first seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from archive_cases import (
    CHINA,
    SOURCE,
    START,
    Place,
    both_databases,
    later,
    make_article,
    make_capture,
    take_in,
    url_of,
)
from old_layouts import BACK_TO_0012, BACK_TO_0020

from archive.model import Article, FoundLink, Page, Standing
from archive.store import Archive
from archive.store.status import Captures

DAY = timedelta(days=1)
OLD = datetime(2021, 5, 23, 23, 30, tzinfo=CHINA)
END_OF_OLD = datetime(2021, 5, 24, tzinfo=CHINA)


def published(number: int, moment: datetime | None, **changes: object) -> Article:
    """An article of that time."""
    return replace(make_article(number), published=moment, **changes)  # type: ignore[arg-type]


def page_of(archive: Archive, number: int = 1) -> Page:
    """How a page stands."""
    return archive.pages(SOURCE)[url_of(number)]


@pytest.mark.parametrize(
    ("moment", "aged_from"),
    [
        (OLD, END_OF_OLD),
        (START - DAY, datetime(2026, 3, 1, tzinfo=CHINA)),
        (START, None),  # the day goes on
        (START + 400 * DAY, None),
        (datetime(9999, 12, 31, 23, tzinfo=CHINA), None),  # no year in which anything is published
        (None, None),
    ],
)
@both_databases
def test_the_end_of_the_published_day_counts_where_it_is_earlier(
    kind: str, moment: datetime | None, aged_from: datetime | None, tmp_path: Path
) -> None:
    """In Shanghai; what has no day, or one to come, is as old as we have known it."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.found(SOURCE, [FoundLink(url_of(1), url_of(1))], START - timedelta(hours=1))
        take_in(archive, make_capture(), published(1, moment))
        page = page_of(archive)
        assert page.aged_from == aged_from
        assert page.counts_from == (aged_from or START - timedelta(hours=1))


@both_databases
def test_a_corrected_day_is_followed_and_a_known_text_changes_nothing(kind: str, tmp_path: Path) -> None:
    """By a new revision, to an earlier day, a later one and none."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), published(1, None))
        days = [OLD, OLD, OLD + 900 * DAY, START, OLD, None]
        found = []
        for hours, moment in enumerate(days, 1):
            take_in(archive, make_capture(hours=hours, text=f"{moment}"), published(1, moment))
            found.append(page_of(archive).aged_from)
        assert found == [END_OF_OLD, END_OF_OLD, END_OF_OLD + 900 * DAY, None, END_OF_OLD, None]


def test_the_newest_article_of_a_page_counts(tmp_path: Path) -> None:
    """Whichever it is, and when another is added."""
    with Place(tmp_path).open(write=True) as archive:
        first, second = published(1, OLD), published(1, OLD + 9 * DAY, ordinal=1, title="另一条")
        take_in(archive, make_capture(), first, second)
        assert page_of(archive).aged_from == END_OF_OLD + 9 * DAY
        third = published(1, START, ordinal=2, title="今天的")
        take_in(archive, make_capture(hours=1, text="更多"), first, second, third)
        assert page_of(archive).aged_from is None


def test_every_page_that_leads_to_an_article_is_as_old(tmp_path: Path) -> None:
    """The one that was asked for, the one at the end of its redirect, another source's; a corrected day too."""
    with Place(tmp_path).open(write=True) as archive:
        capture = make_capture()
        archive.record(capture, url_of(1), "article", [published(1, OLD)], {}, asked=url_of(7))
        assert [page_of(archive, number).aged_from for number in (1, 7)] == [END_OF_OLD, END_OF_OLD]
        other = replace(later(capture, 1), source_id="another")
        archive.record(other, url_of(1), "article", [published(1, OLD)], {})
        assert archive.pages("another")[url_of(1)].aged_from == END_OF_OLD
        again = make_capture(hours=2, text="改了")
        archive.record(again, url_of(1), "article", [published(1, OLD + DAY)], {})
        ages = {page.aged_from for source in (SOURCE, "another") for page in archive.pages(source).values()}
        assert ages == {END_OF_OLD + DAY}


def test_a_page_that_shows_an_article_of_its_own_is_no_longer_as_old_as_another_s(tmp_path: Path) -> None:
    """It led to an old one by a redirect."""
    with Place(tmp_path).open(write=True) as archive:
        archive.record(make_capture(), url_of(1), "article", [published(1, OLD)], {}, asked=url_of(7))
        assert page_of(archive, 7).aged_from == END_OF_OLD
        take_in(archive, make_capture(7, hours=3), published(7, START, title="新的", blocks=make_article(8).blocks))
        assert (page_of(archive, 7).aged_from, page_of(archive, 1).aged_from) == (None, END_OF_OLD)


def test_an_article_of_another_archive_is_as_old_as_it_says(tmp_path: Path) -> None:
    """It comes without its page."""
    with Place(tmp_path).open(write=True) as archive:
        line = Standing("an-id", url_of(1), START, START)
        assert archive.bring(published(1, OLD), line, b"{}")
        assert page_of(archive).aged_from == END_OF_OLD


@both_databases
def test_a_page_is_asked_again_when_it_is_answered_another_time(kind: str, tmp_path: Path) -> None:
    """Not when its first answer is read again, nor when no answer or an unfit one came; a 304 or a 404 is one."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for number in range(1, 6):
            take_in(archive, make_capture(number), published(number, OLD))
            take_in(archive, make_capture(number), published(number, OLD))
        at = START + 30 * DAY
        archive.failed(SOURCE, url_of(2), at, "http-500", "")
        take_in(archive, make_capture(3, hours=720, text="请开启JavaScript"), verdict="challenge")
        archive.not_modified(SOURCE, url_of(4), at)
        take_in(archive, make_capture(5, hours=720, status=404), verdict="other")
        assert [page_of(archive, number).asked_again for number in range(1, 6)] == [False, False, False, True, True]
        assert [page_of(archive, number).unasked for number in range(1, 6)] == [True, True, True, False, False]
        take_in(archive, make_capture(1, hours=720, text="改了"), published(1, OLD, title="改了的"))
        assert not page_of(archive, 1).unasked


@both_databases
def test_pages_of_an_older_archive_are_as_old_as_their_articles_say(kind: str, tmp_path: Path) -> None:
    """And those that were answered more than once are known."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        moments = [OLD, START, None, START - DAY, OLD, datetime(2021, 5, 24, 0, 0, tzinfo=CHINA)]
        for number, moment in enumerate(moments, 1):
            take_in(archive, make_capture(number), published(number, moment))
        archive.record(make_capture(8), url_of(8), "article", [published(8, OLD)], {}, asked=url_of(9))
        archive.not_modified(SOURCE, url_of(4), START + DAY)
        take_in(archive, make_capture(5, hours=5, text="改了"), published(5, OLD, title="改了的"))
        before = dict(archive.pages(SOURCE))
        assert [page.unasked for page in before.values()] == [True, *[False] * 4, True, True, True]
        _made_older(archive)
    with place.open(write=True) as archive:
        assert dict(archive.pages(SOURCE)) == before


@both_databases
def test_answers_that_are_none_are_not_counted_in_an_older_archive(kind: str, tmp_path: Path) -> None:
    """Neither a failure nor a challenge, before the article or behind it."""
    place = Place(tmp_path, kind)
    wall = "请开启JavaScript"
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1, text=wall), verdict="challenge")
        take_in(archive, make_capture(1, hours=1), published(1, OLD))
        take_in(archive, make_capture(2), published(2, OLD))
        archive.failed(SOURCE, url_of(2), START + DAY, "http-500", "")
        take_in(archive, make_capture(3), published(3, OLD))
        take_in(archive, make_capture(3, hours=9, text=wall), verdict="challenge")
        take_in(archive, make_capture(4), published(4, OLD))
        take_in(archive, make_capture(4, hours=9, status=404), verdict="other")
        before = dict(archive.pages(SOURCE))
        assert [page.unasked for page in before.values()] == [True, True, True, False]
        _made_older(archive)
    with place.open(write=True) as archive:
        assert dict(archive.pages(SOURCE)) == before


def _made_older(archive: Archive) -> None:
    archive.commit()
    assert archive._writer is not None
    archive._writer.close()  # nothing of it is to be told to what the database will be
    newest = BACK_TO_0020[archive._connection.dialect.name]
    for statement in (*newest, *BACK_TO_0012, "UPDATE alembic_version SET version_num = '0012'"):
        archive._connection.exec_driver_sql(statement)
    archive.commit()


@both_databases
def test_one_source_s_numbers_are_those_of_all_and_no_row_is_read_for_them(kind: str, tmp_path: Path) -> None:
    """What was read last counts whatever its age, a page that is no article too; a failure does not."""
    asked: list[tuple[str, Any]] = []
    with Place(tmp_path, kind).open(write=True) as archive:
        for number, moment in enumerate((OLD, START, None), 1):
            take_in(archive, make_capture(number), published(number, moment))
        archive.not_modified(SOURCE, url_of(1), START + DAY)
        archive.failed(SOURCE, url_of(2), START + 2 * DAY, "http-500", "")
        take_in(archive, make_capture(3, hours=60, status=404), verdict="other")
        assert archive.status() == (archive.status_of(SOURCE),)
        assert archive.status_of(SOURCE).last_success == START + DAY
        take_in(archive, make_capture(4, hours=90, kind="list"), verdict="list")
        assert archive.status() == (archive.status_of(SOURCE),)
        assert archive.status_of(SOURCE).last_success == make_capture(4, hours=90).fetched_at
        if kind == "sqlite":
            sa.event.listen(archive._connection.engine, "before_cursor_execute", lambda *each: asked.append(each[2:4]))
            archive.status_with(SOURCE, Captures(0, 0, 0, 0))
            counted = [each for each in asked if each[0].lstrip().startswith("SELECT") and "count" in each[0]]
            plans = [
                archive._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values) for text, values in counted
            ]
            steps = [str(row[3]) for plan in plans for row in plan if "page" in row[3] or "article " in row[3]]
            indexes = ("COVERING INDEX", "ix_page_revisits", "ix_page_no_article")
            assert [step for step in steps if not any(name in step for name in indexes)] == []
            assert len(steps) > 10
