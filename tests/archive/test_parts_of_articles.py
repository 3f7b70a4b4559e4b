"""Further pages of an article in the archive: pending until they came, no articles of their own, one to complete it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, both_databases, make_article, make_capture, url_of

from archive.decide import Answer, Held, decide, text_digest
from archive.model import Article, Capture, FoundLink

HOUR = timedelta(hours=1)


def joined(*digests: str, text: str = "") -> Article:
    """An article that was joined from page 1 and further pages with these digests."""
    parts = [{"url": url_of(7), "capture_id": each, "content_digest": each} for each in digests]
    return replace(make_article(text=text), evidence={"parts": parts} if parts else {})


@pytest.mark.parametrize(
    ("before", "now", "page_one", "reason", "status"),
    [
        ((), ("b",), "digest", "completed", "live"),
        (("b",), ("b", "c"), "digest", "completed", "live"),
        (("b",), ("b",), "digest", "re-read", "live"),
        (("b",), ("x",), "digest", "edited", "changed"),
        (("b", "c"), ("b",), "digest", "edited", "changed"),
        (("b",), ("b", "c"), "other", "edited", "changed"),
    ],
)
def test_why_an_article_on_several_pages_is_another(
    before: tuple[str, ...], now: tuple[str, ...], page_one: str, reason: str, status: str
) -> None:
    """Pages that were only added complete it; another page 1, another or a missing further page is an edit."""
    held = Held(joined(*before), text_digest(joined(*before)), "live", "first", "digest", START, START)
    answer = Answer("second", START + HOUR, 200, "article", page_one)
    (decision,) = decide([held], [joined(*now, text="全文。")], answer)
    assert (decision.revise, decision.status) == (reason, status)


def part_capture(number: int, hours: float = 0) -> Capture:
    """A response of a further page of page 1's article."""
    return replace(make_capture(number, hours=hours), kind="part", found_on=url_of(1))


def link(number: int) -> FoundLink:
    """A further page of page 1's article."""
    return FoundLink(url_of(number), url_of(number), url_of(1), kind="part")


@both_databases
def test_a_further_page_waits_leads_to_its_article_and_keeps_its_copy(tmp_path: Path, kind: str) -> None:
    """It is pending when it is expected, fetched when recorded, pending again with its validators when asked anew."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.expect(SOURCE, [link(2)], START, part_of=url_of(1))
        (page,) = archive.parts(SOURCE, url_of(1))
        assert (page.kind, page.state, page.found_on) == ("part", "pending", url_of(1))
        archive.record(make_capture(1), url_of(1), "article", [make_article(1)], {})
        archive.record(part_capture(2), url_of(2), "article", (), {}, part_of=url_of(1))
        (page,) = archive.parts(SOURCE, url_of(1))
        assert (page.state, page.etag is not None) == ("fetched", True)
        found = archive.article(url_of(2))
        assert found is not None
        assert found[1].canonical_url == url_of(1)
        archive.expect(SOURCE, [link(2)], START + HOUR, part_of=url_of(1))
        (again,) = archive.parts(SOURCE, url_of(1))
        assert (again.state, again.etag, again.content_digest) == ("pending", page.etag, page.content_digest)
        assert archive.not_modified(SOURCE, url_of(2), START + HOUR) == ()
        assert archive.parts(SOURCE, url_of(1))[0].state == "fetched"
        assert not list(archive.verify())


@both_databases
def test_an_article_whose_page_turns_out_to_be_a_further_page_is_gone(tmp_path: Path, kind: str) -> None:
    """It was recorded before its page 1 showed it; its text and its revision stay."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.record(make_capture(2), url_of(2), "article", [make_article(2)], {})
        archive.expect(SOURCE, [link(2)], START + HOUR, part_of=url_of(1))
        (change,) = archive.record(part_capture(2, hours=1), url_of(2), "article", (), {}, part_of=url_of(1))
        assert change.kind == "gone"
        found = archive.article(url_of(2))
        assert found is not None
        assert (found[1].status, found[0].text) == ("gone", make_article(2).text)


def test_a_further_page_that_answers_does_not_keep_its_article_alive(tmp_path: Path) -> None:
    """Page 1 answers 404: the article is gone although page 2 still leads to it."""
    with Place(tmp_path).open(write=True) as archive:
        archive.record(make_capture(1), url_of(1), "article", [make_article(1)], {})
        archive.expect(SOURCE, [link(2)], START, part_of=url_of(1))
        archive.record(part_capture(2), url_of(2), "article", (), {}, part_of=url_of(1))
        (change,) = archive.record(make_capture(1, hours=1, status=404), url_of(1), "other", (), {})
        assert change.kind == "gone"


def test_a_change_of_a_further_page_is_as_new_as_its_answer(tmp_path: Path) -> None:
    """Page 1 was confirmed after its copy was made: the newer moment of page 2 decides, not the old one of page 1."""
    with Place(tmp_path).open(write=True) as archive:
        first = make_capture(1)
        archive.record(first, url_of(1), "article", [joined("b")], {})
        archive.record(make_capture(1, hours=1, text="同文"), url_of(1), "article", [joined("b")], {})
        archive.not_modified(SOURCE, url_of(1), START + 2 * HOUR)
        newest = archive.latest_capture(SOURCE, url_of(1), "article")
        assert newest is not None
        (change,) = archive.record(newest, url_of(1), "article", [joined("c", text="更正。")], {}, at=START + 3 * HOUR)
        assert (change.kind, change.revision) == ("changed", 2)


def test_only_copies_that_were_read_so_are_asked_for(tmp_path: Path) -> None:
    """A challenge that came with 200 is no copy of an article's page."""
    with Place(tmp_path).open(write=True) as archive:
        good = make_capture(1)
        archive.record(good, url_of(1), "article", [make_article(1)], {})
        archive.record(make_capture(1, hours=1, text="请验证"), url_of(1), "challenge", (), {})
        found = archive.latest_capture(SOURCE, url_of(1), "article")
        assert found is not None
        assert found.id == good.id
