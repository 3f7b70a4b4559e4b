"""The archive behind its handle, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import (
    SOURCE,
    START,
    Place,
    both_databases,
    kinds,
    make_article,
    make_capture,
    take_in,
    url_of,
)

from archive.export import Options, jsonl
from archive.model import Article, Counts, FoundLink, article_json
from archive.store import Archive, ArchiveBusy, ArchiveMissing, ArchiveUnreachable, NotWritable


def everything(archive: Archive) -> list[str]:
    """All articles and revisions as text, to compare two states of an archive."""
    lines = []
    for article, standing in archive.articles():
        lines.append(json.dumps(article_json(article, standing), ensure_ascii=False))
        lines += [repr(revision) for revision in archive.revisions(standing.id)]
    return lines


@both_databases
def test_the_same_capture_twice_changes_nothing(kind: str, tmp_path: Path) -> None:
    """Keeping and recording again, in this process or a later one, leaves the archive as it was."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        assert archive.keep(make_capture()) is True
        assert archive.keep(make_capture()) is False
        assert kinds(take_in(archive, make_capture(), make_article())) == ["new"]
        before = everything(archive)
        assert kinds(take_in(archive, make_capture(), make_article())) == ["known"]
        assert everything(archive) == before
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        assert kinds(take_in(archive, make_capture(), make_article())) == ["known"]
        assert everything(archive) == before
        assert len(list(archive.captures())) == 1


@both_databases
def test_an_article_lives_through_edit_disappearance_and_return(kind: str, tmp_path: Path) -> None:
    """new, known, changed, gone, restored; every text stays readable as a revision."""
    with Place(tmp_path, kind).open(write=True) as archive:
        first, edited = make_article(), make_article(text="更正：设备下周运到。")
        assert kinds(take_in(archive, make_capture(), first)) == ["new"]
        assert kinds(take_in(archive, make_capture(hours=1), first)) == ["known"]
        assert kinds(take_in(archive, make_capture(hours=2, text="改"), edited)) == ["changed"]
        assert kinds(take_in(archive, make_capture(hours=3, status=404), verdict="other")) == ["gone"]
        assert kinds(take_in(archive, make_capture(hours=4, status=410), verdict="other")) == []
        assert archive.pages(SOURCE)[url_of(1)].state == "gone"
        assert kinds(take_in(archive, make_capture(hours=5, text="改"), edited)) == ["restored"]
        assert archive.pages(SOURCE)[url_of(1)].state == "fetched"
        found = archive.article(url_of(1))
        assert found is not None
        article, standing = found
        assert article.text == edited.text
        assert (standing.status, standing.revision) == ("restored", 2)
        assert standing.first_seen == make_capture().fetched_at
        assert standing.last_seen == make_capture(hours=5).fetched_at
        assert [(one.number, one.reason, one.article.text) for one in archive.revisions(standing.id)] == [
            (1, "new", first.text),
            (2, "edited", edited.text),
        ]


@both_databases
def test_bad_answers_never_touch_a_stored_article(kind: str, tmp_path: Path) -> None:
    """A challenge, an empty or unreadable page or a server error is noted with the page and nowhere else."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        before = everything(archive)
        validators = archive.pages(SOURCE)[url_of(1)].etag
        assert kinds(take_in(archive, make_capture(hours=1, text="js"), verdict="challenge")) == ["quarantined"]
        assert kinds(take_in(archive, make_capture(hours=2, text=" "), verdict="empty")) == ["quarantined"]
        assert kinds(take_in(archive, make_capture(hours=3, text="�"), verdict="unreadable")) == ["quarantined"]
        assert kinds(take_in(archive, make_capture(hours=4, text="x"), verdict="list")) == ["quarantined"]
        assert take_in(archive, make_capture(hours=5, status=503), verdict="other") == ()
        archive.failed(SOURCE, url_of(1), START + timedelta(hours=6), "timeout", "No answer within 30 seconds.")
        assert everything(archive) == before
        page = archive.pages(SOURCE)[url_of(1)]
        assert (page.state, page.etag, page.error_kind) == ("fetched", validators, "timeout")


@both_databases
def test_a_page_with_two_articles_holds_two_ids(kind: str, tmp_path: Path) -> None:
    """The articles of one page are told apart by their place on it and change by themselves."""
    with Place(tmp_path, kind).open(write=True) as archive:
        one, two = make_article(), make_article(text="另一篇文章的正文。", ordinal=1)
        changes = take_in(archive, make_capture(), one, two)
        assert kinds(changes) == ["new", "new"]
        assert changes[0].article_id != changes[1].article_id
        edited = replace(two, title="另一个标题")
        assert kinds(take_in(archive, make_capture(hours=1, text="2"), one, edited)) == ["known", "changed"]
        assert kinds(take_in(archive, make_capture(hours=2, text="3"), one)) == ["known", "gone"]


@both_databases
def test_found_links_are_pending_until_they_are_fetched(kind: str, tmp_path: Path) -> None:
    """A link that was found outlasts the process; finding it again changes nothing; a 304 and a failure are noted."""
    place = Place(tmp_path, kind)
    links = [FoundLink(url_of(n), url_of(n), "http://www.gaoyuan.example/c/", f"标题{n}") for n in (1, 2, 3, 2)]
    with place.open(write=True) as archive:
        archive.found(SOURCE, links, START)
    with place.open(write=True) as archive:
        archive.found(SOURCE, links, START + timedelta(days=1))
        assert [page.url for page in archive.pending(SOURCE)] == [url_of(1), url_of(2), url_of(3)]
        assert {page.first_seen for page in archive.pending(SOURCE)} == {START}
        take_in(archive, make_capture(1), make_article(1))
        archive.failed(SOURCE, url_of(2), START, "dns", "The name is not known.")
        page = archive.pages(SOURCE)[url_of(1)]
        assert (page.state, page.etag, page.title) == ("fetched", make_capture(1).header("etag"), "标题1")
        assert page.content_digest == make_capture(1).content_digest
        assert [(page.state, page.failures) for page in archive.pending(SOURCE)] == [("failed", 1), ("pending", 0)]
        at = START + timedelta(days=2)
        assert kinds(archive.not_modified(SOURCE, url_of(1), at)) == ["known"]
        found = archive.article(url_of(1))
        assert found is not None
        assert found[1].last_seen == at
        assert archive.pages(SOURCE)[url_of(1)].last_checked == at


@both_databases
def test_reading_again_with_other_rules_makes_a_re_read_revision(kind: str, tmp_path: Path) -> None:
    """What differs although the server sent the same is our doing and says so; order of reading does not matter."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article(text="旧规则读出的正文"))
        take_in(archive, make_capture(hours=1, text="改"), make_article(text="改后的正文"))
        later, earlier = make_capture(hours=1, text="改"), make_capture()
        better = replace(make_article(text="改后的正文"), editor=("卓玛",), quality={"score": 2})
        assert kinds(take_in(archive, earlier, make_article(text="新规则读出的正文"))) == ["known"]
        assert kinds(take_in(archive, later, better)) == ["changed"]
        found = archive.article(url_of(1))
        assert found is not None
        assert found[0].editor == ("卓玛",)
        assert found[1].status == "changed"
        assert [one.reason for one in archive.revisions(found[1].id)] == ["new", "edited", "re-read"]
        assert kinds(take_in(archive, later, better)) == ["known"]


@both_databases
def test_evidence_is_joined_to_the_article(kind: str, tmp_path: Path) -> None:
    """The evidence of a reading is stored with its capture and shown with its articles."""
    with Place(tmp_path, kind).open(write=True) as archive:
        own = replace(make_article(), evidence={"fields": {"title": "h1"}})
        take_in(archive, make_capture(), own)
        found = archive.article(url_of(1))
        assert found is not None
        assert found[0].evidence == {
            "encoding": {"charset": "utf-8"},
            "read": make_capture().id,
            "fields": {"title": "h1"},
        }
        assert [dict(article.evidence) for article, _ in archive.articles(evidence=False)] == [dict(own.evidence)]


@both_databases
def test_a_run_left_running_is_closed_as_interrupted(kind: str, tmp_path: Path) -> None:
    """The next process that writes finds the run of a killed one; a run that was ended keeps its numbers."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        ended = archive.begin_run(SOURCE, START, "crawl")
        counts = Counts(requests=3, new=2)
        archive.end_run(replace(ended, finished=START, state="finished", counts=counts, failures={"dns": 1}))
        killed = archive.begin_run(SOURCE, START + timedelta(hours=1), "crawl")
        take_in(archive, make_capture(hours=2), make_article(), run_id=killed.id)
    with place.open(write=True) as archive:
        assert archive.recovery.interrupted_runs == 1
        newest, oldest = archive.runs(SOURCE)
        assert (newest.state, newest.finished) == ("interrupted", make_capture(hours=2).fetched_at)
        assert (oldest.state, oldest.counts, oldest.failures) == ("finished", counts, {"dns": 1})


@both_databases
def test_a_second_writer_is_told_who_the_first_is(kind: str, tmp_path: Path) -> None:
    """One writer at a time; readers are free to come."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        with pytest.raises(ArchiveBusy, match="process"):
            place.open(write=True)
        take_in(archive, make_capture(), make_article())
        archive.commit()
        with place.open() as reader:
            assert reader.article(url_of(1)) is not None
            with pytest.raises(NotWritable):
                reader.keep(make_capture(2))
    place.open(write=True).close()


def test_a_second_writer_of_one_postgresql_waits_for_nobody_long(tmp_path: Path) -> None:
    """A copy of the data directory, which no lock in it keeps out, cannot write to the database at the same time."""
    place = Place(tmp_path, "postgresql")
    with place.open(write=True):
        shutil.copytree(place.data, tmp_path / "copy")
        with pytest.raises(ArchiveBusy, match="Another process is writing"):
            Archive.open(tmp_path / "copy", place.database, write=True)
        with place.open() as reader:
            assert list(reader.articles()) == []
    Archive.open(tmp_path / "copy", place.database, write=True).close()


@both_databases
def test_readers_see_each_commit_while_another_process_writes(kind: str, tmp_path: Path) -> None:
    """One open reader sees what is committed, no more, and search is complete before anything is indexed."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive, place.open() as reader:
        for number in range(1, 6):
            take_in(archive, make_capture(number), make_article(number))
            if number == 1:
                assert reader.search("牧场").total == 0
            archive.commit()
            assert len(list(reader.articles())) == number
            assert reader.search("牧场").total == number
        archive.index()
        take_in(archive, make_capture(1, hours=1, text="改"), make_article(1, "改写了。", title="改了标题"))
        take_in(archive, make_capture(9), make_article(9))
        archive.commit()
        assert reader.search("牧场").total == 6  # the caption of the edited one still says so
        assert reader.search("改写").total == 1
        assert reader.search("第1批").total == 0


@both_databases
def test_a_page_that_cannot_be_recorded_stays_unread(kind: str, tmp_path: Path) -> None:
    """A failure in the middle of a record leaves no half of it, and what follows is recorded all the same."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        broken: list[Article] = [make_article(1), replace(make_article(1, ordinal=1), quality={"no": object()})]
        archive.keep(make_capture(1))
        with pytest.raises(TypeError):
            archive.record(make_capture(1), url_of(1), "article", broken, {})
        take_in(archive, make_capture(2), make_article(2))
    with place.open(write=True) as archive:
        assert [standing.canonical_url for _, standing in archive.articles()] == [url_of(2)]
        assert list(archive.orphans()) == [make_capture(1)]


@both_databases
def test_hostile_text_is_kept(kind: str, tmp_path: Path) -> None:
    """NUL, astral characters, huge and impossible dates, quotes: stored and found as they are."""
    with Place(tmp_path, kind).open(write=True) as archive:
        nasty = replace(
            make_article(text="正文\x00里有𠀀和'引号\"%_\\。"),
            title="标\x00题",
            published=make_article().published.replace(year=1),  # type: ignore[union-attr]
        )
        assert kinds(take_in(archive, make_capture(), nasty)) == ["new"]
        assert kinds(take_in(archive, make_capture(hours=1), nasty)) == ["known"]
        found = archive.article(url_of(1))
        assert found is not None
        assert replace(found[0], evidence={}) == nasty
        for word in ("𠀀", "%_\\", "'引号\""):
            assert archive.search(word).total == 1
        assert archive.search("%\\").total == 0


@both_databases
def test_the_export_is_stable_and_complete(kind: str, tmp_path: Path) -> None:
    """Articles come by date and id whatever the order of recording; filters hold; two exports are equal."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number in (*range(150, 230), *range(1, 150)):
            take_in(archive, make_capture(number), make_article(number))
    with place.open() as archive:
        first, second = io.BytesIO(), io.BytesIO()
        assert jsonl.write(archive.choose(), first, Options()).articles == 229
        jsonl.write(archive.choose(), second, Options())
        assert first.getvalue() == second.getvalue()
        lines = [json.loads(line) for line in first.getvalue().splitlines()]
        assert [line["title"] for line in lines] == [make_article(number).title for number in range(1, 230)]
        assert lines[0]["evidence"]["encoding"] == {"charset": "utf-8"}
        since, until = make_article(100).published, make_article(110).published
        some = [article.title for article, _ in archive.articles(SOURCE, since, until)]
        assert some == [make_article(number).title for number in range(100, 110)]
        assert list(archive.articles("another")) == []


@both_databases
def test_captures_can_be_listed_and_read_back(kind: str, tmp_path: Path) -> None:
    """Rows come oldest first with their page's address, the capture is equal to the one that was kept."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for hours in (2, 0, 1):
            take_in(archive, make_capture(hours=hours, text=str(hours)), make_article())
        take_in(archive, make_capture(2, hours=3), make_article(2))
    with place.open() as archive:
        rows = list(archive.captures(url=url_of(1)))
        assert [row.fetched_at for row in rows] == [make_capture(hours=hours).fetched_at for hours in (0, 1, 2)]
        assert {(row.canonical_url, row.verdict, row.lost) for row in rows} == {(url_of(1), "article", False)}
        assert archive.capture(rows[1].id) == make_capture(hours=1, text="1")
        assert archive.capture("no such id") is None
        assert archive.latest_capture(SOURCE, url_of(1)) == make_capture(hours=2, text="2")
        assert [row.url for row in archive.captures(since=START + timedelta(hours=3))] == [url_of(2)]


@both_databases
def test_the_status_counts_what_there_is(kind: str, tmp_path: Path) -> None:
    """Numbers per source: articles by status, pages by state, failures by kind, captures and what is unread."""
    with Place(tmp_path, kind).open(write=True) as archive:
        archive.begin_run(SOURCE, START, "crawl")
        take_in(archive, make_capture(1), make_article(1))
        take_in(archive, make_capture(2), make_article(2))
        take_in(archive, make_capture(2, hours=1, status=404), verdict="other")
        archive.failed(SOURCE, url_of(3), START, "dns", "The name is not known.")
        archive.keep(make_capture(4))
        (status,) = archive.status()
        assert status.articles == {"gone": 1, "live": 1}
        assert status.pages == {"failed": 1, "fetched": 1, "gone": 1}
        assert status.failures == {"dns": 1}
        assert (status.captures, status.unread, status.lost) == (4, 1, 0)
        assert status.last_success == make_capture(1).fetched_at
        assert status.last_run is not None


@both_databases
def test_a_lone_surrogate_becomes_a_replacement_mark(kind: str, tmp_path: Path) -> None:
    """It is no character: no database and no JSON can hold it, and a page with one is recorded all the same."""
    with Place(tmp_path, kind).open(write=True) as archive:
        article = replace(make_article(text="正文\ud800完"), title="题\udfff")
        archive.found(SOURCE, [FoundLink("http://a.example/\ud800", "http://a.example/\ud800", title="\ud800")], START)
        archive.record(make_capture(), url_of(1), "article", [article], {"seen\ud800": ["\ud800"]})
        found = archive.article(url_of(1))
        assert found is not None
        assert (found[0].title, found[0].blocks[0].text) == ("题?", "正文?完")
        assert found[0].evidence == {"seen?": ["?"]}
        assert archive.search("完").total == 1
        assert kinds(archive.record(make_capture(), url_of(1), "article", [article], {}, None)) == ["known"]


def test_what_json_writes_otherwise_is_no_change(tmp_path: Path) -> None:
    """A tuple in the quality comes back as a list, and the same reading recorded again is known."""
    with Place(tmp_path).open(write=True) as archive:
        article = replace(make_article(), quality={"spans": (1, 2)})
        assert kinds(take_in(archive, make_capture(), article)) == ["new"]
        assert kinds(take_in(archive, make_capture(), article)) == ["known"]


def test_verify_tells_every_difference(tmp_path: Path) -> None:
    """Nothing on a sound archive; a changed byte, a missing file and a wrong row are told, and nothing is changed."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        for number in range(1, 4):
            take_in(archive, make_capture(number), make_article(number))
        archive.commit()
        assert list(archive.verify()) == []
    (path,) = (place.data / "captures").iterdir()
    data = bytearray(path.read_bytes())
    data[-60] ^= 1
    path.write_bytes(data)
    with place.open() as archive:
        (damaged,) = archive.verify()
        assert "is damaged" in damaged.sentence
        assert make_capture(3).id in damaged.sentence
        path.unlink()
        assert [str(one) for one in archive.verify()] == [f"The capture file {path.name} is missing."]


def test_a_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A capture that could not be written whole is not there at all, and the next one is whole."""
    place = Place(tmp_path)
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:100])

    with place.open(write=True) as archive:
        archive.keep(make_capture(1))
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(OSError, match="No space"):
                archive.keep(make_capture(2))
        archive.keep(make_capture(3))
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        assert [capture.url for capture in archive.orphans()] == [url_of(1), url_of(3)]
        assert list(archive.verify()) == []


def test_reading_what_is_not_there_says_so(tmp_path: Path) -> None:
    """A reader never makes an archive."""
    with pytest.raises(ArchiveMissing, match="Crawl a source first"):
        Archive.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_lost_is_no_archive_that_never_was(tmp_path: Path) -> None:
    """A reader says what brings it back, and who writes does: all captures are read again."""
    with Archive.open(tmp_path, write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
    for file in tmp_path.glob("archive.db*"):
        file.unlink()
    with pytest.raises(ArchiveMissing, match=r"has captures and no archive\.db"):
        Archive.open(tmp_path)
    with Archive.open(tmp_path, write=True) as archive:
        assert [capture.url for capture in archive.orphans()] == [url_of(1)]


def test_a_database_that_cannot_be_opened_is_told_without_its_password(tmp_path: Path) -> None:
    """A server that is not there and a file that is no database: a sentence, not a driver's traceback."""
    with pytest.raises(ArchiveUnreachable, match="cannot be opened") as raised:
        Archive.open(tmp_path, f"postgresql://me:secret@/none?host={tmp_path}", write=True)
    assert "secret" not in str(raised.value)
    (tmp_path / "archive.db").write_bytes(b"this is no database" * 100)
    for write in (True, False):
        with pytest.raises(ArchiveUnreachable, match="not a database"):
            Archive.open(tmp_path, write=write)


def test_the_model_and_the_decisions_are_light_to_import() -> None:
    """Neither pulls in the database; the store does not pull in the migrations, not even to open."""
    light = "import sys, archive.model, archive.decide, archive.query; print('sqlalchemy' in sys.modules)"
    store = "import sys, archive.store; print('alembic' in sys.modules)"
    for program in (light, store):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"
