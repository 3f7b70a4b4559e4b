"""A page that holds more than any real page is left alone and said to be; the work on all others is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crawler.repair import budget, repair, undo
from crawler.repair.glance import glance
from crawler.repair.markup import Span, code_spans
from crawler.repair.mojibake import suspects

MIRROR = "經(jīng)濟(jì)發(fā)展環(huán)境"
MISREAD = "青稞丰收了，牧民的收入提高了".encode().decode("latin-1")

TOO_LONG = {
    "annotations": MIRROR + "發(fā)展" * 30_000,
    "straddles": MIRROR + "日?qǐng)" * 30_000,
    "question marks": MIRROR + "?x)" * 30_000,
    "brackets": MIRROR + "(a)" * 30_000,
    "commas": MIRROR + "的,,，" * 70_000,
    "controls": MIRROR + "的\x05，" * 90_000,
    "tags": MIRROR + "<b>" * 260_000,
    "length": MIRROR + "a" * 8_100_000,
    "misread lines": f"{MISREAD}\n" * 5_000,
    "one misread line after the other": "喆堃镕昇翀\n" * 15_000,
    "no-break spaces": "聽聽聽x" * 30_000,
}


@pytest.mark.parametrize("text", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_a_page_beyond_the_budget_is_left_as_it_is_and_says_so(text: str) -> None:
    """Whatever it is that there is too much of; never half a repair."""
    repaired = repair(text)
    assert repaired.text == text
    assert repaired.applied == ()
    assert any("too long" in words for words in repaired.lossy)


def test_a_long_clean_page_is_not_said_to_be_too_long() -> None:
    """The budget counts what must be looked at; a page without a sign of damage costs nothing."""
    assert repair("那曲市新建的牧区气象站本周投入使用。(测试?)\n" * 40_000).lossy == ()


def test_the_largest_real_pages_are_within_the_budget() -> None:
    """25,503 signs beyond ASCII, of which a seventh is annotated, and 870,000 signs in all; a keyword block besides."""
    page = "<p>那曲新縣的發(fā)展</p>\n" * 3_600 + "a" * 800_000
    assert budget.for_mirror(page) < budget.UNITS / 2
    assert budget.for_mirror("關" * 174_000 + MIRROR * 500) < budget.UNITS
    assert repair(page).text.startswith("<p>那曲新县的发展</p>")


def test_a_page_within_the_budget_is_repaired_to_its_end() -> None:
    """Thousands of damaged lines, misread or annotated."""
    misread = f"{MISREAD}\n" * 3_000
    assert repair(misread).text == "青稞丰收了，牧民的收入提高了\n" * 3_000
    annotated = f"{MIRROR}\n" * 3_000
    assert repair(annotated).text == "经济发展环境\n" * 3_000
    assert undo(repair(annotated)) == annotated


def test_suspects_between_thousands_of_comments_are_found_in_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each suspect asks for its own comment alone: the spans are counted as they are read."""
    read: list[Span] = []

    class Counted(list[Span]):
        def __iter__(self) -> Iterator[Span]:
            for span in super().__iter__():
                read.append(span)
                yield span

        def __getitem__(self, at: Any) -> Any:
            read.append(super().__getitem__(at))
            return read[-1]

    monkeypatch.setattr("crawler.repair.mojibake.code_spans", lambda text: Counted(code_spans(text)))
    page = "<!--涓浗鐨勫彂灞-->涓浗鐨勫彂灞" * 500
    found = list(suspects(page, glance(page)))
    assert [page[start:end] for start, end in found] == ["涓浗鐨勫彂灞"] * 500
    assert len(read) <= 2_000
