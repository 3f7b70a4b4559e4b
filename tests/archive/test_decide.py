"""The decisions, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from archive_cases import START, make_article
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.decide import Answer, Held, decide, is_same_article, seen, text_digest
from archive.model import Article, Block, Image, Status, Verdict

HOUR = timedelta(hours=1)
ONE = make_article()
EDITED = make_article(text="更正后的正文。")
BETTER = replace(ONE, quality={"score": 9}, images=(Image("http://a.example/1.jpg"),))
SPACED = replace(make_article(text="产值，增长 5G。"), title="标题 一", author=("张 三",))
UNSEEN = replace(make_article(text="产值，\xa0 增长\u30005G\u200b。"), title="标题一\ufeff", author=("张三",))
RESPACED = replace(SPACED, blocks=tuple(replace(one, text=one.text.replace("5G", "5 G")) for one in SPACED.blocks))


def held(status: Status = "live", article: Article = ONE) -> Held:
    """What the archive holds: read from the capture `first`, one hour after the start."""
    return Held(article, text_digest(article), status, "first", "digest", START + HOUR, START + HOUR)


def answer(
    verdict: Verdict = "article",
    status: int = 200,
    *,
    hours: int = 2,
    capture: str = "second",
    content: str = "other",
    again: bool = False,
) -> Answer:
    """What the server sent."""
    return Answer(capture, START + hours * HOUR, status, verdict, content, again)


CASES = [
    # what is held, what was read, the answer, the kinds, the reason of a revision, the new status
    ((), (ONE,), answer(), ["new"], "new", "live"),
    ((), (), answer("other"), [], None, None),
    ((), (), answer("list"), [], None, None),
    ((), (), answer("challenge"), ["quarantined"], None, None),
    ((), (), answer("unreadable"), ["quarantined"], None, None),
    ((), (), answer("soft-404"), ["quarantined"], None, None),
    ((), (), answer("other", 404), [], None, None),
    ((), (ONE,), answer("article", 500), [], None, None),
    ((held(),), (ONE,), answer(), ["known"], None, None),
    ((held(),), (BETTER,), answer(), ["known"], None, None),
    ((held(),), (EDITED,), answer(), ["changed"], "edited", "changed"),
    ((held(article=SPACED),), (UNSEEN,), answer(), ["known"], None, None),
    ((held("gone", SPACED),), (UNSEEN,), answer(), ["restored"], None, "restored"),
    ((held(article=SPACED),), (UNSEEN,), answer(content="digest"), ["changed"], "re-read", "live"),
    ((held(article=SPACED),), (UNSEEN,), answer(again=True), ["changed"], "re-read", "live"),
    ((held(article=SPACED),), (RESPACED,), answer(), ["changed"], "edited", "changed"),
    ((held(),), (BETTER,), answer(content="digest"), ["changed"], "re-read", "live"),
    ((held(),), (EDITED,), answer(content="digest"), ["changed"], "re-read", "live"),
    ((held(),), (EDITED,), answer(hours=0, capture="first", again=True), ["changed"], "re-read", "live"),
    ((held(),), (EDITED,), answer(hours=0, capture="older", again=True), ["known"], None, None),
    ((held(),), (), answer("other", 404), ["gone"], None, "gone"),
    ((held(),), (), answer("other", 410), ["gone"], None, "gone"),
    ((held(),), (), answer("soft-404"), ["gone"], None, "gone"),
    ((held(),), (), answer("other", 404, hours=0), [], None, None),
    ((held(),), (), answer("challenge"), ["quarantined"], None, None),
    ((held(),), (), answer("challenge", 403), ["quarantined"], None, None),
    ((held(),), (), answer("empty"), ["quarantined"], None, None),
    ((held(),), (), answer("list"), ["quarantined"], None, None),
    ((held(),), (), answer("other", 503), [], None, None),
    ((held("gone"),), (), answer("other", 404), [], None, None),
    ((held("gone"),), (), answer("other"), [], None, None),
    ((held("gone"),), (ONE,), answer(), ["restored"], None, "restored"),
    ((held("gone"),), (EDITED,), answer(), ["restored"], "restored", "restored"),
    ((held("gone"),), (ONE,), answer(hours=0, capture="first", again=True), ["known"], None, None),
    ((held("gone"),), (EDITED,), answer(hours=0, capture="first", again=True), ["changed"], "re-read", "gone"),
    ((held("restored"),), (EDITED,), answer(), ["changed"], "edited", "changed"),
]


@pytest.mark.parametrize(("holds", "read", "sent", "kinds", "reason", "status"), CASES)
def test_an_answer_means(
    holds: tuple[Held, ...],
    read: tuple[Article, ...],
    sent: Answer,
    kinds: list[str],
    reason: str | None,
    status: Status | None,
) -> None:
    """Each combination of what is held, what was read and how the server answered has one meaning."""
    decisions = decide(holds, read, sent)
    assert [decision.kind for decision in decisions] == kinds
    assert [decision.revise for decision in decisions] == [reason] * len(kinds)
    assert [decision.status for decision in decisions] == [status] * len(kinds)
    assert all((decision.article is not None) == (decision.revise is not None) for decision in decisions)
    assert all(decision.why for decision in decisions if decision.kind in ("gone", "quarantined"))


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, source_id="another"),
        replace(ONE, evidence={"read": "elsewhere"}),
        replace(ONE, url="https://www.gaoyuan.example/c/2026/1.html"),
    ],
)
def test_who_asked_under_which_address_is_no_change(other: Article) -> None:
    """Two sources that read one page, over http and https, have read the same."""
    assert [decision.kind for decision in decide((held(),), (other,), answer(content="digest"))] == ["known"]


def test_the_addresses_of_pictures_may_differ_with_the_address_of_the_page() -> None:
    """They follow from it; a picture more is a change all the same, and so is another one under the same address."""
    pictured = replace(ONE, images=(Image("http://www.gaoyuan.example/1.jpg", "牧场"),))
    secure = replace(
        ONE, url="https://www.gaoyuan.example/1", images=(Image("https://www.gaoyuan.example/1.jpg", "牧场"),)
    )
    more = replace(secure, images=(*secure.images, Image("https://www.gaoyuan.example/2.jpg")))
    here = replace(pictured, images=secure.images)
    kinds = [
        decide((held(article=pictured),), (one,), answer(content="digest"))[0].kind for one in (secure, more, here)
    ]
    assert kinds == ["known", "changed", "changed"]


def test_an_answer_that_comes_too_late_says_so() -> None:
    """It is known where it is equal; where it differs, the change tells why nothing came of it."""
    (equal,) = decide((held(),), (ONE,), answer(hours=0))
    (other,) = decide((held(),), (EDITED,), answer(hours=0))
    assert (equal.kind, equal.why) == ("known", "")
    assert (other.kind, other.why) == ("known", "An answer with a later time stands already.")


LONG = replace(ONE, blocks=tuple(Block("paragraph", f"第{number}段。") for number in range(4)))


@pytest.mark.parametrize(
    ("read", "same"),
    [
        (LONG, True),
        (replace(LONG, ordinal=1), True),
        (replace(LONG, title="改了标题"), True),
        (replace(LONG, title="改了标题", blocks=LONG.blocks[:2]), True),
        (replace(LONG, blocks=(LONG.blocks[0], *EDITED.blocks)), True),
        (replace(LONG, title="通知", blocks=(LONG.blocks[0], *(Block("paragraph", c) for c in "甲乙丙"))), False),
        (replace(LONG, blocks=EDITED.blocks), False),
        (EDITED, False),
    ],
)
def test_what_stands_at_the_end_of_a_redirect_is_the_same_article(read: Article, same: bool) -> None:
    """With one paragraph and the title, or with half of the text; never by its title or one line alone."""
    assert is_same_article([LONG], [read]) is same
    assert is_same_article([], [read]) is False


def test_an_article_that_its_page_no_longer_holds_is_gone_by_itself() -> None:
    """The other article of the page stays."""
    second = held(article=replace(ONE, ordinal=1))
    assert [d.kind for d in decide((held(), second), (ONE,), answer())] == ["known", "gone"]


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, evidence={"a": 1}),
        replace(ONE, quality={"b": 2}),
        replace(ONE, images=(Image("http://cdn.example/2.jpg?token=3"),)),
        replace(ONE, url="http://elsewhere.example/"),
        replace(ONE, title="é", author=("é",)),
    ],
)
def test_what_is_not_the_article_does_not_count(other: Article) -> None:
    """Evidence, quality, addresses of pictures and the composition of characters make no difference."""
    same = replace(ONE, title="é", author=("é",)) if other.title != ONE.title else ONE
    assert text_digest(other) == text_digest(same)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, title="另一个标题"),
        replace(ONE, published=START),
        replace(ONE, published=None),
        replace(ONE, origin=None),
        replace(ONE, author=("丹增", "卓玛")),
        replace(ONE, author=(), editor=("丹增",)),
        replace(ONE, subtitle=("副题",)),
        replace(ONE, blocks=ONE.blocks[:1]),
        replace(ONE, blocks=(Block("heading", ONE.blocks[0].text), ONE.blocks[1])),
        replace(ONE, blocks=ONE.blocks[::-1]),
    ],
)
def test_title_facts_and_blocks_count(other: Article) -> None:
    """Any of them makes another article of it."""
    assert text_digest(other) != text_digest(ONE)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("产值， 增长", "产值，增长", True),
        ("报道 —— 西藏", "报道——西藏", True),
        ("西藏—— b", "西藏——b", True),
        ("他说“ 好", "他说“好", True),
        ("the boys’ books", "the boys’books", False),
        ("a — b", "a—b", False),
        ("wait … go", "wait…go", False),
        ("“ x", "“x", False),
        ("👨\u200d👩\u200d👧", "👨👩👧", False),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f🔥", False),
        ("西\u200d藏", "西藏", True),
        ("می\u200cخواهم", "میخواهم", False),
    ],
)
def test_what_nobody_sees_is_a_blank_beside_what_is_wide_and_what_has_no_width(
    one: str, other: str, *, alike: bool
) -> None:
    """Quotes, dashes and dots are marks of Latin scripts too: what stands on their other side tells."""
    assert (seen(make_article(text=one)) == seen(make_article(text=other))) is alike


@settings(deadline=None)
@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_names_do_not_run_together(one: list[str], other: list[str]) -> None:
    """Two lists of names are the same only if they are (up to composition and our own separators)."""
    import unicodedata

    def plain(names: list[str]) -> list[str]:
        return [unicodedata.normalize("NFC", name) for name in names if name]

    if any("\x1e" in name or "\x1f" in name for name in (*one, *other)) or "" in one or "" in other:
        return
    digests = text_digest(replace(ONE, author=tuple(one))), text_digest(replace(ONE, author=tuple(other)))
    assert (digests[0] == digests[1]) == (plain(one) == plain(other))
