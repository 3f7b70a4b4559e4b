"""Pages that need not be read a second time with what was learnt of them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from learn_sites import HOST, site

from archive.model import Capture
from archive.store import Archive
from crawler.intake import take_in
from crawler.learn.firm import digest_of
from crawler.learn.learn import learn
from crawler.learn.learnt import Known, Learnt, Spot, Template, Where
from crawler.learn.observe import Observation
from crawler.learn.untouched import is_untouched
from crawler.learning import Informed, after_crawl, known
from crawler.noting import Notes, Noting
from crawler.pipeline import read
from crawler.reader import Answer, Task
from crawler.reader.work import work
from crawler.source import Source

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
SOURCE = Source(id="pingchuan", name="平川新闻网", home=f"{HOST}/", hosts=("news.pingchuan.example",))
FOOT = "未经授权不得转载，违者必究。"


def page(number: int, *, foot: str = FOOT, last: str = "") -> str:
    """An article of its own words between a menu and a foot that stand on every page."""
    chance = random.Random(number)
    told = ["".join(chance.choices("渠田林屋路桥井塘苗麦果羊车船灯炉砖布纸茶", k=12)) for _ in range(4)]
    words = "".join(f"<p>第{number}号渠今年清淤，{each}，两岸都浇上了水。</p>" for each in told)
    menu = "".join(f'<li><a href="/{at}/">栏目之{"甲乙丙丁戊"[at]}</a></li>' for at in range(5))
    return (
        f"<html><head><title>第{number}号渠清淤</title></head><body>"
        f'<ul class="nav">{menu}</ul><h1>第{number}号渠清淤</h1>'
        f'<div class="info">2026-11-03 09:00 来源：平川日报</div><div class="content">{words}{last}</div>'
        f'<div class="foot"><p>{foot}</p></div></body></html>'
    )


def answers(pages: Sequence[str]) -> list[Answer]:
    """The pages read, with notes."""
    return [
        work(Task(each.encode(), f"{HOST}/{number}.html", "text/html", SOURCE, id=str(number), note="also"))
        for number, each in enumerate(pages)
    ]


def seen(answer: Answer) -> Observation:
    """The note of an answer."""
    return msgspec.json.decode(answer.noted, type=Observation)


def with_lines(*known: Known, spots: Sequence[Spot] = (), bodies: Sequence[str] = ()) -> Learnt:
    """A profile of one template that any page is of."""
    return Learnt(9, "", (Template("1", 9, 9, (), 1.0, 1.0, tuple(bodies), known, tuple(spots)),))


def known_line(key: str, where: Where) -> Known:
    """A line of furniture."""
    return Known(key, "…", 9, where, "stands everywhere")


@pytest.mark.parametrize("count", [8, 30])
def test_what_is_called_untouched_reads_the_same_with_what_was_learnt(count: int) -> None:
    """Whatever furniture a site has, inside its texts or around them; of sites without any most pages are."""
    told = 0
    for seed in range(12):
        pages = [each.markup for each in site(seed, count=count)]
        if seed % 3 == 0:
            pages = [page(number) for number in range(count)]
        given = answers(pages)
        learnt = learn([seen(each) for each in given])
        assert learnt is not None
        for markup, answer in zip(pages, given, strict=True):
            if answer.firm is None or not is_untouched(seen(answer), answer.firm, learnt):
                continue
            told += 1
            url = f"{HOST}/{given.index(answer)}.html"
            again = read(markup.encode(), url, "text/html", SOURCE, learnt=learnt)
            assert again.verdict == answer.reading.verdict
            assert [each.blocks for each in again.articles] == [each.blocks for each in answer.reading.articles]
    assert told >= 4 * count  # the plain sites, of which what is learnt lies outside the texts


def test_a_line_is_idle_where_it_changes_neither_the_body_nor_what_is_left_of_it() -> None:
    """A line of the text is not; one around it may cost more, a link in it may cost nothing."""
    (answer,) = answers([page(1, last='<p><a href="/app/">下载平川客户端</a></p>')])
    note, firm = seen(answer), answer.firm
    assert firm is not None
    assert firm.text == digest_of(answer.reading.articles[0].blocks)
    keys = {line.text: line.key for line in note.lines}
    text = next(key for words, key in keys.items() if words.startswith("第1号渠今年"))
    cases: list[tuple[str, Where, bool]] = [
        (text, "apart", False),
        (text, "outside", False),
        (text, "end", False),
        (keys[FOOT], "outside", True),
        (keys[FOOT], "apart", False),
        (keys["栏目之甲"], "outside", True),
        (keys["栏目之甲"], "apart", False),
        (keys["下载平川客户端"], "apart", True),
        (keys["下载平川客户端"], "outside", True),
        ("of no line", "apart", True),
    ]
    for key, where, idle in cases:
        assert is_untouched(note, firm, with_lines(known_line(key, where))) is idle, (key, where)
    assert is_untouched(note, firm, with_lines(bodies=[note.body]))
    other = next(step.place for step in note.steps if step.place.endswith("div.foot"))
    assert not is_untouched(note, firm, with_lines(bodies=[other]))
    assert not is_untouched(note, firm, with_lines(bodies=[other, note.body]))
    for place in (note.body, other):
        assert not is_untouched(note, firm, with_lines(spots=[Spot(place, 9, "a box")]))


def test_nothing_is_said_of_a_page_whose_body_other_things_than_its_sums_told() -> None:
    """Paragraphs without an element of their own, and a title of which the text says nothing."""
    plain = page(1)
    assert answers([plain])[0].firm is not None
    alone = "<html><body><p>渠水今年来得早，两岸都浇上了。</p></body></html>"
    assert answers([alone])[0].firm is None
    strange = plain.replace("<title>第1号渠清淤", "<title>县城东门外新开张的百货商场今天迎来第一批顾客")
    assert answers([strange])[0].firm is None


class Counting:
    """Reads here; knows of which captures it was asked to read with a profile."""

    def __init__(self) -> None:
        self.again: list[str] = []

    async def read(self, task: Task) -> Answer:
        """As any reader."""
        if task.learnt is not None:
            self.again.append(task.url)
        return work(task)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def crawl(archive: Archive, reader: Counting, pages: Sequence[str], notes: Notes) -> None:
    """Keep and read the pages as a crawl does, with notes on each."""
    noting = Noting(Informed(reader, lambda source_id: known(archive, source_id)), notes, lambda: True)
    for number, each in enumerate(pages):
        body = each.encode()
        capture = Capture(
            url=f"{HOST}/{number}.html",
            source_id=SOURCE.id,
            fetched_at=NOON + timedelta(minutes=number),
            status=200,
            body=body,
            content=body,
            response_headers=(("Content-Type", "text/html; charset=utf-8"),),
        )
        archive.keep(capture)
        asyncio.run(take_in(archive, noting, SOURCE, capture, capture.url, None, None, {}))


def test_pages_that_are_untouched_are_not_read_again(archive: Archive) -> None:
    """Those whose texts have furniture in them are, and their articles lose it."""
    slogan = "<p>平川之声，一天两次，说给您听，从不间断。</p>"
    promo = f'<div class="promo">{slogan}<p><a href="/app/">下载客户端</a></p><p><a href="/b/">平川视频</a></p></div>'
    pages = [page(number, last=promo if number % 3 == 0 else "") for number in range(24)]
    reader, notes = Counting(), Notes()
    crawl(archive, reader, pages, notes)
    told = asyncio.run(after_crawl(archive, reader, [SOURCE], NOON, notes))
    assert told.faults == {}
    assert set(reader.again) == {f"{HOST}/{number}.html" for number in range(0, 24, 3)}
    assert told.read_again == {SOURCE.id: 8}


def test_an_article_that_has_another_text_is_read_whatever_its_note_says(archive: Archive) -> None:
    """What stands may have come from another page, or have been changed since."""
    reader, notes = Counting(), Notes()
    pages = [page(number) for number in range(12)]
    crawl(archive, reader, pages, notes)
    firm = notes.firm
    notes.firm = lambda capture_id: (told := firm(capture_id)) and msgspec.structs.replace(told, text="another")  # type: ignore[method-assign]
    asyncio.run(after_crawl(archive, reader, [SOURCE], NOON, notes))
    assert len(reader.again) == 12
