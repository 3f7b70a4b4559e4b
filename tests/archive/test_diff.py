"""Differences between two texts of an article."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from archive_cases import make_article
from hypothesis import given
from hypothesis import strategies as st

from archive.diff import difference, word_diff
from archive.diff.common import common
from archive.diff.words import words
from archive.model import Article, Block

CASES = [
    ("产值增长6.3%。", "产值增长12.6%。", "产值增长[-6.3%-]{+12.6%+}。"),
    ("产值1,250万元。", "产值1,350万元。", "产值[-1,250万-]{+1,350万+}元。"),
    ("投資23.8億元。", "投資28.3億元。", "投資[-23.8億-]{+28.3億+}元。"),
    ("投資三萬億元。", "投資兩萬億元。", "投資[-三萬億-]{+兩萬億+}元。"),
    (
        "增长２３．８％，５，１０个。",
        "增长２８．３％，６，１０个。",
        "增长[-２３．８％-]{+２８．３％+}，[-５-]{+６+}，１０个。",
    ),
    ("据２０２３年１月報道", "据２０２３年２月報道", "据[-２０２３年１月-]{+２０２３年２月+}報道"),
    ("經濟發展體系", "經濟發展體制", "經濟發展[-體系-]{+體制+}"),
    ("10月1日开工。", "10月11日开工。", "[-10月1日-]{+10月11日+}开工。"),
    ("据《岚川日报》报道。", "据《岚川晚报》报道。", "据[-《岚川日报》-]{+《岚川晚报》+}报道。"),
    ("采用COVID-19检测", "采用COVID-20检测", "采用[-COVID-19-]{+COVID-20+}检测"),
    ("同比增长", "同比增长百分之六点三", "同比增长{+百分之六点三+}"),
    ("记者看到生产线。", "记者看到两条生产线。", "记者看到{+两条+}生产线。"),
    ("མཚོ་བོད་ཡིག", "མཚོ་བོད་སྐད", "མཚོ་བོད་[-ཡིག-]{+སྐད+}"),
    ("完全不同的一句话。", "风马牛毫无关系", "[-完全不同的一句话。-]{+风马牛毫无关系+}"),
    ("", "新的段落", "{+新的段落+}"),
    ("一样", "一样", "一样"),
]


def marked(old: str, new: str) -> str:
    """The difference with plain marks."""
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(forms[piece.op].format(piece.text) for piece in word_diff(old, new))


@pytest.mark.parametrize(("old", "new", "shown"), CASES)
def test_words_figures_dates_and_names_are_never_cut(old: str, new: str, shown: str) -> None:
    """A reader sees whole words change."""
    assert marked(old, new) == shown


TEXT = st.text(st.sampled_from("的了是增长工业，。《》0123456789.%年月日abc \u0f0b\u0f56\u0301\n"), max_size=60)


@given(TEXT, TEXT)
def test_both_texts_can_be_had_back_from_their_difference(old: str, new: str) -> None:
    """No character is invented or lost, and what is the same is not marked."""
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == old
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == new
    assert "".join(words(old)) == old
    if old == new:
        assert {piece.op for piece in pieces} <= {"same"}


@given(st.lists(st.sampled_from("abc"), max_size=40), st.lists(st.sampled_from("abc"), max_size=40))
def test_what_is_common_is_the_longest(old: list[str], new: list[str]) -> None:
    """As long as the table of every textbook says, and ascending in both."""
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(table[i][j + 1], table[i + 1][j])
    pairs = common(old, new)
    assert len(pairs) == table[-1][-1]
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


def test_rows_beyond_the_first_kept_ones_are_made_again() -> None:
    """Long sequences take the way over several kept rows."""
    chance = random.Random(3)
    old = chance.choices(range(12), k=1500)
    new = [each for each in old if chance.random() > 0.2]
    pairs = common(old, new)
    assert [new[j] for _, j in pairs] == new


def article(*texts: str) -> Article:
    """An article with these paragraphs."""
    return Article(url="http://a.example/1", title="标题", blocks=tuple(Block("paragraph", text) for text in texts))


def test_paragraphs_are_moved_changed_added_and_removed() -> None:
    """Each is told for what it is."""
    first, second = "园区今年引进了四家企业，投资二十亿元。", "项目明年投产，预计年产值超过十亿元。"
    third, fourth = "当地干部群众对此表示欢迎和支持。", "记者从发布会上了解到这一消息。"
    found = difference(
        article(first, second, third, fourth),
        article(second, first.replace("四家", "五家"), fourth, "这是后来补上的一个全新段落。"),
    )
    told = [(each.op, each.moved, each.old_at, each.new_at) for each in found.blocks]
    assert ("removed", False, 2, None) in told
    assert ("added", False, None, 3) in told
    assert ("same", False, 3, 2) in told
    assert {(each.op, each.new_at) for each in found.blocks} >= {("changed", 1), ("same", 0)}
    assert sum(each.moved for each in found.blocks) == 1


def test_facts_are_named_one_by_one() -> None:
    """Only those that differ, a title with its words."""
    old = make_article(1)
    assert old.published is not None
    new = replace(old, title="高原牧场的第2条消息", editor=("白青禾",), published=old.published + timedelta(days=1))
    found = difference(old, new)
    assert [each.name for each in found.fields] == ["title", "published", "editor"]
    assert [piece.text for piece in found.fields[0].pieces if piece.op == "added"] == ["2"]
    assert difference(old, old).is_empty
    assert not found.is_empty


def scattered(seed: int) -> str:
    """60,000 times one of five characters."""
    return "".join(random.Random(seed).choices("的了是在有", k=60_000))


HOSTILE = {
    "one character": ("的" * 60_000, "的" * 59_000 + "了" * 1_000),
    "two characters": ("的了" * 30_000, "了的" * 29_000 + "是" * 2_000),
    "no word": (
        "".join(random.Random(1).choices("的了是在有", k=60_000)),
        "".join(random.Random(2).choices("的了是在有", k=60_000)),
    ),
    "brackets": ("《" * 60_000, "》《" * 30_000),
    "Latin": ("a" * 60_000, "a " * 30_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_of_sixty_thousand_characters_take_bounded_time(name: str) -> None:
    """A few seconds, whatever stands in them; measured 2 s at most on an idle core."""
    old, new = HOSTILE[name]
    began = time.process_time()
    difference(article(old), article(new))
    assert time.process_time() - began < 15


def test_thousands_of_paragraphs_take_bounded_time() -> None:
    """The words of every paragraph come from three characters, so that each is like each."""
    chance = random.Random(4)
    texts = [["".join(chance.choices("的了是", k=10)) for _ in range(6000)] for _ in range(2)]
    began = time.process_time()
    difference(article(*texts[0]), article(*texts[1]))
    assert time.process_time() - began < 15
