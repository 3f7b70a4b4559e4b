"""What a crawl learns at its end, on an archive: when it is due, what is read with it, and the alarm of a redesign."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from learn_sites import HOST, Made, redesigned, site

from archive.model import Capture
from archive.store import Archive, ArchiveBroken
from crawler.cli.knowing import informed
from crawler.cli.options import Common
from crawler.fetch import FetchOptions, FetchReport, Job
from crawler.intake import take_in
from crawler.learning import Informed, Lessons, after_crawl, is_due, known, lesson
from crawler.order import Order
from crawler.reader import Answer, ReadingFault, Task
from crawler.reader.here import Here
from crawler.run import Outcome
from crawler.run import crawl as run_crawl
from crawler.source import Source

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
SOURCE = Source(id="pingchuan", name="平川新闻网", home=f"{HOST}/", hosts=("news.pingchuan.example",))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def crawl(archive: Archive, pages: Sequence[Made], day: int, extra: str = "") -> list[str]:
    """Take in pages as a crawl does, one a minute; the kinds of the changes."""
    reader = Informed(Here(), partial(known, archive))
    kinds: list[str] = []
    for number, page in enumerate(pages):
        body = (page.markup + extra).encode()
        capture = Capture(
            url=page.url,
            source_id=SOURCE.id,
            fetched_at=NOON + timedelta(days=day, minutes=number),
            status=200,
            body=body,
            content=body,
            response_headers=(("Content-Type", "text/html; charset=utf-8"),),
        )
        archive.keep(capture)
        taken = asyncio.run(take_in(archive, reader, SOURCE, capture, page.url, None, None, {}))
        kinds += [change.kind for change in taken.changes]
    return kinds


def learn(archive: Archive, day: int) -> Lessons:
    """The end of the crawl of that day."""
    return asyncio.run(after_crawl(archive, Here(), [SOURCE], NOON + timedelta(days=day, hours=1)))


def furniture_left(archive: Archive, pages: Sequence[Made]) -> int:
    """How many lines of furniture stand in the articles of the pages."""
    texts = {article.url: article.text for article, _ in archive.articles()}
    return sum(line in texts[page.url] for page in pages for line in page.furniture)


def test_a_crawl_learns_at_its_end_and_the_next_one_reads_with_it(archive: Archive) -> None:
    """What was learnt from the first day's pages cleans those of the second, and the readings name it."""
    pages = site(5, count=40)
    crawl(archive, pages[:30], day=0)
    assert learn(archive, day=0).changes == {}
    learnt = known(archive, SOURCE.id)
    assert learnt is not None
    crawl(archive, pages[30:], day=1)
    assert furniture_left(archive, pages[30:]) < 0.2 * sum(len(page.furniture) for page in pages[30:])
    for told in archive.newest_evidence(SOURCE.id, 5):
        assert told["learnt"]["profile"] == learnt.digest


def test_the_pages_that_were_learnt_from_are_read_again(archive: Archive) -> None:
    """Their articles lose the furniture by a revision that says why; a counter that moves later is no edit."""
    pages = site(5, count=30)
    crawl(archive, pages, day=0)
    before = furniture_left(archive, pages)
    count = learn(archive, day=0).read_again[SOURCE.id]
    assert furniture_left(archive, pages) < 0.2 * before
    revisions = [archive.revisions(standing.id) for _, standing in archive.articles()]
    assert sum(len(each) == 2 for each in revisions) == count > 0
    assert {each[-1].reason for each in revisions if len(each) == 2} == {"re-read"}
    assert set(crawl(archive, pages, day=1, extra="<!-- 1,024 clicks -->")) == {"known"}


def test_what_was_learnt_since_an_article_was_read_is_no_edit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl killed before it read again, or an older article: a moved counter makes a `re-read`, an edit an edit."""

    async def killed(*args: object) -> int:
        return 0

    monkeypatch.setattr("crawler.learning.read_again", killed)
    pages = site(5, count=30)
    crawl(archive, pages, day=0)
    before = furniture_left(archive, pages)
    learn(archive, day=0)
    edited = replace(
        pages[3], markup=pages[3].markup.replace(pages[3].text[1], f"{pages[3].text[1]}另据了解，尚有余款。")
    )
    kinds = crawl(archive, [*pages[:3], edited, *pages[4:]], day=1, extra="<!-- 1,024 clicks -->")
    assert [kind for kind in kinds if kind != "known"] == ["changed"]
    assert furniture_left(archive, pages) < 0.2 * before
    reasons = {
        article.url: [revision.reason for revision in archive.revisions(standing.id)]
        for article, standing in archive.articles()
    }
    assert reasons.pop(edited.url) in (["new", "re-read", "edited"], ["new", "edited"])
    assert {tuple(each) for each in reasons.values()} == {("new",), ("new", "re-read")}


def test_commands_that_store_nothing_read_with_what_was_learnt(tmp_path: Path) -> None:
    """`read --source`, `source test` and a dry run show what a crawl would store; without an archive they do too."""
    pages = site(5, count=31)
    common = Common(as_json=False, verbosity=-1, config=None, data=tmp_path / "data", database=None)
    here = Here()
    assert informed(common, here, [SOURCE]) is here
    with Archive.open(tmp_path / "data", write=True) as archive:
        crawl(archive, pages[:30], day=0)
        learn(archive, day=0)
        learnt = known(archive, SOURCE.id)
    assert learnt is not None
    task = Task(pages[30].markup.encode(), pages[30].url, "text/html; charset=utf-8", SOURCE)
    answer = asyncio.run(informed(common, here, [SOURCE]).read(task))
    assert answer.reading.evidence.learnt["profile"] == learnt.digest


class Failing(Here):
    """Fails on one page, as a reading process tells of a fault of ours."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def read(self, task: Task) -> Answer:
        """Read all other pages."""
        if task.url == self.url:
            raise ReadingFault("IndexError: list index out of range (furniture.py, line 1)")
        return await super().read(task)


def test_a_fault_on_one_page_stops_no_learning(archive: Archive) -> None:
    """The others are learnt from, the fault is told, and the crawl ends with 1."""
    pages = site(5, count=12)
    crawl(archive, pages, day=0)
    lessons = asyncio.run(after_crawl(archive, Failing(pages[2].url), [SOURCE], NOON + timedelta(days=1)))
    learnt = known(archive, SOURCE.id)
    assert learnt is not None
    assert learnt.pages == 11
    assert all(pages[2].url in sentence for sentence in lessons.faults[SOURCE.id])
    assert Outcome((), faults=1).exit_code == 1


def test_a_fault_of_learning_ends_no_crawl(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several sources the others are learnt from; the fault is a sentence, and the exit code tells of it."""
    pages = site(1)
    crawl(archive, pages, 0)

    def broken(archive: Archive, source_id: str, at: datetime) -> None:
        if source_id == "broken":
            raise KeyError("of our own making")

    monkeypatch.setattr("crawler.learning.alarm", broken)
    both = [msgspec.structs.replace(SOURCE, id="broken"), SOURCE]
    lessons = asyncio.run(after_crawl(archive, Here(), both, NOON + timedelta(hours=1)))
    assert list(lessons.faults) == ["broken"]
    assert "of our own making" in lessons.faults["broken"][0]
    assert known(archive, SOURCE.id) is not None


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOSPC])
def test_what_is_wrong_with_the_machine_is_no_fault_of_a_source(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It is wrong for all of them: learning ends with it."""

    def fail(*arguments: object) -> None:
        raise OSError(number, "the machine's")

    monkeypatch.setattr("crawler.learning.alarm", fail)
    with pytest.raises(OSError, match="the machine's"):
        asyncio.run(after_crawl(archive, Here(), [SOURCE], NOON))


def test_a_crawl_stands_though_learning_from_it_failed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its run is finished, the sentence is among its problems, the exit code is 1; what ends everything still does."""

    def fail(error: Exception) -> None:
        def broken(archive: Archive, source_id: str, at: datetime) -> None:
            raise error

        monkeypatch.setattr("crawler.learning.alarm", broken)

    def fetched(jobs: Sequence[Job], options: FetchOptions) -> FetchReport:
        for job in jobs:
            list(job.crawl.first())
        return FetchReport(False, {})

    monkeypatch.setattr("crawler.run.fetch", fetched)
    terms = (lambda source: Order(), FetchOptions(user_agent="test"), lambda: NOON)
    fail(RuntimeError("of our own making"))
    outcome = run_crawl([SOURCE], archive, Here(), *terms)
    assert [run.state for run in archive.runs()] == ["finished"]
    assert outcome.exit_code == 1
    assert "of our own making" in outcome.told[SOURCE.id][0]
    fail(ArchiveBroken(OSError(28, "No space left on device")))
    with pytest.raises(ArchiveBroken):
        run_crawl([SOURCE], archive, Here(), *terms)
    assert [run.state for run in archive.runs()] == ["finished", "finished"]


def test_learning_is_due_when_enough_is_new(archive: Archive) -> None:
    """Five articles, then half as many as were learnt from; what is fetched again is nothing new."""
    pages = site(5, count=30)
    crawl(archive, pages[:4], day=0)
    assert not is_due(archive, SOURCE.id)
    assert asyncio.run(lesson(archive, Here(), SOURCE)) is None
    crawl(archive, pages[4:20], day=1)
    assert is_due(archive, SOURCE.id)
    learn(archive, day=1)
    assert not is_due(archive, SOURCE.id)
    crawl(archive, pages[:20], day=2, extra="<!-- fetched again -->")
    crawl(archive, pages[20:29], day=3)
    assert not is_due(archive, SOURCE.id)
    crawl(archive, pages[29:], day=4)
    assert is_due(archive, SOURCE.id)


def test_a_redesign_is_told_once_and_learnt(archive: Archive) -> None:
    """The crawl that meets five pages of the new dress tells it and ends with 1; the next one knows the template."""
    before, after = redesigned(1, before=20, after=12)
    crawl(archive, before, day=0)
    assert learn(archive, day=0).changes == {}
    crawl(archive, after[:6], day=1)
    (change,) = learn(archive, day=1).changes.values()
    assert "look like none of the" in change.sentence
    assert archive.status()[0].template_change == change
    assert Outcome((), changed={SOURCE.id: change.sentence}).exit_code == 1
    crawl(archive, after[6:], day=2)
    assert learn(archive, day=2).changes == {}
    assert archive.template_changes() == (change,)


def test_what_is_learnt_does_not_depend_on_the_order_of_the_pages(tmp_path: Path) -> None:
    """The same captures, taken in from the first to the last or the other way round, give the same profile."""
    digests = set()
    for name, step in (("one", 1), ("other", -1)):
        with Archive.open(tmp_path / name, write=True) as archive:
            pages = site(8, count=20)
            for number in list(range(20))[::step]:
                crawl(archive, [pages[number]], day=number)
            learnt = asyncio.run(lesson(archive, Here(), SOURCE))
            assert learnt is not None
            digests.add(learnt.digest)
    assert len(digests) == 1
