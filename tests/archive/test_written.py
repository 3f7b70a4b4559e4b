"""What stands in a revision is held against what was written, whoever reads it back; on either database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_cases import Place, both_databases, make_article, make_capture, take_in, url_of

from archive.identity import article_id
from archive.store import Archive
from archive.store.errors import DamagedRow
from archive.store.sealed import SEALED
from archive.store.tables import revision

ID = article_id(url_of(1), 0)
DAMAGE = {
    "a figure of the text": "article = replace(article, '28.3', '28.2')",
    "what no digest is made of": """article = replace(article, '"score":1', '"score":3')""",
    "the capture": "capture_id = (SELECT id FROM capture WHERE id <> revision.capture_id LIMIT 1)",
    "the reason": "reason = 'edited'",
    "the time": "read_at = (SELECT max(fetched_at) FROM capture)",
    "the digest": "text_digest = replace(text_digest, '1', '7')",
}


def change(archive: Archive, what: str, *, crc: bool) -> None:
    """Change the article's row; with `crc` its checksum stays what it was, as where a bit of the disk has changed."""
    query = sa.text(f"SELECT row_crc FROM revision WHERE article_id = '{ID}'")
    was = archive._connection.execute(query).scalar_one()
    archive._connection.exec_driver_sql(f"UPDATE revision SET {DAMAGE[what]} WHERE article_id = '{ID}'")
    if crc:
        archive._connection.exec_driver_sql(f"UPDATE revision SET row_crc = {was} WHERE article_id = '{ID}'")


def filled(place: Place) -> None:
    """Two articles, the first with a figure."""
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1, "设备产值28.3亿元。"))
        take_in(archive, make_capture(2, hours=5), make_article(2, "另一台设备。"))
        archive.keep_up()


def _told(ask: Callable[[str], object]) -> bool:
    """Whether this tells of the article's damage."""
    with suppress(DamagedRow):
        ask(ID)
        return False
    return True


def told(archive: Archive) -> dict[str, bool]:
    """Who tells of the article's damage; the other one is had by all of them."""
    chosen, facts, captures = archive.choose(), archive.choose(), archive.choose()
    found = archive.search("设备")
    assert len(list(chosen.articles())) == 2 - len(chosen.faults)
    assert len(list(facts.facts())) == 2 - len(facts.faults)
    captures.captures()
    assert len(found.hits) == 2 - len(found.damaged)
    alone = {name: _told(ask) for name, ask in (("article", archive.article), ("revisions", archive.revisions))}
    looked = {"export": chosen.faults, "report": facts.faults, "records": captures.faults, "search": found.damaged}
    assert all(ID in each for faults in looked.values() for each in faults)
    return {name: bool(faults) for name, faults in looked.items()} | alone


@both_databases
@pytest.mark.parametrize("what", DAMAGE)
def test_whoever_reads_a_damaged_revision_is_told(what: str, kind: str, tmp_path: Path) -> None:
    """Whatever of its row it is that changed; before that nobody is told of anything."""
    place = Place(tmp_path, kind)
    filled(place)
    with place.open(write=True) as archive:
        assert set(told(archive).values()) == {False}
        change(archive, what, crc=True)
        assert set(told(archive).values()) == {True}


@both_databases
def test_without_a_checksum_the_digest_of_the_text_tells(kind: str, tmp_path: Path) -> None:
    """Of an archive from before there were any, and where somebody has changed the row."""
    place = Place(tmp_path, kind)
    filled(place)
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql("UPDATE revision SET row_crc = NULL")
        assert set(told(archive).values()) == {False}
        change(archive, "a figure of the text", crc=False)
        assert set(told(archive).values()) == {True}


def test_the_checksum_of_a_revision_ends_with_its_text() -> None:
    """So that all that stands before it can come as one value."""
    assert SEALED[revision][-1] == "article"
