"""Labels before facts, told from the same words inside a sentence."""

from __future__ import annotations

import pytest

from crawler.extract.labels import labelled, set_apart

FACTS = [
    ("来源：青禾网 编辑：张小三", [("origin", "青禾网"), ("editor", "张小三")]),
    ("来源：青禾网责任编辑：张小三", [("origin", "青禾网"), ("editor", "张小三")]),
    ("2025年06月25日来源：青禾网", [("origin", "青禾网")]),
    ("2025年6月25日9时来源：青禾网", [("origin", "青禾网")]),
    ("第03版作者：张小三", [("author", "张小三")]),
    ("本版编辑：张小三", [("editor", "张小三")]),
    ("来 源：《青禾报》作 者：张小三", [("origin", "《青禾报》"), ("author", "张小三")]),
    ("来源｜青禾网", [("origin", "青禾网")]),
    ("编辑/张小三", [("editor", "张小三")]),
    ("编辑：张小三丨校对：李小四", [("editor", "张小三"), ("other", "李小四")]),
    ("Source: Qinghe Daily Editor: Li Xiaomei", [("origin", "Qinghe Daily"), ("editor", "Li Xiaomei")]),
]
NO_FACTS = [
    "他说，果园的主要收入来源：采摘和民宿。",
    "数据来源：县统计局",
    "报名时间：2024年6月1日至6月30日",
    "《麦子熟了》作者：张小三",
    "本报总编辑：张小三，副总编辑：李小四",
    "发布会 数据来源：县统计局",
    "编辑/记者/主持人，三种职业",
    "作者/读者见面会今天举行，来了三百人。",
    "DataSource: 12",
]


@pytest.mark.parametrize(("text", "facts"), FACTS, ids=[case[0] for case in FACTS])
def test_a_label_stands_alone_or_behind_another_labels_value(text: str, facts: list[tuple[str, str]]) -> None:
    """A label begins the line, follows a mark, a day or a page number, or is glued to the value of the one before."""
    assert [(fact.field, fact.value) for fact in labelled(text)] == facts


@pytest.mark.parametrize("text", NO_FACTS)
def test_the_end_of_another_word_is_no_label(text: str) -> None:
    """收入来源, 报名时间, 总编辑 and the author of a book label no fact of the article."""
    assert labelled(text) == ()


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("来源：青禾网", True),
        ("2024-01-02 10:00 来源：青禾网", True),
        ("来源：青禾网，编辑：张小三", True),
        ("路修好了，大家都说好。（来源：青禾网）", True),
        ("路修好了，大家都说好。 来源：青禾网", True),
        ("他翻开图册，来源：青禾网，页码不详。", False),
        ("图册写着 来源：青禾网，他记得很清楚。", False),
    ],
)
def test_a_fact_is_set_apart_from_sentences(text: str, apart: bool) -> None:
    """A fact inside a sentence is not set apart; one behind it, in a bracket, or on a line of facts is."""
    assert set_apart(text, labelled(text)[0]) is apart
