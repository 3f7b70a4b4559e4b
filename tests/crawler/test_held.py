"""A crawl that loads a part of what is known decides as one that knew all of it from the beginning."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from archive.model import FoundLink, Page
from archive.store import Archive
from archive.store.tables import page
from crawler.held import Held
from crawler.order import Order
from crawler.revisit import LADDER, Ladder
from crawler.source import Articles, ListPage, Source

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SOURCE = Source(
    id="news",
    name="新闻",
    home="http://news.example/",
    lists=(ListPage(url="http://news.example/list/"),),
    articles=Articles(patterns=("/t.*",)),
)
OTHER: Ladder = ((timedelta(hours=5), timedelta(hours=7)), (timedelta(days=400), timedelta(days=9)))
ORDERS = [
    Order(revisit=revisit, ladder=ladder)
    for revisit in ("listed", "due", "none", "all")
    for ladder in (LADDER, OTHER, ())
]


def address(number: int) -> str:
    """A page's."""
    return f"http://news.example/t{number}.html"


def some_page(number: int, chance: random.Random) -> dict[str, object]:
    """A page at any age, checked at any time, in any state."""
    age = timedelta(seconds=chance.choice((3600, 86400, 86400 * 40, 86400 * 800)) * chance.random())
    checked = age * chance.choice((0, 0.01, 0.5, 0.9, 0.99, 1, -0.01))
    state = chance.choices(("fetched", "gone", "pending", "failed"), (12, 2, 1, 2))[0]
    kind = chance.choices(("article", "list", "part"), (8, 1, 1))[0]
    return {
        "source_id": "news",
        "canonical_url": address(number),
        "url": address(number),
        "kind": kind,
        "state": state,
        "found_on": address(chance.randrange(300)) if kind == "part" else None,
        "title": "",
        "first_seen": NOW - age,
        "aged_from": NOW - age - timedelta(days=500 * chance.random()) if chance.random() < 0.3 else None,
        "asked_again": chance.random() < 0.7,
        "last_checked": None if chance.random() < 0.05 else NOW - age + checked,
        "failures": chance.randrange(9) if state == "failed" else 0,
    }


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive with 3,000 pages."""
    chance = random.Random(20261122)
    with Archive.open(tmp_path_factory.mktemp("held"), write=True) as opened:
        opened._connection.execute(page.insert(), [some_page(number, chance) for number in range(3000)])
        opened.found("another", [FoundLink(address(1), address(1))], NOW)
        yield opened


def by_itself(order: Order, pages: dict[str, Page]) -> list[str]:
    """What a crawl visits of them by itself, in its order."""
    heads = {each.found_on for each in pages.values() if each.kind == "part" and order.resumes(each, NOW)}
    return [key for key, each in pages.items() if order.by_itself(each, NOW) or key in heads]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order.revisit}-{len(order.ladder)}")
def test_everything_that_is_visited_by_itself_is_loaded(order: Order, archive: Archive) -> None:
    """In the order in which it was found; and not much more, unless all is asked for again."""
    everything = dict(archive.pages("news"))
    held = Held(archive, SOURCE)
    held.load(order, NOW)
    loaded = dict(held)
    assert by_itself(order, loaded) == by_itself(order, everything)
    assert len(by_itself(order, everything)) > 100
    articles = [each for each in loaded.values() if each.kind == "article" and each.state in ("fetched", "gone")]
    due = [each for each in articles if order.again(each, NOW)]
    heads = {each.found_on for each in everything.values() if each.kind == "part"}
    never = [each for each in everything.values() if each.last_checked is None]
    assert len(articles) <= 1.4 * len(due) + len(heads) + len(never)
    for number in range(3005):
        assert held.get(address(number)) == everything.get(address(number))
        assert (address(number) in held) == (address(number) in everything)


def test_what_the_crawl_itself_has_found_was_not_known(archive: Archive) -> None:
    """Nor does what was looked up change when the archive does."""
    held = Held(archive, SOURCE)
    before = held[address(5)]
    held.look([address(9998), address(7)])
    archive.found("news", [FoundLink(address(9999), address(9999))], NOW)
    archive.failed("news", address(5), NOW, "http-500", "")
    assert address(9999) not in held
    assert held.get(address(9998)) is None
    assert held[address(5)] == before
    assert archive.pages("news")[address(5)] != before
    with pytest.raises(KeyError):
        held[address(9999)]


def test_no_look_goes_through_all_pages(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question is answered from an index, whatever statistics the database has."""
    asked: list[tuple[str, object]] = []
    engine = archive._connection.engine

    def note(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    held = Held(archive, SOURCE)
    held.load(Order(), NOW)
    held.look([address(number) for number in range(2900, 3005)])
    sa.event.remove(engine, "before_cursor_execute", note)
    assert len(asked) >= 3
    for statement, parameters in asked:
        plan = archive._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
        steps = [str(row[3]) for row in plan]
        assert not [
            step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step and "max" not in statement
        ]
        assert all("ix_page_source_id_state" not in step or "state=?" in step for step in steps)
