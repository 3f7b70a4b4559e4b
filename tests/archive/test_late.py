"""Answers that are recorded in another order than they came in: what became of an article is the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_cases import START, Place, both_databases, kinds, make_article, make_capture, take_in, url_of

from archive.decide import Told, came_back
from archive.store import Archive
from crawler.cli.history import events


@dataclass(frozen=True)
class Sent:
    """What the page answered, so many hours after the start; without a text it was gone."""

    hours: int
    text: str = ""
    status: int = 404


def record(archive: Archive, sent: Sent) -> None:
    """Take it in as an import does."""
    if not sent.text:
        take_in(archive, make_capture(hours=sent.hours, status=sent.status, text="没有"), verdict="other")
        return
    take_in(archive, make_capture(hours=sent.hours, text=sent.text), make_article(1, sent.text))


def became(tmp_path: Path, order: Iterable[Sent], kind: str = "sqlite") -> dict[str, Any]:
    """State, revisions and history of the article, other articles being recorded in between."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for number, sent in enumerate(order, 5):
            record(archive, sent)
            take_in(archive, make_capture(number, hours=number), make_article(number))
        archive.keep_up()
        assert list(archive.verify()) == []
        found = archive.article(url_of(1))
        assert found is not None
        read, standing = found
        page = archive.pages("gaoyuan")[url_of(1)]
        return {
            "text": read.text,
            "standing": standing,
            "page": (page.state, page.last_checked),
            "revisions": archive.revisions(standing.id),
            "history": [(each["at"], each["what"], each["revision"]) for each in events(archive, standing)],
        }


def of_copies_in_order(sent: Sequence[Sent]) -> list[tuple[Sent, ...]]:
    """Every order in which the copies come as they were made, and what says that the page was gone anywhere."""
    copies = [each for each in sent if each.text]
    return [each for each in itertools.permutations(sent) if [one for one in each if one.text] == copies]


A, B = "第一次的文字，写得很清楚。", "第二次的文字，改过了，也很清楚。"
CASES = {
    "gone and back": (Sent(0, A), Sent(1), Sent(2, A)),
    "gone for ever, and back": (Sent(0, A), Sent(1, status=410), Sent(2, A)),
    "gone, and back with another text": (Sent(0, A), Sent(1), Sent(2, B)),
    "edited, gone and back": (Sent(0, A), Sent(1, B), Sent(2), Sent(3, B)),
    "gone, back and edited": (Sent(0, A), Sent(1), Sent(2, A), Sent(3, B)),
    "gone, back with another text and edited": (Sent(0, A), Sent(1), Sent(2, B), Sent(3, A)),
    "gone twice": (Sent(0, A), Sent(1), Sent(2, A), Sent(3), Sent(4, B)),
    "back and gone": (Sent(0, A), Sent(1), Sent(2, A), Sent(3)),
    "gone before it was there": (Sent(0), Sent(1, A), Sent(2, B)),
    "back with another text, and gone": (Sent(0, A), Sent(1), Sent(2, B), Sent(3)),
    "gone twice, back with each text": (Sent(0, A), Sent(1), Sent(2, B), Sent(3), Sent(4, A)),
}
STATES = dict(
    zip(
        CASES,
        (
            "restored",
            "restored",
            "restored",
            "restored",
            "changed",
            "changed",
            "restored",
            "gone",
            "changed",
            "gone",
            "restored",
        ),
        strict=True,
    )
)


@pytest.mark.parametrize("case", CASES)
def test_answers_that_say_gone_may_be_recorded_at_any_time(case: str, tmp_path: Path) -> None:
    """State, revisions with their reasons, and history are those of the order in which they came."""
    sent = CASES[case]
    in_order = became(tmp_path / "in order", sent)
    assert in_order["standing"].status == STATES[case]
    for number, order in enumerate(of_copies_in_order(sent)):
        assert became(tmp_path / str(number), order) == in_order, order


@pytest.mark.parametrize("case", [name for name, sent in CASES.items() if len({one.text for one in sent}) == 2])
def test_copies_of_one_text_may_be_recorded_in_any_order(case: str, tmp_path: Path) -> None:
    """Where the text never changed the state is always the same: newest first as well."""
    in_order = became(tmp_path / "in order", CASES[case])
    for number, order in enumerate(itertools.permutations(CASES[case])):
        found = became(tmp_path / str(number), order)
        assert found["standing"] == in_order["standing"], order
        assert found["page"] == in_order["page"], order


@both_databases
def test_the_state_and_the_reason_follow_in_either_database(kind: str, tmp_path: Path) -> None:
    """And search can be asked for the state at once."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        record(archive, Sent(0, A))
        record(archive, Sent(2, B))
        archive.keep_up()
        assert archive.search("status:restored").total == 0
        late = take_in(archive, make_capture(hours=1, status=404), verdict="other")
        assert kinds(late) == ["restored"]
        found = archive.article(url_of(1))
        assert found is not None
        assert [each.reason for each in archive.revisions(found[1].id)] == ["new", "restored"]
        assert archive.search("status:restored").total == 1
        assert kinds(take_in(archive, make_capture(hours=1, status=404), verdict="other")) == []


def test_what_a_304_has_confirmed_since_came_back(tmp_path: Path) -> None:
    """No copy of ours shows it again; the page stays as it was confirmed."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        record(archive, Sent(0, A))
        archive.not_modified("gaoyuan", url_of(1), START + timedelta(hours=3))
        record(archive, Sent(1))
        found, page = archive.article(url_of(1)), archive.pages("gaoyuan")[url_of(1)]
        assert found is not None
        assert found[1].status == "restored"
        assert (page.state, page.etag) == ("fetched", make_capture(text=A).header("etag"))


def test_an_address_that_still_leads_to_it_keeps_it_there(tmp_path: Path) -> None:
    """An article is gone when all its pages are; a late 404 of one of them says nothing of it."""
    place = Place(tmp_path)
    old = "http://www.gaoyuan.example/old.html"
    with place.open(write=True) as archive:
        record(archive, Sent(0, A))
        led = replace(make_capture(hours=1, text=A), requested_url=old)
        archive.keep(led)
        archive.record(led, url_of(1), "article", (make_article(1, A),), {}, asked=old)
        record(archive, Sent(4, A))
        record(archive, Sent(2))
        found = archive.article(url_of(1))
        assert found is not None
        assert found[1].status == "live"


def test_each_return_is_told_and_nothing_from_before_it_was_there() -> None:
    """Also one that another 404 followed; one that only a 304 showed if nothing else shows it."""
    at = [START + timedelta(hours=hour) for hour in range(6)]

    def gone(hour: int) -> Told:
        return Told(at[hour], False, "a", str(hour))

    def there(hour: int, page: str = "a") -> Told:
        return Told(at[hour], True, page, str(hour))

    def back(*given: Any) -> list[Told]:
        return list(came_back(*given))

    assert back([gone(0), there(1), there(2)], at[1], at[2]) == []
    assert back([there(0), gone(1), gone(2), there(3), there(4)], at[0], at[4]) == [there(3)]
    assert back([there(0), gone(1), there(2), gone(3)], at[0], at[2]) == [there(2)]
    assert back([there(0), gone(1), there(2), gone(3), there(4)], at[0], at[4]) == [there(2), there(4)]
    assert back([there(0), gone(1), there(2), gone(3)], at[0], at[4]) == [there(2), Told(at[4], True, "", "")]
    assert back([there(0), there(1, "b"), gone(2), there(3)], at[0], at[3]) == []
