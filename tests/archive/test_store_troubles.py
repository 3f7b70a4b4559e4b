"""What goes wrong around an archive: bad answers, failures, clocks, disks, addresses of databases."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from archive_cases import SOURCE, START, Place, both_databases, kinds, make_article, make_capture, take_in, url_of

from archive.captures import DamagedCapture
from archive.model import FoundLink, Page, article_json
from archive.store import Archive, ArchiveBroken, ArchiveProblem, ArchiveUnreachable


def page_of(archive: Archive, number: int = 1) -> Page:
    """How a page stands."""
    return archive.pages(SOURCE)[url_of(number)]


@both_databases
def test_a_page_in_two_sources_is_one_unchanged_article(kind: str, tmp_path: Path) -> None:
    """The article stays with the source that brought it, in the columns and in the JSON, edited or not."""
    with Place(tmp_path, kind).open(write=True) as archive:
        assert kinds(take_in(archive, make_capture(), make_article())) == ["new"]
        second = replace(make_capture(hours=1), source_id="another")
        assert kinds(take_in(archive, second, replace(make_article(), source_id="another"))) == ["known"]
        edited = replace(make_article(text="改了正文。"), source_id="another")
        third = replace(make_capture(hours=2, text="改"), source_id="another")
        assert kinds(take_in(archive, third, edited)) == ["changed"]
        assert list(archive.articles("another")) == []
        ((article, standing),) = archive.articles(SOURCE)
        assert article_json(article, standing)["source_id"] == SOURCE
        assert {one.article.source_id for one in archive.revisions(standing.id)} == {SOURCE}


@both_databases
def test_a_page_that_is_gone_stays_gone(kind: str, tmp_path: Path) -> None:
    """Of its error page nothing is held that could confirm it, and "unchanged" means that it is still gone."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        assert kinds(take_in(archive, make_capture(hours=1, text="没有这页"), verdict="soft-404")) == ["gone"]
        page = page_of(archive)
        assert (page.state, page.content_digest, page.etag, page.last_modified) == ("gone", None, None, None)
        moment = START + timedelta(hours=2)
        assert archive.not_modified(SOURCE, url_of(1), moment) == ()
        assert (page_of(archive).state, page_of(archive).last_checked) == ("gone", moment)


@both_databases
def test_one_visit_counts_one_failure(kind: str, tmp_path: Path) -> None:
    """An unfit answer counts by itself; `failed` about the same answer only words it; a good answer that disappoints
    counts when it is said to."""
    with Place(tmp_path, kind).open(write=True) as archive:
        empty = make_capture(kind="list", text=" ")
        take_in(archive, empty, verdict="empty")
        assert (page_of(archive).failures, page_of(archive).error_kind) == (1, "verdict-empty")
        for _ in range(2):
            archive.failed(SOURCE, url_of(1), empty.fetched_at, "no-links", "No link.")
        assert (page_of(archive).failures, page_of(archive).error_kind, page_of(archive).error) == (
            1,
            "no-links",
            "No link.",
        )
        error = make_capture(kind="list", status=503, hours=1)
        take_in(archive, error, verdict="other")
        take_in(archive, error, verdict="other")  # read again
        assert (page_of(archive).failures, page_of(archive).error_kind) == (2, "http-503")
        archive.failed(SOURCE, url_of(1), START + timedelta(hours=2), "timeout", "No answer.")
        assert page_of(archive).failures == 3
        good = make_capture(kind="list", text="一页", hours=3)
        take_in(archive, good, verdict="list")
        assert page_of(archive).failures == 0
        archive.failed(SOURCE, url_of(1), good.fetched_at, "no-links", "No link.")
        assert (page_of(archive).failures, page_of(archive).state) == (1, "fetched")


@both_databases
def test_a_failure_of_a_page_never_seen_remembers_how_it_was_asked_for(kind: str, tmp_path: Path) -> None:
    """Its own address and kind; what is the host's fault counts for nothing and leaves the page pending."""
    with Place(tmp_path, kind).open(write=True) as archive:
        asked = "https://www.gaoyuan.example/c/2026/1.html"
        archive.failed(SOURCE, url_of(1), START, "dns", "Unknown.", url=asked, page_kind="list", of_host=True)
        page = page_of(archive)
        assert (page.url, page.kind, page.state, page.failures) == (asked, "list", "pending", 0)
        assert (page.error_kind, page.last_checked) == ("dns", None)
        archive.failed(SOURCE, url_of(1), START, "timeout", "No answer.", url=asked, page_kind="list")
        page = page_of(archive)
        assert (page.url, page.kind, page.state, page.failures) == (asked, "list", "failed", 1)
        archive.failed(SOURCE, url_of(2), START, "timeout", "No answer.")
        assert (page_of(archive, 2).url, page_of(archive, 2).kind) == (url_of(2), "article")


@both_databases
def test_a_clock_that_was_ahead_is_told(kind: str, tmp_path: Path) -> None:
    """Answers that come too early change nothing and say so; the archive names the moment until which that lasts."""
    with Place(tmp_path, kind).open(write=True) as archive:
        ahead = make_capture(hours=48)
        take_in(archive, ahead, make_article())
        (late,) = take_in(archive, make_capture(hours=1, text="改"), make_article(text="改了正文。"))
        assert (late.kind, late.reason) == ("known", "An answer with a later time stands already.")
        (equal,) = take_in(archive, make_capture(hours=2), make_article())
        assert (equal.kind, equal.reason) == ("known", "")
        assert archive.ahead_of(START + timedelta(hours=2)) == ahead.fetched_at
        assert archive.ahead_of(ahead.fetched_at - timedelta(minutes=1)) is None
        assert archive.ahead_of(ahead.fetched_at - timedelta(minutes=1, seconds=1)) == ahead.fetched_at


@both_databases
def test_rot_in_the_newest_capture_has_its_page_asked_for_again(kind: str, tmp_path: Path) -> None:
    """A reader is told; a writer marks it lost and forgets the validators."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(kind="list"), verdict="list")
    (path,) = (place.data / "captures").iterdir()
    data = bytearray(path.read_bytes())
    data[-60] ^= 1
    path.write_bytes(data)
    with place.open() as archive, pytest.raises(DamagedCapture):
        archive.latest_capture(SOURCE, url_of(1))
    with place.open(write=True) as archive:
        assert archive.latest_capture(SOURCE, url_of(1)) is None
    with place.open() as archive:
        assert (page_of(archive).state, page_of(archive).etag, page_of(archive).content_digest) == (
            "pending",
            None,
            None,
        )
        assert [row.lost for row in archive.captures()] == [True]
        assert any("gone from its file: 1" in sentence for sentence in archive.check())


@both_databases
def test_a_capture_set_aside_is_read_and_changes_nothing(kind: str, tmp_path: Path) -> None:
    """Whatever its address: no page, no article, no orphan, and the reason as evidence."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        noise = os.urandom(6000).hex()  # nothing that a database could compress below the bounds of an index
        capture = replace(make_capture(hours=1), url=f"http://www.gaoyuan.example/{noise}")
        archive.keep(capture)
        run = archive.begin_run(SOURCE, START, "crawl")
        archive.set_aside(capture, "The address is too long\ud800.", run.id)
        archive.set_aside(make_capture(2), "Never kept before.")
        assert list(archive.orphans()) == []
        assert list(archive.pages(SOURCE)) == [url_of(1)]
        assert len(list(archive.articles())) == 1
        (row,) = archive.captures(url=capture.url)
        assert (row.verdict, row.run_id, row.canonical_url) == ("unreadable", run.id, None)
        assert archive.capture(capture.id) == capture


SECRET = "geheim"
ADDRESSES = [
    SECRET,
    f"nonsense://me:{SECRET}@host/name",
    f"postgresq://me:{SECRET}@host/name",
    f"postgresql://me:{SECRET}@host:abc/name",
    f"mysql://me:{SECRET}@host/name",
    f"postgresql+pg8000://me:{SECRET}@host/name",
    f"postgresql://me:{SECRET}@127.0.0.1:1/name",
    f"postgresql://127.0.0.1:1/name?user=me&password={SECRET}",
]


@pytest.mark.parametrize("database", ADDRESSES)
@pytest.mark.parametrize("write", [True, False])
def test_a_wrong_address_of_a_database_is_told_in_a_sentence(database: str, write: bool, tmp_path: Path) -> None:
    """No traceback of a driver, and no password."""
    with pytest.raises(ArchiveUnreachable, match="database") as raised:
        Archive.open(tmp_path, database, write=write)
    assert SECRET not in str(raised.value)
    Archive.open(tmp_path, write=True).close()  # the lock was given back


def test_a_file_where_the_data_folder_should_be_is_told(tmp_path: Path) -> None:
    """Also where one of its parents is a file, or its folder of captures."""
    (tmp_path / "file").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "captures").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "data"):
        with pytest.raises(ArchiveUnreachable, match="cannot be written to"):
            Archive.open(data, write=True)
        with pytest.raises(ArchiveProblem):
            Archive.open(data)


def write_until_full(archive: Archive, kept: list[str]) -> None:
    """Keep and record pages into a database that may not grow."""
    archive._connection.exec_driver_sql("PRAGMA max_page_count = 120")
    with archive:
        for number in range(1, 200):
            archive.keep(make_capture(number))
            kept.append(make_capture(number).id)
            take_in(archive, make_capture(number), make_article(number, "字" * 3000 + str(number)))


def test_a_full_database_is_the_error_that_is_seen(tmp_path: Path) -> None:
    """Not what follows from it on closing; and what had been kept waits to be read at the next opening."""
    place = Place(tmp_path)
    kept: list[str] = []
    with pytest.raises(ArchiveBroken, match="full") as raised:
        write_until_full(place.open(write=True), kept)
    assert isinstance(raised.value.__cause__, sa.exc.OperationalError)
    assert len(kept) > 1
    with place.open(write=True) as archive:
        orphans = [capture.id for capture in archive.orphans()]
        read = [row.id for row in archive.captures() if row.verdict]
        assert sorted(orphans + read) == sorted(kept)


def test_a_disk_that_is_nearly_full_is_told_beside_what_the_database_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls it an I/O error."""
    place = Place(tmp_path)
    archive = place.open(write=True)

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    archive.keep(make_capture())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        patch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=200_000))
        with pytest.raises(ArchiveBroken, match=r"Input/output error.*Only 0\.2 MB are free on the disk of "):
            archive.commit()
        archive.close()


def test_a_disk_that_fails_at_the_commit_is_the_error_that_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the commit and from every call behind it; the writer's lock is given back, no capture is lost."""
    place = Place(tmp_path)

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    archive = place.open(write=True)
    archive.keep(make_capture())
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        calls: list[Callable[[], object]] = [archive.commit, archive.commit, lambda: archive.keep(make_capture(2))]
        for call in calls:
            with pytest.raises(ArchiveBroken, match="No space left") as raised:
                call()
            assert isinstance(raised.value.__cause__, OSError)
        archive.close()
    with place.open(write=True) as archive:
        assert [capture.id for capture in archive.orphans()] == [make_capture().id]


def test_an_error_of_the_caller_is_not_hidden_by_the_closing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong on closing stands beside it as a note."""
    place = Place(tmp_path)

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    def write() -> None:
        with place.open(write=True) as archive:
            archive.keep(make_capture())
            monkeypatch.setattr(os, "fsync", fail)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as first:
        write()
    assert "No space left" in first.value.__notes__[0]
    monkeypatch.undo()
    with place.open(write=True) as archive:
        assert [capture.id for capture in archive.orphans()] == [make_capture().id]


@both_databases
def test_the_quick_check_names_files_that_are_not_as_recorded(kind: str, tmp_path: Path) -> None:
    """Shorter, longer, missing; not the open file of a writer, which may be ahead of its commits."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        archive.commit()
        archive.keep(make_capture(2))
        with place.open() as reader:
            assert reader.check() == ()
    (path,) = (place.data / "captures").iterdir()
    whole = path.read_bytes()
    with place.open() as reader:
        assert reader.check() == ("Captures that nobody has read yet: 1. The next crawl reads them first.",)
        for data in (whole[:-1], whole + b"x"):
            path.write_bytes(data)
            assert f"has {len(data)} bytes, and {len(whole)} are recorded" in reader.check()[0]
        path.unlink()
        assert reader.check()[0] == f"The capture file {path.name} is missing."


@both_databases
def test_a_stop_within_a_change_stays_a_stop(kind: str, tmp_path: Path) -> None:
    """Also where the change cannot be undone any more; nothing is written after that, and the next opening goes on."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
    archive = place.open(write=True)

    def stopped() -> None:
        with archive, archive._change():
            archive._connection.connection.rollback()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with pytest.raises(ArchiveBroken, match=r"\(KeyboardInterrupt\).*run the same command again"):
        archive.commit()
    with place.open(write=True) as archive:
        assert kinds(take_in(archive, make_capture(2), make_article(2))) == ["new"]
        assert len(list(archive.articles())) == 2


def test_a_database_that_somebody_else_has_locked_is_a_trouble_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever writes is told so in a sentence, nothing is half recorded, and once it is free again all is well."""
    monkeypatch.setattr("archive.store.engine.BUSY_TIMEOUT", 50)
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
    stranger = sqlite3.connect(place.data / "archive.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveProblem, match="locked"):
        place.open(write=True)
    stranger.execute("ROLLBACK")
    archive = place.open(write=True)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(ArchiveBroken, match="locked"):
        take_in(archive, make_capture(2), make_article(2))
    archive.close()
    stranger.execute("ROLLBACK")
    stranger.close()
    with place.open(write=True) as archive:
        assert archive.article(url_of(2)) is None
        take_in(archive, make_capture(2), make_article(2))
        assert archive.search("牧场").total == 2


@both_databases
@pytest.mark.parametrize("write", [True, False])
def test_a_fault_in_a_statement_is_no_trouble_of_the_archive(kind: str, write: bool, tmp_path: Path) -> None:
    """It is raised as it is, and told of nobody's disk; the handle goes on to work."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
    with place.open(write=write) as archive:
        with pytest.raises(sa.exc.DBAPIError):
            archive._connection.execute(sa.text("SELECT nonsense FROM page"))
        if write:
            archive._connection.rollback()
            take_in(archive, make_capture(2), make_article(2))
            with pytest.raises(sa.exc.DBAPIError), archive._change():
                archive._connection.execute(sa.text("UPDATE page SET nonsense = 1"))
            archive.commit()
        assert set(archive.pages(SOURCE)) == ({url_of(1), url_of(2)} if write else {url_of(1)})


@pytest.mark.parametrize("write", [True, False])
def test_an_id_that_cannot_be_read_is_told_in_a_sentence(write: bool, tmp_path: Path) -> None:
    """Whoever reads and whoever writes."""
    place = Place(tmp_path)
    place.open(write=True).close()
    (place.data / "archive.id").unlink()
    (place.data / "archive.id").mkdir()
    with pytest.raises(ArchiveUnreachable, match=r"cannot be used: .*archive\.id"):
        place.open(write=write)


def test_a_mistyped_address_of_a_database_makes_no_folders(tmp_path: Path) -> None:
    """It is told; nothing but the data folder itself is there afterwards."""
    with pytest.raises(ArchiveUnreachable, match=r"There is no folder .*deep for the database\."):
        Archive.open(tmp_path / "data", f"sqlite:///{tmp_path}/typo/deep/a.db", write=True)
    assert not (tmp_path / "typo").exists()


def test_a_relative_folder_is_the_one_that_is_meant_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What openings share outlives a change of the process's folder."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        with Archive.open(Path("data"), write=True) as archive:
            archive.found(SOURCE, [FoundLink(url_of(1), f"{name}.example/1")], START)
    for name in ("one", "two"):
        monkeypatch.chdir(tmp_path / name)
        with Archive.open(Path("data")) as archive:
            assert list(archive.pages(SOURCE)) == [f"{name}.example/1"]
