"""A bit of the database that is not what it was: verify names the row, and all other articles can be had."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, cast, get_args

import pytest
from archive_cases import Place, both_databases, make_article, make_capture, take_in, url_of

from archive.export import FORMATS, Options
from archive.identity import article_id
from archive.store import indexing, verify_search
from archive.store.chosen import Chosen
from archive.store.errors import DamagedRow
from archive.store.search import Order

OTHERS = (1, 3)
STORY = "高原牧场的设备今年全部更新，工业产值同比增长，记者从主管部门了解到新的生产线已经投产。" * 6
ID = article_id(url_of(2), 0)

CHANGES = {
    "a figure of the text": ("revision", "article", b"28.3", b"28.2", "not the one that its digest"),
    "the structure of the JSON": ("revision", "article", b'"blocks":', b'"blocks"z', "cannot be read back"),
    "what no digest is made of": ("revision", "article", b'"score":1', b'"score":3', "its checksum differs"),
    "no UTF-8": ("revision", "article", "设备".encode(), b"\xe8\xae\xffxxx", "cannot be read back"),
}
NO_JSON = ("the structure of the JSON", "no UTF-8")


def filled(place: Place) -> None:
    """An archive of three articles, the second with a figure."""
    with place.open(write=True) as archive:
        for number in (*OTHERS, 2):
            take_in(archive, make_capture(number), make_article(number, "设备产值28.3亿元。" if number == 2 else ""))
        archive.index()


def put(place: Place, table: str, column: str, old: bytes, new: bytes, where: str) -> None:
    """Put other bytes into a column, of the same kind as those that were there, as a damage: no trigger hears of it."""
    with closing(sqlite3.connect(place.data / "archive.db")) as database:
        database.text_factory = bytes
        triggers = database.execute(f"SELECT name, sql FROM sqlite_master WHERE name = '{table}_unsealed'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name.decode()}")
        (kind, was) = database.execute(f"SELECT typeof({column}), {column} FROM {table} WHERE {where}").fetchone()
        assert old in was
        value = f"CAST(x'{was.replace(old, new, 1).hex()}' AS {kind.decode()})"
        database.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}")
        for _, sql in triggers:
            database.execute(sql.decode())
        database.commit()


@contextmanager
def damaged(tmp_path: Path, what: str) -> Iterator[tuple[Place, str]]:
    """An archive whose second article has that damage, and what verify says of it."""
    place = Place(tmp_path)
    filled(place)
    table, column, old, new, said = CHANGES[what]
    put(place, table, column, old, new, f"article_id = '{ID}'")
    yield place, said


@pytest.mark.parametrize("what", CHANGES)
def test_verify_names_the_revision_also_in_a_sample(what: str, tmp_path: Path) -> None:
    """One sentence for it where all is looked at, whatever the damage is."""
    with damaged(tmp_path, what) as (place, said), place.open() as archive:
        told = [one.sentence for one in archive.verify() if "Revision 1" in one.sentence]
        assert len(told) == 1
        assert ID in told[0]
        assert said in told[0]
        assert any(ID in one.sentence and said in one.sentence for one in archive.verify(3))


@pytest.mark.parametrize("form", [name for name, known in FORMATS.items() if known.shape != "folder"])
@pytest.mark.parametrize("what", CHANGES)
def test_an_export_leaves_out_what_cannot_be_read_and_names_it(form: str, what: str, tmp_path: Path) -> None:
    """The other articles are all there."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    with damaged(tmp_path, what) as (place, _), place.open() as archive:
        stream = io.BytesIO()
        newest = 100 if FORMATS[form].newest_first else None
        written = import_module(f"archive.export.{form}").write(archive.choose(newest=newest), stream, Options())
        (fault,) = written.faults
        assert f"The article {ID} cannot be read back" in fault
        assert written.articles == len(OTHERS)


@pytest.mark.parametrize("what", CHANGES)
def test_a_report_and_a_search_go_on_without_it(what: str, tmp_path: Path) -> None:
    """It is named there as well; whoever asks for it alone is told so."""
    with damaged(tmp_path, what) as (place, _), place.open() as archive:
        chosen = archive.choose()
        assert len(list(chosen.facts())) == len(OTHERS)
        assert ID in chosen.faults[0]
        found = archive.search("设备")
        assert {hit.standing.id for hit in found.hits} == {article_id(url_of(number), 0) for number in OTHERS}
        assert len(found.damaged) == 1
        assert ID in found.damaged[0]
        for ask in (lambda: archive.article(ID), lambda: archive.revisions(ID)):
            with pytest.raises(DamagedRow, match=re.escape("cannot be read back")):
                ask()


@pytest.mark.parametrize("what", NO_JSON)
def test_what_is_not_indexed_is_searched_without_it_and_indexed_without_it(what: str, tmp_path: Path) -> None:
    """A crawl that indexes at its end comes to its end."""
    with damaged(tmp_path, what) as (place, _):
        with closing(sqlite3.connect(place.data / "archive.db")) as database:
            database.execute("DELETE FROM index_form")
            database.commit()
        with place.open() as archive:
            found = archive.search("设备")
            assert (found.total, len(found.damaged)) == (2, 1)
        with place.open(write=True) as archive:
            archive.index()
            assert archive.index() == 0
            assert archive.search("设备").total == 2


@pytest.mark.parametrize("what", NO_JSON)
def test_the_others_are_grouped_into_stories_without_it(what: str, tmp_path: Path) -> None:
    """A crawl that groups at its end comes to its end, and the next one does not begin with it again."""
    with damaged(tmp_path, what) as (place, _), place.open(write=True) as archive:
        assert archive.group() == len(OTHERS)
        assert archive.group() == 0
        assert archive._connection.exec_driver_sql("SELECT count(*) FROM article WHERE grouped = 0").scalar() == 0


def test_evidence_that_cannot_be_unpacked_stops_no_stories(tmp_path: Path) -> None:
    """It tells of mirrors."""
    place = Place(tmp_path)
    filled(place)
    put(place, "capture", "evidence", b"\x78", b"\x79", f"id = '{make_capture(2).id}'")
    with place.open(write=True) as archive:
        assert archive.group() == len(OTHERS)


def test_what_is_kept_of_a_page_s_origin_stops_no_stories_when_it_is_damaged(tmp_path: Path) -> None:
    """It tells nothing then, and verify names it; the others' stories are made with its text."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        for number in OTHERS:
            take_in(archive, make_capture(number), make_article(number, STORY, title="同一条消息"))
        archive.keep_up()
        before = [standing.story_id for _, standing in archive.articles()]
        assert before[0] is not None
        assert len(set(before)) == 1
    one = article_id(url_of(1), 0)
    put(place, "likeness_holder", "page", b'"published":"2', b'"published":"z', f"article_id = '{one}'")
    with place.open(write=True) as archive:
        take_in(archive, make_capture(2), make_article(2, STORY, title="同一条消息"))
        archive.keep_up()
        assert len({standing.story_id for _, standing in archive.articles()}) == 1
        (found,) = archive.verify()
        assert one in found.sentence
        assert "likeness_holder" in found.sentence


def test_a_schema_that_does_not_fit_together_is_told(tmp_path: Path) -> None:
    """By SQLite's own words, and no traceback."""
    place = Place(tmp_path)
    filled(place)
    with closing(sqlite3.connect(place.data / "archive.db")) as database:
        database.execute("PRAGMA writable_schema=ON")
        database.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'REFERENCES capture (id)', 'REFERENCES capture (ie)') "
            "WHERE name = 'revision'"
        )
        database.commit()
    with place.open() as archive:
        assert any("foreign key mismatch" in one.sentence for one in archive.verify())


def test_recording_a_capture_again_heals_its_evidence(tmp_path: Path) -> None:
    """What was damaged is written anew."""
    place = Place(tmp_path)
    filled(place)
    put(place, "capture", "evidence", b"\x78", b"\x79", f"id = '{make_capture(2).id}'")
    with place.open(write=True) as archive:
        take_in(archive, make_capture(2), make_article(2, "设备产值28.3亿元。"))
        assert archive.article(ID) is not None
        assert list(archive.verify()) == []


def test_evidence_that_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    """zlib's own checksum finds it; formats that show no evidence need none."""
    place = Place(tmp_path)
    filled(place)
    put(place, "capture", "evidence", b"\x78", b"\x79", f"id = '{make_capture(2).id}'")
    with place.open() as archive:
        assert any("evidence cannot be read back" in one.sentence for one in archive.verify())
        taken = archive.choose()
        assert len(list(taken.articles())) == len(OTHERS)
        assert ID in taken.faults[0]
        assert len(list(archive.choose().articles(evidence=False))) == 3


ROWS = [
    ("UPDATE article SET status = 'lhve' WHERE id = '{id}'", "status is 'lhve'"),
    ("UPDATE article SET title = 'x' WHERE id = '{id}'", "another title, digest or capture"),
    ("UPDATE article SET canonical_url = 'http://x.example/' WHERE id = '{id}'", "and its place there"),
    ("UPDATE article SET ordinal = 5 WHERE id = '{id}'", "and its place there"),
    ("UPDATE capture SET url = 'http://x.example/' WHERE id = '{capture}'", "does not follow from its address"),
    ("UPDATE capture SET payload_digest = 'z' || substr(payload_digest, 2)", "is not of the record"),
    ("UPDATE page SET state = 'fetchee' WHERE url = '{url}'", "state is 'fetchee'"),
]


@both_databases
@pytest.mark.parametrize(("change", "said"), ROWS)
def test_a_row_that_says_what_cannot_be_is_told(change: str, said: str, kind: str, tmp_path: Path) -> None:
    """Of what follows from something else, and of words of which there are a few."""
    place = Place(tmp_path, kind)
    filled(place)
    with place.open() as archive:
        assert list(archive.verify()) == []
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql(change.format(id=ID, capture=make_capture(2).id, url=url_of(2)))
    with place.open() as archive:
        assert any(said in one.sentence for one in archive.verify())


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    """SQLite keeps times as texts, and any text."""
    place = Place(tmp_path)
    filled(place)
    put(place, "article", "last_seen", b"2026", b"20r6", f"id = '{ID}'")
    with place.open() as archive:
        assert any("last_seen cannot be read back" in one.sentence for one in archive.verify())
        chosen = archive.choose()
        assert len(list(chosen.articles())) == len(OTHERS)
        assert ID in chosen.faults[0]


LOST = {
    "its revision is not there": f"DELETE FROM revision WHERE article_id = '{ID}'",
    "its row names another revision": f"UPDATE article SET revision = 7 WHERE id = '{ID}'",
    "its date is none": f"UPDATE article SET dated = '2026-13-01 00:00:00.000000' WHERE id = '{ID}'",
    "its date is no UTF-8": f"UPDATE article SET dated = CAST(x'32303236ff' AS TEXT) WHERE id = '{ID}'",
    "its id is too long": f"UPDATE article SET id = id || 'é' WHERE id = '{ID}'",
    "its id is no UTF-8": f"UPDATE article SET id = CAST(x'{ID[:15].encode().hex()}ff' AS TEXT) WHERE id = '{ID}'",
}


@pytest.mark.parametrize("what", LOST)
def test_an_article_of_which_there_is_nothing_to_read_is_named_and_the_others_are_had(
    what: str, tmp_path: Path
) -> None:
    """Its text is not there, or what it is ordered by is not."""
    place = Place(tmp_path)
    filled(place)
    with closing(sqlite3.connect(place.data / "archive.db")) as database:
        database.execute(LOST[what])
        database.commit()
    with place.open() as archive:
        for query in ("", "设备"):
            for looked in (Chosen.articles, Chosen.facts, Chosen.captures):
                chosen = archive.choose(query)
                assert len(list(cast(Any, looked)(chosen))) >= len(OTHERS)
                if query and "its id" in what:  # the index knows it by the id that it had
                    continue
                (fault,) = chosen.faults
                assert ID[:15] in fault
            assert len(list(chosen.unwatched().articles())) == len(OTHERS)
        for order in get_args(Order):
            found = archive.search("设备", order=order)
            assert len(found.hits) == len(OTHERS)
            assert "its id" in what or ID in "".join(found.damaged)


def test_no_index_is_to_be_made_of_an_article_that_is_damaged(tmp_path: Path) -> None:
    """It would hide the damage: search would know the wrong address from then on."""
    place = Place(tmp_path)
    filled(place)
    put(place, "article", "canonical_url", b"gaoyuan", b"gaoyvan", f"id = '{ID}'")
    with place.open() as archive:
        told = " ".join(one.sentence for one in archive.verify())
    assert "Its own row is damaged." in told
    assert "--reindex" not in told


def test_a_fault_of_ours_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told to distrust a database for it."""

    def wrong(*given: object) -> bool:
        raise ValueError("ours")

    place = Place(tmp_path)
    filled(place)
    for of, name in ((verify_search, "_is_known"), (indexing, "entry")):
        with monkeypatch.context() as patch, place.open() as archive:
            patch.setattr(of, name, wrong)
            with pytest.raises(ValueError, match="ours"):
                list(archive.verify())


def test_a_capture_whose_time_is_none_is_told_of_a_sample(tmp_path: Path) -> None:
    """The look at the captures ends there, and says why."""
    place = Place(tmp_path)
    filled(place)
    put(place, "capture", "fetched_at", b"2026", b"20r6", f"id = '{make_capture(2).id}'")
    with place.open() as archive:
        assert any("cannot be looked at to its end" in one.sentence for one in archive.verify(100))


@both_databases
@pytest.mark.parametrize("name", ["\udcff", "a\x00b"])
def test_what_no_column_can_hold_names_no_article(name: str, kind: str, tmp_path: Path) -> None:
    """Somebody typed it; no row is damaged."""
    place = Place(tmp_path, kind)
    filled(place)
    with place.open() as archive:
        assert archive.article(name) is None


def test_a_page_of_the_database_that_is_rubbish_ends_the_look_at_one_table_alone(tmp_path: Path) -> None:
    """It is told, and what stands elsewhere is looked at."""
    place = Place(tmp_path)
    filled(place)
    put(place, "revision", "article", b"28.3", b"28.2", f"article_id = '{ID}'")
    file = place.data / "archive.db"
    with closing(sqlite3.connect(file)) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'page'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    whole = bytearray(file.read_bytes())
    whole[(root - 1) * size : (root - 1) * size + 8] = b"\x07" * 8
    file.write_bytes(whole)
    with place.open() as archive:
        told = [one.sentence for one in archive.verify()]
    assert any("The table page cannot be read to its end" in one for one in told)
    assert any(ID in one and "not the one that its digest" in one for one in told)
