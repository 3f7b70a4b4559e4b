"""Which articles an export takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive_cases import Place, both_databases, make_article, make_capture, take_in

from archive.store import Archive
from archive.store.chosen import Chosen
from archive.store.tables import capture


def titles(chosen: Chosen) -> list[str]:
    """The titles, in their order."""
    return [taken.article.title for taken in chosen.articles(evidence=False)]


@both_databases
def test_the_same_articles_as_search_finds_in_the_order_of_time(kind: str, tmp_path: Path) -> None:
    """Indexed, waiting to be indexed, and indexed with an older text; with conditions and without."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in range(1, 151):
            take_in(archive, make_capture(number), make_article(number))
        archive.index()
        take_in(archive, make_capture(7, hours=1, text="新"), make_article(7, text="只有这里说到雪豹。"))
        take_in(archive, make_capture(151), make_article(151, text="又一处说到雪豹。"))
    with place.open() as archive:
        every = [make_article(number).title for number in range(1, 152)]
        assert titles(archive.choose()) == every
        assert titles(archive.choose("设备")) == [each for at, each in enumerate(every, 1) if at not in (7, 151)]
        assert titles(archive.choose("雪豹")) == [every[6], every[150]]
        assert titles(archive.choose("雪豹", newest=1)) == [every[150]]
        assert titles(archive.choose("雪豹 OR 第9批")) == [every[6], every[8], every[150]]
        since, until = make_article(5).published, make_article(8).published
        assert titles(archive.choose("", since=since, until=until)) == every[4:7]
        assert titles(archive.choose("雪豹", since=since, until=until)) == [every[6]]
        assert titles(archive.choose("设备", "another")) == titles(archive.choose(source="another")) == []
        assert titles(archive.choose(newest=3)) == every[:-4:-1]
        assert len(archive.choose("设备")) == 149


def test_what_comes_meanwhile_is_not_taken_and_what_changes_is_taken_as_it_is(tmp_path: Path) -> None:
    """Which articles is fixed at the beginning; no transaction is held for that."""
    with Archive.open(tmp_path, write=True) as archive:
        for number in (1, 2):
            take_in(archive, make_capture(number), make_article(number))
    with Archive.open(tmp_path) as reader:
        chosen = reader.choose()
        with Archive.open(tmp_path, write=True) as archive:
            take_in(archive, make_capture(3), make_article(3))
            take_in(archive, make_capture(1, hours=1, text="新"), make_article(1, text="改过。"))
        found = list(chosen.articles())
    assert [taken.article.blocks[0].text for taken in found] == ["改过。", make_article(2).blocks[0].text]
    assert [taken.changed for taken in found] == [make_capture(1, hours=1).fetched_at, make_capture(2).fetched_at]


def test_captures_come_once_in_their_order_with_those_of_older_texts_if_asked(tmp_path: Path) -> None:
    """Two articles of one page share one; pages that an article was joined from are among them."""
    parts = {"parts": [{"url": "x", "capture_id": make_capture(9).id, "content_digest": ""}]}
    with Archive.open(tmp_path, write=True) as archive:
        take_in(archive, make_capture(1), make_article(1), make_article(1, ordinal=1, text="第二篇。"))
        archive.keep(make_capture(9))
        take_in(archive, make_capture(2), replace(make_article(2), evidence=parts))
        take_in(archive, make_capture(2, hours=1, text="新"), replace(make_article(2, text="改过。"), evidence=parts))
        take_in(archive, make_capture(3), make_article(3))
    with Archive.open(tmp_path) as archive:
        newest = [records.capture_id for records in archive.choose().captures()[1]]
        every = list(archive.choose().captures(every=True)[1])
        one = [records.capture_id for records in archive.choose("第3批").captures()[1]]
    expected = [make_capture(1), make_capture(9), make_capture(2), make_capture(2, hours=1, text="新"), make_capture(3)]
    assert [records.capture_id for records in every] == [each.id for each in expected]
    assert [records.capture for records in every] == expected
    assert newest == [each.id for each in expected if each != make_capture(2)]
    assert one == [make_capture(3).id]


def test_a_capture_that_is_damaged_is_told_and_the_others_come(tmp_path: Path) -> None:
    """As sentences, not as bytes."""
    with Archive.open(tmp_path, write=True) as archive:
        for number in (1, 2, 3):
            take_in(archive, make_capture(number), make_article(number))
        rows = list(archive.captures())
    (file,) = (tmp_path / "captures").glob("*.gz")
    content = bytearray(file.read_bytes())
    content[rows[1].offset + rows[1].length - 20] ^= 1
    file.write_bytes(content)
    with Archive.open(tmp_path) as archive:
        found = list(archive.choose().captures()[1])
    assert [records.capture is None for records in found] == [False, True, False]
    assert [bool(records.fault) for records in found] == [False, True, False]
    assert file.name.removesuffix(".open") in found[1].fault
    assert str(rows[1].offset) in found[1].fault


def test_a_capture_that_is_lost_is_told_with_its_place(tmp_path: Path) -> None:
    """And so is what lies in the place of one and is no record."""
    with Archive.open(tmp_path, write=True) as archive:
        for number in (1, 2):
            take_in(archive, make_capture(number), make_article(number))
        archive.commit()
        rows = list(archive.captures())
        archive._connection.execute(capture.update().where(capture.c.id == rows[0].id).values(lost=True))
        another = {"offset": rows[0].offset, "length": rows[0].length, "crc": None}
        archive._connection.execute(capture.update().where(capture.c.id == rows[1].id).values(**another))
        found = list(archive.choose().captures()[1])
    assert len(found) == 2
    for records in found:
        assert records.capture is None
        assert f"{rows[0].file}, offset {rows[0].offset}: " in records.fault


def test_progress_is_told(tmp_path: Path) -> None:
    """How many were handed out, article by article and capture by capture."""
    with Archive.open(tmp_path, write=True) as archive:
        for number in (1, 2):
            take_in(archive, make_capture(number), make_article(number))
        told: list[int] = []
        chosen = archive.choose().watched(told.append)
        assert len(list(chosen.articles())) == len(list(chosen.captures()[1])) == 2
        assert told == [1, 2, 1, 2]
        assert archive.choose(until=datetime(1990, 1, 1, tzinfo=UTC)).watched(told.append).articles()
