"""Answers that say that a page is gone, taken in from files."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_import import PAGES, Place, record

from archive.model import Capture, Revision, Standing
from archive.store import Archive
from crawler.cli.history import events

URL, BODY = PAGES[0]
PAGE = record(URL, BODY)  # of 8 o'clock
GONE = record(URL, b"", status="404 Not Found", date="2026-11-05T08:00:00Z", http=[("Content-Type", "text/plain")])
BEFORE = record(URL, BODY, status="410 Gone", date="2026-11-03T08:00:00Z")
UNKNOWN = record(PAGES[1][0], BODY, status="404 Not Found")
OTHER = record("http://elsewhere.example/1.html", BODY, status="404 Not Found")


def status(place: Place) -> str:
    """Of the one article."""
    with Archive.open(place.data) as archive:
        ((_, standing),) = archive.articles()
        return standing.status


@pytest.mark.parametrize("order", list(itertools.permutations((PAGE, GONE, UNKNOWN, OTHER))))
def test_what_is_gone_is_gone_in_whatever_order_the_files_tell(order: tuple[bytes, ...], tmp_path: Path) -> None:
    """The answer is kept as a capture; of an address that nobody knows it is passed over. Once more changes nothing."""
    place = Place(tmp_path)
    files = [place.file(f"{number}.warc.gz", data) for number, data in enumerate(order)]
    report = place.take(*files)
    assert (report["pages"], report["articles"]) == ({"article": 1, "gone": 1}, {"new": 1, "gone": 1})
    assert (report["passed_over"], report["faults"]) == ({"answered 404": 1, "on the host of no source": 1}, 0)
    assert status(place) == "gone"
    with Archive.open(place.data) as archive:
        assert sorted(row.status for row in archive.captures()) == [200, 404]
        assert len(archive.pages("many")) == 1
        before = list(archive.articles())
    again = place.take(*files)
    assert (again["pages"], again["articles"]) == ({"known": 2}, {})
    with Archive.open(place.data) as archive:
        assert list(archive.articles()) == before


def test_an_older_answer_than_the_page_takes_nothing_away(tmp_path: Path) -> None:
    """It is kept; the page came back since."""
    place = Place(tmp_path)
    report = place.take(place.file("a.warc.gz", BEFORE + PAGE))
    assert (report["pages"], report["articles"]) == ({"article": 1, "gone": 1}, {"new": 1})
    assert status(place) == "live"
    with Archive.open(place.data) as archive:
        assert sorted(row.status for row in archive.captures()) == [200, 410]


def test_a_later_copy_brings_it_back_and_a_copy_in_between_does_not(tmp_path: Path) -> None:
    """Taken in by calls of their own."""
    place = Place(tmp_path)
    place.take(place.file("a.warc.gz", PAGE + GONE))
    place.take(place.file("b.warc.gz", record(URL, BODY, date="2026-11-04T20:00:00Z")))
    assert status(place) == "gone"
    place.take(place.file("c.warc.gz", record(URL, BODY, date="2026-11-06T08:00:00Z")))
    assert status(place) == "restored"


def test_an_older_copy_of_a_page_that_a_crawl_found_gone_brings_an_article_that_is_gone(tmp_path: Path) -> None:
    """Nor does one of the time in between bring it back."""
    place = Place(tmp_path)
    with Archive.open(place.data, write=True) as archive:
        seen = Capture(URL, "many", datetime(2026, 11, 5, tzinfo=UTC), 404, b"gone")
        archive.record(seen, URL, "other", (), {})
    assert place.take(place.file("a.warc.gz", PAGE))["articles"] == {"new": 1, "gone": 1}
    assert status(place) == "gone"
    place.take(place.file("b.warc.gz", record(URL, BODY, date="2026-11-04T20:00:00Z")))
    assert status(place) == "gone"


def test_a_dry_run_knows_what_it_would_know(tmp_path: Path) -> None:
    """An answer before its page is told as one to be taken in."""
    place = Place(tmp_path)
    report = place.take(place.file("a.warc.gz", GONE + PAGE + UNKNOWN), "--dry-run")
    assert (report["pages"], report["passed_over"]) == ({"to be taken in": 2}, {"answered 404": 1})
    assert not place.data.exists()


CHANGED = BODY.replace(b"<p>", "<p>后来补上的一句话，写得很清楚。".encode(), 1)
BACK = record(URL, CHANGED, date="2026-11-06T08:00:00Z")
OTHERS = [record(*each) for each in PAGES[1:3]]


Became = tuple[str, Standing, tuple[Revision, ...], list[tuple[datetime, str, int | None]]]


def became(place: Place) -> Became:
    """State, revisions and history of the page's article."""
    with Archive.open(place.data) as archive:
        found = archive.article(URL)
        assert found is not None
        read, standing = found
        history = [(each["at"], each["what"], each["revision"]) for each in events(archive, standing)]
        return read.text, standing, archive.revisions(standing.id), history


@pytest.mark.parametrize("back", [BACK, record(URL, BODY, date="2026-11-06T08:00:00Z")], ids=["edited", "the same"])
def test_gone_and_back_is_the_same_in_whatever_order_and_by_however_many_calls(back: bytes, tmp_path: Path) -> None:
    """One file or three, in every order; three calls; and where the 404 comes by the last of them."""
    told: dict[str, Became] = {}
    three = (PAGE, GONE, back)
    for number, order in enumerate(itertools.permutations(three)):
        one, files = Place(tmp_path / f"one {number}"), Place(tmp_path / f"files {number}")
        one.take(one.file("a.warc.gz", b"".join([order[0], OTHERS[0], order[1], OTHERS[1], order[2]])), "--all-pages")
        files.take(*(files.file(f"{at}.warc.gz", data) for at, data in enumerate([*order, *OTHERS])), "--all-pages")
        told |= {f"one file, {number}": became(one), f"three files, {number}": became(files)}
    for name, calls in {"in order": three, "at the end": (PAGE, back, GONE), "two": (PAGE + back, GONE)}.items():
        place = Place(tmp_path / name)
        for at, data in enumerate(calls):
            place.take(place.file(f"{at}.warc.gz", data), "--all-pages")
        told[name] = became(place)
    assert {name: one for name, one in told.items() if one != told["in order"]} == {}
    _, standing, revisions, history = told["in order"]
    assert standing.status == "restored"
    assert [each.reason for each in revisions] == ["new", "restored"][: len(revisions)]
    assert [what for _, what, _ in history] == ["new", "gone", "restored"]
