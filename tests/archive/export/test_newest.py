"""Which articles are the newest: what a page claims is believed as far as it can be."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
import sqlalchemy as sa
from archive_cases import START, Place, both_databases, make_article, make_capture, take_in
from export_cases import exported

from archive.export.atom import ATOM
from archive.store import Archive
from archive.store.newest import AHEAD, believed

MIRROR = datetime(2099, 1, 1, tzinfo=UTC)


def shown(archive: Archive, newest: int, source: str | None = None) -> list[tuple[int, datetime]]:
    """The numbers of the pages of a feed, and when they are said to have been published."""
    feed = msgspec.json.decode(exported("jsonfeed", archive.choose(source=source, newest=newest)))
    return [
        (int(item["url"].rpartition("/")[2].removesuffix(".html")), datetime.fromisoformat(item["date_published"]))
        for item in feed["items"]
    ]


@both_databases
def test_what_claims_to_be_of_the_future_heads_no_feed(kind: str, tmp_path: Path) -> None:
    """Its place is when it was first seen; tomorrow's paper, which is there tonight, keeps its day."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in range(1, 151):  # a mirror's pages, one a minute
            capture = make_capture(number, hours=number / 60)
            take_in(archive, capture, replace(make_article(number), published=MIRROR + timedelta(days=number)))
        for number in range(201, 206):  # an hour apart, seen at once
            published = START + timedelta(hours=number - 200)
            take_in(
                archive, make_capture(number, hours=number - 200), replace(make_article(number), published=published)
            )
        tomorrow = START + timedelta(hours=20)
        take_in(archive, make_capture(300, hours=1), replace(make_article(300), published=tomorrow))
    with place.open() as archive:
        found = shown(archive, 100)
        assert [number for number, _ in found][:6] == [300, 205, 204, 203, 150, 149]
        assert found[0][1] == tomorrow
        assert found[4][1] == (START + timedelta(hours=2.5)).replace(microsecond=0)
        assert [when for _, when in found] == sorted((when for _, when in found), reverse=True)
        assert [number for number, _ in shown(archive, 1)] == [300]
        feed = ET.fromstring(exported("atom", archive.choose(newest=100)))
        told = [datetime.fromisoformat(each.text or "") for each in feed.iter(f"{{{ATOM}}}published")]
        assert told == [when for _, when in found]
        assert exported("atom", archive.choose(newest=100)) == exported("atom", archive.choose(newest=100))


@pytest.mark.parametrize("most", [1, 7, 40, 400])
def test_the_head_is_the_same_as_if_all_were_looked_at(most: int, tmp_path: Path) -> None:
    """However the claims lie: most believed, most of the future, and in between."""
    chance = random.Random(7)
    with Archive.open(tmp_path, write=True) as archive:
        wanted = []
        for number in range(1, 121):
            first_seen = make_capture(number, hours=chance.randrange(400)).fetched_at
            ahead = timedelta(hours=chance.choice((-500, -3, 0, 23, 24, 25, 900, 9000, 90_000)))
            read = replace(make_article(number), published=first_seen + ahead)
            capture = replace(make_capture(number), fetched_at=first_seen)
            take_in(archive, capture, read)
            wanted.append((believed(first_seen + ahead, first_seen), number))
    with Archive.open(tmp_path) as archive:
        found = [number for number, _ in shown(archive, most)]
    assert found == [number for _, number in sorted(wanted, reverse=True)[:most]]


def test_a_claim_is_believed_up_to_a_day_ahead() -> None:
    """And to any day before."""
    for ahead in (-timedelta(days=9000), timedelta(0), AHEAD):
        assert believed(START + ahead, START) == START + ahead
    assert believed(START + AHEAD + timedelta(microseconds=1), START) == START


def test_an_article_whose_first_look_cannot_be_read_is_told(tmp_path: Path) -> None:
    """The others are written."""
    with Archive.open(tmp_path, write=True) as archive:
        for number in range(1, 4):
            take_in(archive, make_capture(number), make_article(number))
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'archive.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE article SET first_seen = 'x' WHERE canonical_url LIKE '%/2.html'"))
    engine.dispose()
    with Archive.open(tmp_path) as archive:
        chosen = archive.choose(newest=2)
        assert [each.article.title for each in chosen.articles(evidence=False)] == [make_article(3).title]
        assert len(chosen.faults) == 1
