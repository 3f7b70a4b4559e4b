"""Copies of one page, taken in by several readers at once: the history does not depend on which one was faster."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_import import PAGES, Place, record

from archive.model import Capture
from archive.store import Archive
from crawler.imports import turns
from crawler.imports.backwards import Backwards
from crawler.imports.page import BadFile
from crawler.imports.turns import Turns, article_of, in_turn

URL, BODY = PAGES[0]
SPELLED = (URL, URL + "?utm_source=a", URL + "#top")
DAYS = 9


def copies() -> list[bytes]:
    """Records of a page that was edited every day, under addresses that are written differently; oldest first."""
    start, end = BODY.index(b"<p>") + 3, BODY.index(b"</p>")
    texts = (f"第{day}天改过的文字，比前一天的长。" * (1 + day * 40 % 7) for day in range(DAYS))
    return [
        record(SPELLED[day % 3], BODY[:start] + text.encode() + BODY[end:], date=f"2026-11-{day + 1:02}T08:00:00Z")
        for day, text in enumerate(texts)
    ]


def history(place: Place, url: str = URL) -> list[datetime]:
    """When the versions of an article were fetched, by the numbers of its revisions."""
    with Archive.open(place.data) as archive:
        held = {row.id: row.fetched_at for row in archive.captures()}
        found = archive.article(url)
        assert found is not None
        return [held[each.capture_id] for each in archive.revisions(found[1].id)]


@pytest.mark.parametrize("order", ["oldest first", "newest first", "mixed", "newest file first"])
def test_every_version_is_kept_in_whatever_order_the_copies_stand(order: str, tmp_path: Path) -> None:
    """In the order of their times, and nothing is lost beside them; taken in again, nothing changes."""
    place = Place(tmp_path)
    found = copies() if order == "oldest first" else copies()[::-1]
    if order == "mixed":
        random.Random(3).shuffle(found)
    others = [record(*each) for each in PAGES[1:4]]
    names = (
        [place.file("a.warc.gz", b"".join(found[:4] + others)), place.file("b.warc.gz", b"".join(found[4:]))]
        if order == "newest file first"
        else [place.file("a.warc.gz", b"".join(found + others))]
    )
    report = place.take(*names, "--all-pages")
    assert (report["articles"], report["pages"]) == ({"new": 4, "changed": DAYS - 1}, {"article": DAYS + 3})
    assert history(place) == [datetime(2026, 11, day + 1, 8, tzinfo=UTC) for day in range(DAYS)]
    assert place.take(*names, "--all-pages")["pages"] == {"known": DAYS + 3}


def terminated() -> None:
    """The signal by which a service is ended."""
    os.kill(os.getpid(), signal.SIGTERM)


def full() -> None:
    """What a full disk says."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("fails", [terminated, full])
@pytest.mark.parametrize("at", [0, 3])
def test_an_import_that_was_interrupted_loses_no_version(
    fails: Callable[[], None], at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest copy stands first in the file: what was taken in before the end are the oldest ones."""
    place, keep, number = Place(tmp_path), Archive.keep, itertools.count()
    name = place.file("a.warc.gz", b"".join(copies()[::-1]))

    def failing(archive: Archive, capture: Capture) -> None:
        if next(number) == at:
            fails()
        keep(archive, capture)

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "keep", failing)
        assert place.run("import", name, "--all-pages").exit_code != 0
    with Archive.open(place.data) as archive:
        days = [row.fetched_at.day for row in archive.captures()]
    assert days == [*range(1, len(days) + 1)]
    assert at <= len(days) < DAYS  # a signal is noticed a little behind the one that was under way
    place.take(name, "--all-pages")
    assert history(place) == [datetime(2026, 11, day + 1, 8, tzinfo=UTC) for day in range(DAYS)]


def test_a_copy_that_stands_in_the_files_twice_is_taken_in_once(tmp_path: Path) -> None:
    """Also where the copies stand in no order of time."""
    place, found = Place(tmp_path), copies()[::-1]
    report = place.take(place.file("a.warc.gz", b"".join(found + found[2:5])), "--all-pages")
    assert report["pages"] == {"article": DAYS, "known": 3}
    assert len(history(place)) == DAYS


def test_a_file_that_comes_by_a_later_call_with_older_copies_changes_no_article(tmp_path: Path) -> None:
    """What stands has its number by then; the copies are kept."""
    place = Place(tmp_path)
    found = copies()
    place.take(place.file("new.warc.gz", b"".join(found[5:])), "--all-pages")
    report = place.take(place.file("old.warc.gz", b"".join(found[:5])), "--all-pages")
    assert (report["articles"], report["pages"]) == ({"known": 5}, {"article": 5})
    assert len(history(place)) == DAYS - 5
    with Archive.open(place.data) as archive:
        assert len(list(archive.captures())) == DAYS


# --- turns


@dataclass(frozen=True)
class Copy:
    """What waits for its turn."""

    article: str
    number: int
    size: int = 1


async def taken(found: Iterator[Copy], workers: int, seed: int) -> tuple[list[Copy], BadFile | None]:
    """The items in the order in which they were done, by workers that take as long as chance will have it."""
    chance, done = random.Random(seed), []

    async def take(each: Copy) -> None:
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        done.append(each)

    try:
        await in_turn(found, take, workers)
    except BadFile as bad:
        return done, bad
    return done, None


@pytest.mark.parametrize(("workers", "seed"), [*itertools.product((1, 2, 7), range(5))])
def test_the_copies_of_an_article_are_done_in_order(workers: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, whatever the readers do, and though few may wait; nothing behind the end is waited for."""
    monkeypatch.setattr(turns, "MOST_WAITING", 3)
    chance = random.Random(seed)
    found = [Copy(chance.choice(["", "a", "b", "c"]), number) for number in range(60)]
    done, bad = asyncio.run(taken(iter(found), workers, seed))
    assert bad is None
    assert sorted(done, key=lambda each: each.number) == found
    for article in "abc":
        assert [each.number for each in done if each.article == article] == [
            each.number for each in found if each.article == article
        ]


def test_what_stands_behind_a_page_that_waits_is_not_held_up() -> None:
    """One reader has the page in hand; the other one takes what lies behind its copies."""

    async def look() -> list[int]:
        queue = Turns(iter([Copy("a", 0), Copy("a", 1), Copy("a", 2), Copy("b", 3)]))
        first, other = await queue.next(), await queue.next()
        assert first is not None
        assert other is not None
        queue.done(first)
        second = await queue.next()
        assert second is not None
        return [first.number, other.number, second.number]

    assert asyncio.run(look()) == [0, 3, 1]


def test_what_was_read_before_the_damage_is_handed_out() -> None:
    """Those that wait for their turn as well."""

    def found() -> Iterator[Copy]:
        yield from (Copy("a", 0), Copy("a", 1), Copy("a", 2))
        raise BadFile("It breaks off.")

    done, bad = asyncio.run(taken(found(), 3, 1))
    assert ([each.number for each in done], str(bad)) == ([0, 1, 2], "It breaks off.")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.cn/t20230523_7421774_2.html", "http://a.cn/t20230523_7421774.html", True),
        ("http://a.cn/a.jsp?id=7&page=2", "http://a.cn/a.jsp?id=7", True),
        ("http://a.cn/t20230523_7421774.html", "http://a.cn/t20230523_7421775.html", False),
        ("http://a.cn/a.jsp?id=7", "http://a.cn/a.jsp?id=8", False),
    ],
)
def test_the_pages_of_an_article_wait_for_each_other(one: str, other: str, same: bool) -> None:
    """Most of them; those of other articles do not."""
    assert (article_of(one) == article_of(other)) is same


def test_pages_with_an_older_copy_behind_a_newer_one_are_known() -> None:
    """Equal times are in order."""
    found, (early, late) = Backwards(), (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    for page, at in (("a", early), ("b", late), ("a", early), ("b", early), ("a", late)):
        found.saw(page, at)
    assert ("a" in found, "b" in found, "c" in found) == (False, True, False)


def test_few_pages_with_one_copy_are_taken_for_others() -> None:
    """Of 200,000 pages in no order of time fewer than two in a thousand."""
    found, chance = Backwards(), random.Random(5)
    for number in range(200_000):
        found.saw(f"http://a.example/{number}.html", datetime.fromtimestamp(chance.randrange(1 << 30), UTC))
    assert sum(f"http://a.example/{number}.html" in found for number in range(200_000)) < 400
