"""What two texts are to each other."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from likeness_texts import OTHER_REPORT, STORY, bulletin, prose
from opencc_pyo3 import OpenCC

from archive.likeness import Relation, compare
from archive.likeness.figures import in_digits
from archive.likeness.pair import Prepared, likeness
from archive.model import Article, Block
from crawler.demo.damage import damage

WIDE = STORY.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
CASES = {
    "white space": (STORY.replace("\n", "\n\n　　"), "same"),
    "head and foot": (
        "本报讯（记者 王一）" + STORY + "\n（责任编辑：李二）\n声明：转载请注明出处，如有侵权请联系删除。",
        "reprint",
    ),
    "full-width figures": (WIDE, "reprint"),
    "ASCII punctuation": (STORY.translate(str.maketrans("，。：；“”", ',.:;""')), "reprint"),
    "Traditional": (str(OpenCC("s2t").convert(STORY)), "reprint"),
    "Taiwan's forms": (str(OpenCC("s2tw").convert(STORY)), "reprint"),
    "a mirror": (damage(STORY).text, "reprint"),
    "a mirror that cuts": (damage(STORY, cuts=0.2, commas=0.2, rng=random.Random(5)).text, "reprint"),
    "cut off": (STORY[: len(STORY) // 3] + "……", "reprint"),
    "one figure corrected": (STORY.replace("4300", "4500"), "reprint"),
    "a sentence left out, words swapped": (
        STORY.replace("“过去八个人干的活，现在两个人就够了。”他说。", "").replace("表示", "指出"),
        "reprint",
    ),
    "three sentences from the middle": ("据岚川日报报道，" + "。".join(STORY.split("。")[2:5]) + "。", "excerpt"),
    "other figures": (
        STORY.replace("7.2", "5.9").replace("1.1", "0.4").replace("12.6", "8.8").replace("9.4", "3.0"),
        "different",
    ),
    "the same event in other words": (OTHER_REPORT, "different"),
    "a shared quotation": (
        "“过去八个人干的活，现在两个人就够了。”陈立国的话引起了讨论。" + prose(random.Random(1), 300),
        "different",
    ),
    "nothing": ("", "different"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_and_what_became_of_it(name: str) -> None:
    """Each relation holds in both directions."""
    other, expected = CASES[name]
    assert compare(STORY, other).value == expected
    assert compare(other, STORY).value == expected


SUMMONS = (
    "经研究，定于{day}在{place}召开全州园区调度会议，请各县区主管部门负责同志准时参加，并提前准备汇报材料。"
    "会议由厅领导主持，各处室负责人列席，新闻单位凭证采访。"
)


@pytest.mark.parametrize(
    ("day", "place", "expected"),
    [
        ("4月19日", "石渡县", "different"),
        ("5月8日", "石渡县", "different"),
        ("四月十九日", "石渡县", "different"),
        ("4月19日", "岚川", "different"),
        ("四月八日", "岚川", "reprint"),
        ("2026年4月8日", "岚川", "reprint"),
        ("4月8日上午", "岚川", "reprint"),
    ],
)
def test_a_notice_of_another_day_is_another(day: str, place: str, expected: str) -> None:
    """Wherever it is to be; one date in two ways of writing is one."""
    held, other = SUMMONS.format(day="4月8日", place="岚川"), SUMMONS.format(day=day, place=place)
    assert compare(held, other).value == compare(other, held).value == expected


def test_a_whole_date_is_two_figures() -> None:
    """The year, and the day of it: of three one might be a correction."""
    days = ("二〇二六年四月八日", "二〇二六年五月八日")
    assert compare(*(SUMMONS.format(day=day, place="岚川") for day in days)).value == "different"


@pytest.mark.parametrize(
    ("numerals", "number"),
    [
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("两千三百", "2300"),
        ("二〇二六", "2026"),
        ("一千零一十", "1010"),
        ("一百十五", "115"),
        ("二百五", None),
        ("一千二", None),
        ("三五十", None),
        ("十百", None),
        ("百", None),
        ("十二五", None),
        ("二十十", None),
    ],
)
def test_numerals_tell_what_digits_do(numerals: str, number: str | None) -> None:
    """What is no number, or may be two, stays as it is written."""
    assert in_digits(numerals) == number


def test_articles_are_compared_by_their_text() -> None:
    """Title and address make no difference."""
    one, other = (
        Article(url, title, tuple(Block("paragraph", text) for text in STORY.split("\n")))
        for url, title in (("http://a.cn/1", "甲"), ("http://b.cn/2", "乙"))
    )
    assert compare(one, other) is Relation.SAME


def test_bulletins_of_one_template_are_different() -> None:
    """A hundred pairs with figures of their own."""
    dice = random.Random(2)
    assert {compare(bulletin(dice), bulletin(dice)) for _ in range(100)} == {Relation.DIFFERENT}


def test_figures_of_a_template_are_compared_before_its_words() -> None:
    """Only two of many figures need differ, where there are few others."""
    text = (
        "第35期：全市{}月新增就业{}人，其他各项工作按计划推进，具体安排以各单位通知为准，请大家互相转告，共同做好准备。"
    )
    assert compare(text.format(3, 812), text.format(4, 977)) is Relation.DIFFERENT
    assert (
        compare("二季度" + STORY[20:60], "三季度" + STORY[20:60]) is Relation.REPRINT
    )  # one place, and nothing before it


pieces = st.lists(
    st.sampled_from([*STORY.split("，"), *OTHER_REPORT.split("，"), "3月5日", "12.5%", "（完）"]), max_size=40
)


@given(pieces, pieces)
def test_the_relation_is_symmetric(one: list[str], other: list[str]) -> None:
    """Both directions come to the same, shares and figures included."""
    a, b = Prepared.of("，".join(one)), Prepared.of("，".join(other))
    assert likeness(a, b) == likeness(b, a)


@given(st.text(max_size=300))
def test_any_text_is_itself(text: str) -> None:
    """Whatever the characters, lone surrogates included."""
    assert compare(text, text) is Relation.SAME
    compare(text, STORY)
