"""Pages read again with today's rules: what is reported, recorded, refused and undone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from postgresql_server import new_database

from archive.model import Article, Block, Capture, Run, Verdict
from archive.reread import HeldArticle, ReadAgain
from archive.store import Archive
from crawler.demo.many import many_pages_site
from crawler.pipeline import read
from crawler.reader import Answer, Task
from crawler.reader.here import Here
from crawler.reread.report import Report
from crawler.reread.run import Rereader, Scope
from crawler.source import Source
from crawler.source.load import load_source

BASE = "http://127.0.0.1:9"
START = datetime(2026, 11, 4, tzinfo=UTC)
AMOUNT = 8


class Bench:
    """An archive of generated pages and the source's file, which a test changes."""

    def __init__(self, folder: Path, kind: str = "sqlite") -> None:
        self.data = folder / "data"
        self.kind = kind
        self.database = new_database() if kind == "postgresql" else None
        self.file = folder / "config" / "sources" / "many.toml"
        self.file.parent.mkdir(parents=True)
        site = many_pages_site(AMOUNT)
        self.file.write_text(site.source(BASE), "utf-8")
        built = site.build(BASE, 1, 7)
        self.pages = [(BASE + path, built.answers[path].body) for path in built.truth]

    def open(self) -> Archive:
        """The archive, for writing."""
        return Archive.open(self.data, self.database, write=True)

    @property
    def source(self) -> Source:
        """The source as its file says today."""
        return load_source(self.file, {})

    def rules(self, template: str) -> None:
        """Another template in the source's file."""
        self.file.write_text(self.file.read_text("utf-8").partition("\n[[templates]]")[0] + template, "utf-8")

    def capture(self, number: int, *, hours: float = 0, status: int = 200, content: bytes | None = None) -> Capture:
        """A response of a page."""
        url, page = self.pages[number]
        body = page if content is None else content
        at = START + timedelta(hours=hours, seconds=number)
        headers = (("Content-Type", "text/html"),)
        return Capture(url, "many", at, status, body, response_headers=headers, content=body)

    def take_in(self, archive: Archive, capture: Capture, verdict: Verdict | None = None) -> None:
        """Recorded as today's rules read it, or as something else."""
        reading = read(capture.content, capture.url, "text/html", self.source, captured=START.date())
        articles = reading.articles if verdict is None else ()
        archive.record(capture, capture.url, verdict or reading.verdict, articles, {"read": "first"})

    def filled(self) -> None:
        """All pages, read as articles."""
        with self.open() as archive:
            for number in range(AMOUNT):
                self.take_in(archive, self.capture(number))

    def again(self, archive: Archive, reader: object = None) -> Rereader:
        """The source's pages, to be read again."""
        return Rereader(archive, reader or Here(), Scope([self.source]))  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    """An empty one."""
    return Bench(tmp_path, request.param)


DROPS = '\n[[templates]]\ndrop = ["p:last-child"]\n'


def counts(report: Report) -> dict[str, int]:
    """Articles by what became of them."""
    return dict(report.articles)


def test_the_same_rules_find_the_same_and_read_each_page_once(bench: Bench) -> None:
    """Nothing differs; asked again, nothing is read."""
    bench.filled()
    with bench.open() as archive:
        again = bench.again(archive)
        assert (again.read(), counts(again.report())) == (AMOUNT, {"same": AMOUNT})
        assert bench.again(archive).read() == 0


def test_a_report_changes_nothing_and_apply_records_revisions(bench: Bench) -> None:
    """Reason `re-read`, the capture's own moment, status and times as they were; the second time all is the same."""
    bench.filled()
    bench.rules(DROPS)
    with bench.open() as archive:
        before = {standing.id: standing for _, standing in archive.articles()}
        again = bench.again(archive)
        again.read()
        report = again.report()
        assert counts(report) == {"changed": AMOUNT}
        assert report.fields == {"text": AMOUNT}
        assert {standing.id: standing for _, standing in archive.articles()} == before
        assert report.below(1.0)
        assert again.apply(START) == (AMOUNT, 0)
        for article, standing in archive.articles():
            newest = archive.revisions(standing.id)[-1]
            assert (newest.number, newest.reason) == (2, "re-read")
            assert newest.article.blocks == article.blocks
            assert standing == replace(before[standing.id], revision=2)
            assert newest.read_at == before[standing.id].first_seen
        later = bench.again(archive)
        assert (later.read(), counts(later.report())) == (0, {"same": AMOUNT})


def test_undo_gives_the_former_texts_back(bench: Bench) -> None:
    """As new revisions; what was brought is marked as gone, what was changed since is left."""
    bench.filled()
    with bench.open() as archive:
        bench.take_in(
            archive, bench.capture(0, hours=1, content=bench.pages[0][1].replace("，".encode(), "、".encode()))
        )
        texts = {standing.id: article.text for article, standing in archive.articles()}
        bench.rules(DROPS)
        again = bench.again(archive)
        again.read()
        again.apply(START)
        bench.take_in(
            archive, bench.capture(1, hours=9, content=bench.pages[1][1].replace("。".encode(), "！".encode()))
        )
        changed = archive.article(bench.pages[1][0])
        undone = archive.undo_application(START)
        assert undone is not None
        assert (undone.back, undone.gone, undone.left) == (AMOUNT - 1, 0, 1)
        for article, standing in archive.articles():
            if article.url == bench.pages[1][0]:
                assert changed is not None
                assert article.text == changed[0].text
            else:
                assert article.text == texts[standing.id]
                assert standing.revision >= 3
        assert archive.undo_application(START) is None


def test_what_former_rules_did_not_find_is_gained_and_undone_as_gone(bench: Bench) -> None:
    """Also a capture that was set aside, and not the page that is gone today: its article is gained as gone."""
    with bench.open() as archive:
        for number in range(AMOUNT):
            bench.take_in(archive, bench.capture(number), "other")
        archive.set_aside(bench.capture(0, hours=1), "a fault of ours")
        bench.take_in(archive, bench.capture(1, hours=2, status=404), "other")
        again = bench.again(archive)
        again.read()
        assert counts(again.report()) == {"gained": AMOUNT}
        assert again.apply(START) == (AMOUNT, 0)
        held = {article.url: standing for article, standing in archive.articles()}
        assert {standing.status for standing in held.values()} == {"live", "gone"}
        assert held[bench.pages[1][0]].status == "gone"
        assert archive.revisions(held[bench.pages[0][0]].id)[0].reason == "re-read"
        assert archive.pages("many")[bench.pages[2][0]].state == "fetched"
        later = bench.again(archive)
        assert (later.read(), counts(later.report())) == (0, {"same": AMOUNT})
        undone = archive.undo_application(START)
        assert undone is not None
        assert undone.gone == AMOUNT
        assert {standing.status for _, standing in archive.articles()} == {"gone"}
        back = bench.again(archive)
        back.read()
        assert counts(back.report())["restored"] == AMOUNT - 1
        back.apply(START)
        assert sorted(standing.status for _, standing in archive.articles()) == ["gone", *["restored"] * (AMOUNT - 1)]


def test_articles_that_are_not_found_any_more_stay(bench: Bench) -> None:
    """They are lost in the report, the floor refuses that, and nothing is taken away."""
    bench.filled()
    with bench.open() as archive:
        again = bench.again(archive, NoArticle())
        again.read()
        report = again.report()
        assert counts(report) == {"lost": AMOUNT}
        assert "would not be found" in report.below(1.0)[0]
        assert again.apply(START) == (0, 0)
        assert {standing.status for _, standing in archive.articles()} == {"live"}


def test_a_gone_article_stays_gone_and_its_text_is_read_with_todays_rules(bench: Bench) -> None:
    """Its last good copy decides."""
    bench.filled()
    bench.rules(DROPS)
    with bench.open() as archive:
        bench.take_in(archive, bench.capture(3, hours=5, status=404), "other")
        again = bench.again(archive)
        again.read()
        again.apply(START)
        found = archive.article(bench.pages[3][0])
        assert found is not None
        assert (found[1].status, found[1].revision) == ("gone", 2)


def test_the_newest_copy_decides_and_no_older_one_than_the_article_rests_on(bench: Bench) -> None:
    """A challenge behind it plays no part; where its own record is lost, it stays as it is."""
    bench.filled()
    with bench.open() as archive:
        edited = bench.pages[0][1].replace("。".encode(), "！".encode())
        bench.take_in(archive, bench.capture(0, hours=1, content=edited))
        bench.take_in(archive, bench.capture(0, hours=2, content=b"<html><body>wait</body></html>"), "challenge")
        before = archive.article(bench.pages[0][0])
        again = bench.again(archive)
        again.read()
        assert counts(again.report()) == {"same": AMOUNT}
        archive._lost(next(row for row in archive.captures() if row.fetched_at == START + timedelta(hours=1)))
        bench.rules(DROPS)
        lost = bench.again(archive)
        lost.read()
        assert lost.report().pages["damaged"] == 1
        lost.apply(START)
        assert archive.article(bench.pages[0][0]) == before


class NoArticle:
    """Rules that find nothing."""

    async def read(self, task: Task) -> Answer:
        """No article."""
        return Answer(read(b"<html><body>nothing</body></html>", task.url))


class Stopping:
    """A reader whose limit every page meets."""

    async def read(self, task: Task) -> Answer:
        """The answer of a page that took too long."""
        return Answer.of_stopped("Reading it took more than 5 s and was stopped.")


def test_a_page_that_meets_the_limit_is_no_loss_and_is_tried_again(bench: Bench) -> None:
    """It is counted as not read."""
    bench.filled()
    with bench.open() as archive:
        again = bench.again(archive, Stopping())
        assert again.read() == AMOUNT
        report = again.report()
        assert (report.failed, counts(report)) == (AMOUNT, {})
        assert not report.below(1.0)
        assert bench.again(archive).read() == AMOUNT


def test_what_was_changed_meanwhile_is_not_overwritten(bench: Bench) -> None:
    """A revision that came between reading and recording stays the newest."""
    bench.filled()
    bench.rules(DROPS)
    with bench.open() as archive:
        again = bench.again(archive)
        again.read()
        bench.take_in(
            archive, bench.capture(0, hours=1, content=bench.pages[0][1].replace("。".encode(), "！".encode()))
        )
        assert again.apply(START) == (AMOUNT - 1, 1)
        found = archive.article(bench.pages[0][0])
        assert found is not None
        assert "！" in found[0].text


def test_the_pages_are_read_in_any_order_and_number_to_the_same_bytes(bench: Bench, tmp_path: Path) -> None:
    """One at a time or eight, cut off on the way or not."""
    other = Bench(tmp_path / "other", bench.kind)
    rows = []
    for each, at_once in ((bench, 1), (other, 8)):
        each.filled()
        each.rules(DROPS)
        if at_once == 8:
            with each.open() as archive, pytest.raises(RuntimeError):
                Rereader(archive, Failing(), Scope([each.source]), at_once).read()
        with each.open() as archive:
            again = Rereader(archive, Here(), Scope([each.source]), at_once)
            again.read()
            again.apply(START)
            found = archive._connection.exec_driver_sql("SELECT * FROM revision ORDER BY 1, 2").all()
            rows.append([tuple(row) for row in found])
    assert rows[0] == rows[1]


class Failing(Here):
    """Reads three pages; then all processes are gone."""

    left = 3

    async def read(self, task: Task) -> Answer:
        """An answer, or the end."""
        from crawler.reader import ReaderBroken

        self.left -= 1
        if self.left < 0:
            raise ReaderBroken("No reading process can be started.")
        return await super().read(task)


class Slow(Here):
    """Reads while others are read, as processes do."""

    async def read(self, task: Task) -> Answer:
        """An answer, a little later."""
        await asyncio.sleep(0.001)
        return await super().read(task)


def test_no_result_is_lost_where_some_are_kept_while_others_are_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page that was read is in the report."""
    monkeypatch.setattr("crawler.reread.run.BATCH", 1)
    bench.filled()
    with bench.open() as archive:
        again = Rereader(archive, Slow(), Scope([bench.source]), 4)
        assert (again.read(), counts(again.report())) == (AMOUNT, {"same": AMOUNT})


def test_the_floor_is_told_field_by_field() -> None:
    """One article in a hundred may lose a field, two may not."""

    def page(number: int, lost: Sequence[str]) -> ReadAgain:
        before = {"filled": ["title", "editor", "text"], "letters": 100}
        after = {"filled": [name for name in before["filled"] if name not in lost], "letters": 100}  # type: ignore[attr-defined]
        told = {"ordinal": 0, "what": "changed", "fields": list(lost), "id": str(number), "title": "标题"}
        return ReadAgain(
            f"http://a.example/{number}", "k", "changed", {"articles": [{**told, "before": before, "after": after}]}
        )

    for worse, said in ((1, 0), (2, 1)):
        report = Report()
        for number in range(100):
            report.add("a", page(number, ["editor"] if number < worse else []))
        assert len(report.below(1.0)) == said
    assert json.dumps(report.as_json())


def test_blocks_that_differ_in_composition_alone_are_the_same() -> None:
    """NFC, as everywhere where texts are compared."""
    from crawler.reread.compare import differing

    one = Article("http://a.example/1", "e\u0301", (Block("paragraph", "e\u0301"),))
    assert differing(one, replace(one, title="é", blocks=(Block("paragraph", "é"),)), same_content=True) == ()


def test_a_rule_that_drops_what_nobody_sees_lands_whichever_copy_is_newest(bench: Bench) -> None:
    """Former rules kept a blank; a newer copy has other bytes, as a counter makes them, and the same text."""
    with bench.open() as archive:
        for hours, counter in ((0, b""), (1, b"<!-- 2 readers -->")):
            capture = bench.capture(0, hours=hours, content=bench.pages[0][1] + counter)
            reading = read(capture.content, capture.url, "text/html", bench.source, captured=START.date())
            spaced = [
                replace(one, blocks=(*one.blocks[:-1], Block(one.blocks[-1].kind, f"\xa0 {one.blocks[-1].text}")))
                for one in reading.articles
            ]
            archive.record(capture, capture.url, reading.verdict, spaced, {"read": "first"})
        again = bench.again(archive)
        again.read()
        assert counts(again.report()) == {"changed": 1}
        again.apply(START)
        found = archive.article(bench.pages[0][0])
        assert found is not None
        assert (found[0].blocks, found[1].revision) == (reading.articles[0].blocks, 2)
        undone = archive.undo_application(START)
        assert undone is not None
        assert undone.back == 1
        found = archive.article(bench.pages[0][0])
        assert found is not None
        assert found[0].blocks == spaced[0].blocks


def test_a_blank_that_nobody_sees_differs_only_where_our_rules_may_have_made_it() -> None:
    """Of an article on several pages another copy may be of other pages."""
    from crawler.reread.compare import compared

    one = Article("http://a.example/1", "标题", (Block("paragraph", "产值，增长。"),))
    spaced = replace(one, blocks=(Block("paragraph", "产值，\xa0 增长。"),))
    joined = {"parts": ({"content_digest": "second"},)}
    held = HeldArticle("1" * 32, "http://a.example/1", one.ordinal, "many", 1, "live", "first", START)
    for evidence, digest, what in (({}, "a", "changed"), ({}, "b", "changed"), (joined, "b", "same")):
        before, now = replace(one, evidence=evidence), replace(spaced, evidence=evidence)
        (told,) = compared([(held, before, "a")], [now], digest, newest=True, gone=False)
        assert told["what"] == what


def test_recording_and_undoing_outdate_what_the_source_was_summed_up_from(bench: Bench) -> None:
    """Its next look counts all anew; reading alone changes nothing."""
    bench.filled()
    bench.rules(DROPS)
    with bench.open() as archive:

        def summed_up(hours: int) -> Run:
            """As of a run; the run behind it."""
            first, second = (
                archive.begin_run("many", START + timedelta(hours=hours + more), "crawl") for more in (0, 1)
            )
            archive.examined("many", first.id, START, [], "{}")
            return second

        again, run = bench.again(archive), summed_up(10)
        again.read()
        assert archive.since(run) is not None
        again.apply(START)
        assert archive.since(run) is None
        run = summed_up(20)
        assert archive.since(run) is not None
        archive.undo_application(START)
        assert archive.since(run) is None
