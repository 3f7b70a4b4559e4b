"""Articles on several pages in a crawl: one article, recorded once, whatever fails, changes or is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fake_web import SITE, KilledError
from parts_web import LIST, TEXTS, Web, address, crawl, html, source, texts

from archive.captures import DamagedCapture
from archive.model import Article, Capture, Standing
from archive.store import Archive, ArchiveBroken
from crawler.order import GIVE_UP_AFTER, Order
from crawler.reader import Answer, Task
from crawler.reader.here import Here
from crawler.reader.work import work as read_page
from crawler.run import take_in_orphans
from crawler.visit import Outcome, Visit


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


@pytest.fixture
def web() -> Web:
    """A list that shows one article of one page and one of three."""
    web = Web()
    web.publish(1, 1)
    web.publish(2, 3)
    web.show(address(1), address(2))
    return web


def held(archive: Archive, number: int = 2) -> tuple[Article, Standing]:
    """The article, which has to be there."""
    found = archive.article(address(number))
    assert found is not None
    return found


def reasons(archive: Archive, number: int = 2) -> list[str]:
    """Why each revision of an article was made."""
    return [revision.reason for revision in archive.revisions(held(archive, number)[1].id)]


def test_three_pages_are_one_article(archive: Archive, web: Web) -> None:
    """All paragraphs in order, page 1's facts, the editor of the last page; the pages are no articles."""
    counts = crawl(archive, web)
    assert (counts.new, counts.changed, counts.problems, counts.quarantined) == (2, 0, 0, 0)
    article, _ = held(archive)
    assert list(article.paragraphs) == texts(2, 3)
    assert (article.pages, article.origin, article.editor) == (3, "北原日报", ("陈立群",))
    assert article.title == "园区通报第2号"
    assert reasons(archive) == ["new"]
    assert len(list(archive.articles())) == 2
    assert [each["url"] for each in article.evidence["parts"]] == [address(2, 2), address(2, 3)]
    assert article.evidence["fields"]["editor"]["rule"].startswith("page 3")


def test_a_further_page_finds_its_article(archive: Archive, web: Web) -> None:
    """The address of page 2 leads to the article."""
    crawl(archive, web)
    found = archive.article(address(2, 2))
    assert found is not None
    assert found[1].id == held(archive)[1].id


def test_a_second_crawl_asks_for_every_page_conditionally_and_changes_nothing(archive: Archive, web: Web) -> None:
    """All pages answer 304: the article is known, once, and nothing is stored."""
    crawl(archive, web)
    captures = len(list(archive.captures()))
    web.visits.clear()
    counts = crawl(archive, web)
    assert (counts.new, counts.changed, counts.known, counts.pages) == (0, 0, 2, 0)
    assert {address(2), address(2, 2), address(2, 3)} <= set(web.asked)
    assert all(visit.etag for visit in web.visits)
    assert len(list(archive.captures())) == captures


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_change_on_any_page_is_one_revision(archive: Archive, web: Web, page: int) -> None:
    """An edit of one page makes one revision with the reason edited; the other pages' stored copies are used."""
    crawl(archive, web)
    web.pages[address(2, page)] = html(2, page, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")
    counts = crawl(archive, web)
    assert (counts.new, counts.changed, counts.known) == (0, 1, 1)
    assert reasons(archive) == ["new", "edited"]
    article, standing = held(archive)
    assert standing.status == "changed"
    assert len(article.paragraphs) == 10
    assert crawl(archive, web).changed == 0


def test_changes_on_two_pages_are_one_revision(archive: Archive, web: Web) -> None:
    """Pages 2 and 3 were edited together: no revision shows the one with the old text of the other."""
    crawl(archive, web)
    for page in (2, 3):
        web.pages[address(2, page)] = html(2, page, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")
    assert crawl(archive, web).changed == 1
    assert reasons(archive) == ["new", "edited"]


def test_another_answer_with_the_same_text_is_no_change(archive: Archive, web: Web) -> None:
    """A counter on page 2 is kept as a capture and makes no revision."""
    crawl(archive, web)
    web.pages[address(2, 2)] += "<!-- 77 -->"
    counts = crawl(archive, web)
    assert (counts.changed, counts.known) == (0, 2)


def test_what_a_failed_page_leaves_out_is_said_and_completed_later(archive: Archive, web: Web) -> None:
    """The article is recorded with what is there; when the page can be had it is completed, and not called changed."""
    web.down.add(address(2, 3))
    counts = crawl(archive, web)
    assert (counts.new, counts.problems) == (2, 1)
    article, _ = held(archive)
    assert list(article.paragraphs) == texts(2, 2)
    assert article.pages == 3
    assert any(address(2, 3) in sentence for sentence in article.evidence["lossy"])
    web.down.clear()
    counts = crawl(archive, web, Order(revisit="none"))
    assert counts.changed == 1
    article, standing = held(archive)
    assert list(article.paragraphs) == texts(2, 3)
    assert reasons(archive) == ["new", "completed"]
    assert standing.status == "live"
    assert not article.evidence["lossy"]


def test_a_page_that_never_comes_is_given_up(archive: Archive, web: Web) -> None:
    """After five failures nobody asks for the page by itself, and the article stays as it is."""
    web.down.add(address(2, 3))
    for _ in range(GIVE_UP_AFTER + 1):
        crawl(archive, web, Order(revisit="none"))
    web.visits.clear()
    crawl(archive, web, Order(revisit="none"))
    assert web.asked == [LIST]
    assert reasons(archive) == ["new"]


def test_a_copy_that_we_hold_outlives_a_failure(archive: Archive, web: Web) -> None:
    """Page 2 cannot be reached today: its stored copy stays part of the article, no text is lost."""
    crawl(archive, web)
    web.down.add(address(2, 2))
    web.pages[address(2, 3)] = html(2, 3, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")
    crawl(archive, web)
    assert len(held(archive)[0].paragraphs) == 10


def test_an_article_that_gained_a_page_is_followed(archive: Archive, web: Web) -> None:
    """An article of one page that is continued becomes one of three."""
    web.publish(1, 3)
    web.pages[address(1)] = html(1)
    crawl(archive, web)
    web.publish(1, 3)
    assert crawl(archive, web).changed == 1
    assert list(held(archive, 1)[0].paragraphs) == texts(1, 3)


def test_an_article_that_lost_a_page_is_shorter(archive: Archive, web: Web) -> None:
    """What no page shows any more is no part of the article, though it can still be had."""
    crawl(archive, web)
    web.pages[address(2)] = html(2, 1, 2)
    web.pages[address(2, 2)] = html(2, 2, 2)
    crawl(archive, web)
    article, _ = held(archive)
    assert (list(article.paragraphs), article.pages) == (texts(2, 2), 2)
    assert len(list(archive.articles())) == 2


def test_pages_that_only_lead_on_one_by_one_are_followed(archive: Archive, web: Web) -> None:
    """Each page shows 下一页 alone: the chain is walked to its end before the article is recorded."""
    for page in range(1, 5):
        link = f"<div><a href='{address(2, page + 1)}'>下一页</a></div>" if page < 4 else "<div>尾页</div>"
        web.pages[address(2, page)] = html(2, page, 4, below=link)
    counts = crawl(archive, web)
    assert counts.new == 2
    assert list(held(archive)[0].paragraphs) == texts(2, 4)
    assert reasons(archive) == ["new"]


@pytest.mark.parametrize("order", [(2, 1), (1, 2)])
def test_a_list_that_links_page_two_makes_no_article_of_it(archive: Archive, web: Web, order: tuple[int, ...]) -> None:
    """Whichever of both comes first, there is one article."""
    web.show(*(address(2, page) for page in order))
    counts = crawl(archive, web)
    assert (counts.new, counts.gone) == (1, 0)
    assert list(held(archive)[0].paragraphs) == texts(2, 3)
    assert len(list(archive.articles())) == 1
    web.visits.clear()
    counts = crawl(archive, web)
    assert (counts.new, counts.changed, counts.known) == (0, 0, 1)


def test_a_list_that_links_page_three_alone_leads_to_the_article(archive: Archive, web: Web) -> None:
    """Page 1 is visited because page 3 names it, although no list does."""
    web.show(address(2, 3))
    assert crawl(archive, web).new == 1
    assert list(held(archive)[0].paragraphs) == texts(2, 3)


def test_a_page_that_its_page_one_does_not_show_stands_alone(archive: Archive, web: Web) -> None:
    """Another article that is called like page 2 and links back is an article of its own; nothing is lost."""
    back = f"<div><a href='{address(1)}'>上一页</a></div>"
    web.pages[address(1, 2)] = html(7, below=back)
    web.show(address(1, 2), address(1))
    counts = crawl(archive, web)
    assert counts.new == 2
    assert len(list(archive.articles())) == 2
    assert crawl(archive, web).known == 2


def test_a_page_that_waits_for_its_page_one_is_read_back_from_its_file(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are not held meanwhile; where they cannot be read back the next crawl makes the article."""

    def damaged(archive: Archive, capture_id: str) -> Capture | None:
        raise DamagedCapture(f"{capture_id} is damaged")

    web.show(address(2, 2), address(2))
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "capture", damaged)
        crawl(archive, web)
    crawl(archive, web)
    assert list(held(archive)[0].paragraphs) == texts(2, 3)
    assert len(list(archive.articles())) == 1


def test_a_page_whose_page_one_is_gone_stands_alone(archive: Archive, web: Web) -> None:
    """Page 1 answers 404: what is left of the article is an article."""
    del web.pages[address(2)]
    web.show(address(2, 2))
    crawl(archive, web)
    assert len(list(archive.articles())) == 1


def test_a_crawl_with_a_limit_counts_articles(archive: Archive, web: Web) -> None:
    """With a limit of one, the article of three pages comes whole."""
    web.show(address(2), address(1))
    assert crawl(archive, web, Order(limit=1)).new == 1
    assert held(archive)[0].pages == 3


@pytest.mark.parametrize("page", [1, 2])
def test_a_recrawl_of_any_page_reads_the_whole_article(archive: Archive, web: Web, page: int) -> None:
    """A page that is named is fetched with all others, without validators."""
    crawl(archive, web)
    web.visits.clear()
    crawl(archive, web, Order(only=(address(2, page),)))
    assert sorted(web.asked) == sorted(address(2, each) for each in (1, 2, 3))
    assert not any(visit.etag for visit in web.visits)
    assert reasons(archive) == ["new"]


def test_an_article_that_moved_is_joined_under_the_address_that_answered(archive: Archive, web: Web) -> None:
    """The list shows an old address that redirects to page 1: one article of three pages, also a second time."""

    class Moved(Web):
        def answer(self, visit: Visit) -> Outcome:
            outcome = super().answer(visit)
            if visit.url == address(9) and isinstance(outcome, Capture):
                return replace(outcome, url=address(2), requested_url=address(9))
            return outcome

    moved = Moved(pages={**web.pages, address(9): web.pages[address(2)]})
    moved.show(address(9))
    assert crawl(archive, moved).new == 1
    ((article, standing),) = archive.articles()
    assert list(article.paragraphs) == texts(2, 3)
    assert standing.canonical_url == address(2)
    moved.pages[address(2, 3)] = html(2, 3, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")
    counts = crawl(archive, moved)
    assert (counts.changed, counts.known) == (1, 0)
    assert len(list(archive.articles())) == 1


def test_page_one_gone_is_the_article_gone(archive: Archive, web: Web) -> None:
    """The further pages still answer, and do not keep the article alive."""
    crawl(archive, web)
    del web.pages[address(2)]
    assert crawl(archive, web).gone == 1
    assert held(archive)[1].status == "gone"


def test_cycles_and_endless_pagers_end(archive: Archive, web: Web) -> None:
    """Pages that lead in a circle are read once; of a pager of ten thousand pages fifty are taken."""
    ring = "".join(f"<a href='{address(1, page)}'>{page}</a> " for page in (1, 2, 3))
    for page in (1, 2, 3):
        web.pages[address(1, page)] = html(1, page, 3, below=f"<div>{ring}</div>")
    endless = "".join(f"<li><a href='{address(2, page)}'>{page}</a></li>" for page in range(2, 10_002))
    for page in range(1, 400):
        web.pages[address(2, page)] = html(2, page, 400, below=f"<ul>{endless if page == 1 else ''}</ul>")
    counts = crawl(archive, web)
    assert counts.new == 2
    assert list(held(archive, 1)[0].paragraphs) == texts(1, 3)
    assert held(archive, 2)[0].pages == 50
    assert len(web.visits) < 60


def test_a_chain_without_end_is_cut(archive: Archive, web: Web) -> None:
    """Each page names one more, for ever: fifty are taken."""
    for page in range(1, 200):
        web.pages[address(2, page)] = html(
            2, page, 999, below=f"<div><a href='{address(2, page + 1)}'>下一页</a></div>"
        )
    crawl(archive, web)
    assert held(archive)[0].pages == 50
    assert len(web.visits) < 60


def test_a_server_that_shows_page_one_for_every_number_adds_nothing(archive: Archive, web: Web) -> None:
    """The text stands once however many numbers answer with it."""
    for page in (2, 3):
        web.pages[address(2, page)] = web.pages[address(2)]
    crawl(archive, web)
    article, _ = held(archive)
    assert (list(article.paragraphs), article.pages) == (texts(2, 1), 1)


def test_the_page_that_holds_all_is_taken(archive: Archive, web: Web) -> None:
    """Where a site offers the whole article on one page, that is fetched in place of the others."""
    whole = f"{SITE}/gy/202611/t20261103_2_all.html"
    web.pages[whole] = html(2, extra="".join(f"<p>　　{text}</p>" for text in texts(2, 3)[3:]))
    below = f"<div>1 <a href='{address(2, 2)}'>2</a></div><div><a href='{whole}'>在本页阅读全文</a></div>"
    web.pages[address(2)] = html(2, 1, 3, below=below)
    crawl(archive, web)
    article, _ = held(archive)
    assert list(article.paragraphs) == texts(2, 3)
    assert address(2, 2) not in web.asked


def test_a_crawl_cut_off_at_any_visit_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Wherever a crawl stops, the next one ends with the same articles, each of one revision."""
    for stop_after in range(1, 7):
        web = Web()
        web.publish(1, 1)
        web.publish(2, 3)
        web.publish(3, 2)
        web.show(address(2, 2), address(1), address(2), address(3))
        data = tmp_path / str(stop_after)
        with pytest.raises(KilledError), Archive.open(data, write=True) as opened:
            crawl(opened, web, stop_after=stop_after)
        with Archive.open(data, write=True) as opened:
            take_in_orphans(opened, Here(), {"news": source()})
            crawl(opened, web, Order(revisit="none"))
            found = {article.title: standing for article, standing in opened.articles()}
            assert len(found) == 3, f"cut off after {stop_after} visits"
            assert all(standing.revision == 1 for standing in found.values()), stop_after
            assert list(held(opened)[0].paragraphs) == texts(2, 3)


def test_a_hook_that_fails_is_a_problem_and_costs_no_article(archive: Archive, web: Web, tmp_path: Path) -> None:
    """Every page that is read without the hook says so; the articles are there, and so is what to do."""
    hook = tmp_path / "news.py"
    hook.write_text("def clean(soup):\n    soup.no_such()\n", "utf-8")
    counts = crawl(archive, web, watched=msgspec.structs.replace(source(), hook=str(hook)))
    assert (counts.new, counts.problems) == (2, 5)  # four pages of articles and the list page
    page = archive.pages("news")[address(2, 2)]
    assert (page.state, page.error_kind) == ("fetched", "hook")
    assert "news.py" in (page.error or "")
    assert list(held(archive)[0].paragraphs) == texts(2, 3)
    assert any("news.py" in sentence for sentence in held(archive)[0].evidence["troubles"])


@pytest.mark.parametrize("last", ["comes", "fails", "stands"])
def test_a_page_whose_second_reading_is_stopped_costs_no_article(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """Page 1 was read, and the clock runs out when it is read again to be joined: the next crawl makes the article."""
    stopped = []

    def work(task: Task) -> Answer:
        if task.url == address(2):
            stopped.append(task.url)
            if len(stopped) == 2:
                return Answer.of_stopped("Reading it took more than 5 s and was stopped.")
        return read_page(task)

    monkeypatch.setattr("crawler.reader.here.work", work)
    if last == "fails":
        web.down.add(address(2, 3))
    if last == "stands":  # the further pages came before, as what the list shows
        web.show(address(1), *(address(2, page) for page in (2, 3)), address(2))
    counts = crawl(archive, web)
    assert (counts.new, counts.problems) == (1, 1)
    assert archive.article(address(2)) is None
    web.down.clear()
    take_in_orphans(archive, Here(), {"news": source()})
    crawl(archive, web, Order(revisit="none"))
    assert list(held(archive)[0].paragraphs) == texts(2, 3)
    assert reasons(archive) == ["new"]


@pytest.mark.parametrize("page", [1, 2])
def test_a_stored_page_whose_reading_is_stopped_takes_no_text_away(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Page 3 was edited, and a stored copy of another page meets the limit: no revision lacks that page's text."""
    crawl(archive, web)
    web.pages[address(2, 3)] = html(2, 3, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")

    def work(task: Task) -> Answer:
        return Answer.of_stopped("Stopped.") if task.url == address(2, page) else read_page(task)

    with monkeypatch.context() as patch:
        patch.setattr("crawler.reader.here.work", work)
        assert crawl(archive, web).problems == 1
        assert reasons(archive) == ["new"]
    crawl(archive, web)
    assert len(held(archive)[0].paragraphs) == 10
    assert reasons(archive) == ["new", "edited"]


def test_a_further_page_that_takes_too_long_is_told(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crawl says so, the article names it as missing; so does one whose capture a killed crawl had left."""
    why = "Reading it took more than 5 s and was stopped."

    def work(task: Task) -> Answer:
        return Answer.of_stopped(why) if task.url == address(2, 3) else read_page(task)

    monkeypatch.setattr("crawler.reader.here.work", work)
    assert crawl(archive, web).problems == 1
    page = archive.pages("news")[address(2, 3)]
    assert page.error_kind == "verdict-unreadable"
    assert why[:-1] in (page.error or "")
    assert any(why in each for each in held(archive)[0].evidence["lossy"])
    web.now += timedelta(days=1)
    left = web.answer(Visit(address(2, 3), "part", address(2)))
    assert isinstance(left, Capture)
    archive.keep(left)
    told: list[str] = []
    take_in_orphans(archive, Here(), {"news": source()}, told.append)
    assert told == [f"{address(2, 3)}: {why} The page is kept."]


def with_profile(task: Task) -> Answer:
    """Read a page as with a profile that knows its first paragraph for furniture."""
    answer = read_page(task)
    articles = tuple(replace(each, blocks=each.blocks[1:]) for each in answer.reading.articles)
    evidence = replace(answer.reading.evidence, learnt={"profile": "0123456789abcdef"})
    return replace(answer, reading=replace(answer.reading, articles=articles, evidence=evidence))


@pytest.mark.parametrize("edited", [False, True])
def test_what_was_learnt_since_is_no_edit_of_an_article_on_several_pages(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch, *, edited: bool
) -> None:
    """Page 2 comes with another counter, or was edited: the stored pages are read again with what is known now."""
    crawl(archive, web)
    monkeypatch.setattr("crawler.reader.here.work", with_profile)
    web.pages[address(2, 2)] = html(2, 2, 3, extra="<p>　　数据系初步统计。</p>" if edited else "<!-- 1,024 -->")
    crawl(archive, web)
    assert reasons(archive) == ["new", "re-read", *["edited"] * edited]
    article, standing = held(archive)
    assert len(article.paragraphs) == 6 + edited
    assert standing.status == ("changed" if edited else "live")


def test_an_edit_is_recorded_though_the_old_copy_cannot_be_read(
    archive: Archive, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored copy is damaged: the new page is recorded all the same."""
    crawl(archive, web)
    monkeypatch.setattr("crawler.reader.here.work", with_profile)
    web.pages[address(1)] = html(1, extra="<p>　　数据系初步统计。</p>")

    def damaged(*args: object) -> Capture:
        raise DamagedCapture("captures/x.warc.gz", 0, "torn")

    monkeypatch.setattr(Archive, "capture", damaged)
    assert crawl(archive, web).problems == 0
    assert reasons(archive, 1) == ["new", "edited"]


MOMENTS = ("found", "expect", "keep", "record", "not_modified", "failed")


def killed_before(data: Path, web: Web, moment: int, *, committed: bool) -> bool:
    """A crawl that dies before its write of that number; `committed`: all writes until then had reached the disk."""
    writes = 0
    with pytest.MonkeyPatch.context() as patch:

        def dying(name: str) -> Callable[..., Any]:
            write = getattr(Archive, name)

            def call(self: Archive, *args: Any, **kwargs: Any) -> Any:
                nonlocal writes
                writes += 1
                if writes > moment:
                    raise KilledError
                done = write(self, *args, **kwargs)
                if committed:
                    self.commit()
                return done

            return call

        for name in MOMENTS:
            patch.setattr(Archive, name, dying(name))
        opened = Archive.open(data, write=True)
        try:
            crawl(opened, web)
        except KilledError:
            opened._broken = ArchiveBroken(KilledError())  # what was not committed is lost, as it is with the process
            opened.close()
            return True
        opened.close()
        return False


@pytest.mark.parametrize("committed", [True, False])
def test_a_kill_between_any_two_writes_loses_and_doubles_nothing(tmp_path: Path, committed: bool) -> None:
    """Between page and row, article and row, row and row: the next crawl ends with each article once, whole."""
    for moment in range(1, 60):
        web = Web()
        web.publish(2, 3)
        web.show(address(2, 3), address(2))
        data = tmp_path / str(moment)
        if not killed_before(data, web, moment, committed=committed):
            break
        with Archive.open(data, write=True) as opened:
            take_in_orphans(opened, Here(), {"news": source()})
            crawl(opened, web, Order(revisit="none"))
            ((article, standing),) = opened.articles()
            assert list(article.paragraphs) == texts(2, 3), f"killed after {moment} writes"
            assert standing.revision == 1, f"killed after {moment} writes"
            assert not [page for page in opened.pages("news").values() if page.state == "pending"]
    else:
        pytest.fail("The crawl never came to its end.")
    assert moment > 8


@pytest.mark.parametrize("committed", [True, False])
def test_a_kill_while_an_edit_is_fetched_loses_no_edit(tmp_path: Path, committed: bool) -> None:
    """Pages 1 and 3 were edited and the crawl is killed between any two writes: one revision has both, in the end."""
    for moment in range(1, 60):
        web = Web()
        web.publish(2, 3)
        web.show(address(2))
        data = tmp_path / str(moment)
        with Archive.open(data, write=True) as opened:
            crawl(opened, web)
        for page in (1, 3):
            web.pages[address(2, page)] = html(2, page, 3, extra="<p>　　更正：上文数据系初步统计，以年报为准。</p>")
        if not killed_before(data, web, moment, committed=committed):
            break
        with Archive.open(data, write=True) as opened:
            take_in_orphans(opened, Here(), {"news": source()})
            crawl(opened, web)
            ((article, standing),) = opened.articles()
            assert len(article.paragraphs) == 11, f"killed after {moment} writes"
            assert standing.revision == 2, f"killed after {moment} writes"
    else:
        pytest.fail("The crawl never came to its end.")


def test_captures_alone_make_the_article_anew(tmp_path: Path, web: Web) -> None:
    """The database is lost: reading the captures in their order gives the joined article without a request."""
    data = tmp_path / "data"
    with Archive.open(data, write=True) as opened:
        crawl(opened, web)
        before = held(opened)[0]
    for file in data.glob("archive.db*"):
        file.unlink()
    with Archive.open(data, write=True) as opened:
        take_in_orphans(opened, Here(), {"news": source()})
        after = held(opened)[0]
    assert (after.blocks, after.pages, after.editor) == (before.blocks, before.pages, before.editor)
    assert len(TEXTS) * 3 == len(after.blocks)
