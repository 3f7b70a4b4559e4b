"""Pages of our own sentences, damaged in every measure: what lost nothing comes back, what lost something says so."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from opencc_pyo3 import OpenCC

from crawler.demo.damage import damage
from crawler.repair import repair, undo
from crawler.repair.tables import mirror_order

SENTENCES = (
    "拉萨河谷的温室大棚今年开始连片供应蔬菜，合作社负责人说，他们与三家企业签订了供货协议。",
    "全市规划建设八个优质农产品基地，节水灌溉和环境监测设备占总投资的四成。",
    "记者从市农业农村局了解到，新区已建成高标准温室三百二十座，带动两千多户农民就近务工。",
    "“过去冬天吃不上新鲜叶菜，现在从大棚到餐桌只要半天时间。”达瓦一边说着，一边查看棚内的温度。",
    "专家认为，水电开发要与生态保护协调推进；只有这样，流域内的群众才能真正得到实惠。",
    "这家以毛纺织著名的老厂正在筹备搬迁，车间里的机器已经拆了一半，工人们等着新厂房完工。",
    "县统计局公布的数据显示，上半年规模以上工业增加值同比增长百分之七点二，比全区平均水平高一点六个百分点。",
    "会议要求，各乡镇要在汛期到来之前完成隐患排查，确保水库、桥梁和公路安全。",
    "今年春天雨水偏少，牧民把羊群赶到了海拔更低的草场，兽医站的大夫隔几天就来一次。",
    "项目一期总投资1.2亿元，年处理生活污水300万吨，预计明年9月投入运行。",
    "为什么青稞的价格涨了？收购商解释，主要是因为运费上涨，另外饲料厂的需求也在增加。",
    "他所著的《高原气象》是这一领域的第一部专著，显著推动了当地的预报业务。",
    "旅游旺季里，干部们轮流到景区值班，后来干脆在游客中心设了一张办公桌。",
    "公司去年制造的光伏板有三分之一销往国外，征地和采矿的手续也都办妥了。",
    "夜里下了一场大雪，通往那曲的客运班车全部停开，养护段的职工凌晨四点就上路撒盐。",
    "网络销售让手工藏毯卖到了沿海城市，村里的姑娘们学会了直播，一个月能接几十张订单。",
    "据了解，新的标准对锅炉排放提出了更严的要求，达不到的企业将被责令限期整改。",
    "两国边民互市贸易点重新开放，当天进出口货物超过四十吨，主要是粮油、日用百货和药材。",
)
PAGES = st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=10, unique=True).map("\n".join)
SHARES = st.sampled_from((0.0, 0.0, 0.2, 0.5))


@settings(max_examples=250, deadline=None, derandomize=True)
@given(PAGES, st.integers(1, 135), SHARES, SHARES, st.integers(0, 99))
@example("\n".join(SENTENCES), 135, 0.0, 0.0, 0)
@example("\n".join(SENTENCES), 3, 0.0, 0.4, 0)
def test_a_lossless_page_comes_back_and_a_lossy_one_is_flagged(
    page: str, annotated: int, cuts: float, commas: float, seed: int
) -> None:
    """Lists of any length, with and without cuts and commas; always undone, and never repaired twice."""
    seen = damage(page, annotated=annotated, cuts=cuts, commas=commas, rng=random.Random(seed))
    repaired = repair(seen.text)
    assert undo(repaired) == seen.text
    assert repair(repaired.text).text == repaired.text
    readings = seen.text.count(")") - page.count(")")
    if not repaired.applied:
        assert readings < 3
    elif seen.lost:
        assert repaired.lossy
    else:
        assert repaired.text == page


SHAPES = {
    "paragraphs": "<p>{}</p>",
    "indented paragraphs": "<p>&nbsp;&nbsp;&emsp;{}&nbsp;</p>\r\n",
    "inline tags": '<div class="a"><span><strong>{}</strong></span></div>',
    "breaks": "\u3000\u3000{}\u3000<br />",
    "attributes": '<img src="/a?b=1" alt="{}">',
    "attributes at the end of a tag": "<meta name=description content='{}'/>",
    "cells": "<td>{}<!-- end --></td>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=6, max_size=14, unique=True),
    st.sampled_from((20, 60, 110, 135)),
    SHARES,
    SHARES,
    st.integers(0, 99),
)
def test_the_same_holds_for_lines_in_tags(
    shape: str, lines: list[str], annotated: int, cuts: float, commas: float, seed: int
) -> None:
    """A line of an HTML page ends at a tag, with blanks and their entities before it, or at an attribute's end."""
    dice, lost = random.Random(seed), list[str]()
    seen = ""
    for line in lines:
        damaged = damage(line, annotated=annotated, cuts=cuts, commas=commas, rng=dice)
        lost += damaged.lost
        seen += shape.format(damaged.text)
    repaired = repair(seen)
    assert undo(repaired) == seen
    assert repair(repaired.text).text == repaired.text
    assert repaired.applied
    if lost:
        assert repaired.lossy
    else:
        assert repaired.text == "".join(map(shape.format, lines))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=6, max_size=14, unique=True),
    st.integers(20, 135),
    SHARES,
    st.integers(0, 99),
)
def test_the_same_holds_for_the_source_of_a_page_that_was_damaged_with_its_tags(
    lines: list[str], annotated: int, cuts: float, seed: int
) -> None:
    """A tag's bracket may then be what a half character has swallowed."""
    source = "".join(f"<p><b>{line.replace('，', '，</b>', 1)}</p>" for line in lines)
    seen = damage(source, annotated=annotated, cuts=cuts, rng=random.Random(seed))
    repaired = repair(seen.text)
    assert undo(repaired) == seen.text
    assert repair(repaired.text).text == repaired.text
    if seen.lost:
        assert repaired.lossy
    else:
        assert repaired.text == source


@settings(max_examples=120, deadline=None, derandomize=True)
@given(PAGES, st.integers(8, 135))
def test_few_lossless_pages_are_flagged_needlessly(page: str, annotated: int) -> None:
    """What may be missing is said of one character at a time, never of a page without a shifted stretch."""
    seen = damage(page, annotated=annotated)
    repaired = repair(seen.text)
    if "?" not in seen.text and repaired.applied:
        assert repaired.lossy == ()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    PAGES,
    st.sampled_from(("s2tw", "s2hk", "s2t")),
    st.sets(st.sampled_from(sorted(mirror_order())), min_size=1, max_size=40),
    st.booleans(),
)
def test_readings_in_an_article_in_true_traditional_script_stay(
    page: str, script: str, hard: set[str], always: bool
) -> None:
    """A lesson that gives the reading of some characters, at their first place or at all: the script is a writer's."""
    text = str(OpenCC(script).convert(page))
    given_readings = {char: mirror_order()[char] for char in hard if char in text}
    for char, reading in given_readings.items():
        text = text.replace(char, f"{char}({reading})", -1 if always else 1)
    bare = [char for char in list(mirror_order())[:20] if char in text and char not in given_readings]
    if bare or not always:
        assert repair(text).text == text


def test_one_reading_is_enough_where_everything_else_speaks_for_a_mirror() -> None:
    """規 is the second of the list, nothing before it is bare; 后于干制 stand where a writer sets 後於幹製."""
    seen = "全市規(guī)劃建設的項目后來都在游客中心公布，干部們輪流值班，對于制造業的征地手續也是如此。"
    meant = "全市规划建设的项目后来都在游客中心公布，干部们轮流值班，对于制造业的征地手续也是如此。"
    assert repair(seen).text == meant
    assert undo(repair(seen)) == seen


STAYS = {
    "the same reading in true Traditional script": (
        "全市規(guī)劃建設的項目後來都在遊客中心公布，幹部們輪流值班，對於製造業的徵地手續也是如此。"
    ),
    "a careless writer's 于 and 后": (
        "全市規(guī)劃建設的項目后來都在遊客中心公布，幹部們輪流值班，對于製造業的徵地手續也是如此。"
    ),
    "a character that stands bare elsewhere": (
        "全市規(guī)劃建設的項目后來都在游客中心公布，干部們輪流值班，對于制造業的新規也是如此。"
    ),
    "a listed character before it that is bare": (
        "優質項目的規(guī)劃后來都在游客中心公布，干部們輪流值班，對于制造業的征地手續也是如此。"
    ),
    "a character with two readings": "校長(zhǎng)后來在游客中心值班，干部們輪流學習，對于制造業的手續也提出意見。",
    "Simplified text": "规(guī)划后来都在游客中心公布，干部们轮流值班，对于制造业的征地手续也是如此。",
    "another reading than the list's": "姓區(ōu)的干部后來在游客中心值班，對于制造業的征地手續也說明過，請大家聽聽。",
    "a dictionary": "優：yōu。規：guī。環：huán。區：qū。節：jié。優(yōu)、區(qū)、節(jié)三字都是常用字，後來簡化。",
    "a list of characters, one entry each": "監(jiān)、發(fā)、戰(zhàn)、現(xiàn)、續(xù)、據(jù)",
    "a list in sentences": "陽(yáng)是常用字；麗(lì)是常用字；東(dōng)是常用字；經(jīng)是常用字。",
    "a list by lines": "\n".join(f"{at}. {word[0]}({word[1]})" for at, word in enumerate(mirror_order().items())),
    "Latin words in brackets": "優(you)質、規(gui)則(NBA)，後來干脆不用(not used)。發(fa)展。",
    "one repeat": "他說的(de)(de)發展，在(zai)中文裡，有(you)很多。",
}


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS.keys())
def test_one_or_two_readings_are_not_enough_where_anything_speaks_against_a_mirror(text: str) -> None:
    """A false positive would change a true text."""
    assert repair(text).text == text
    assert repair(text).applied == ()


def test_a_mirror_with_a_list_of_its_own_is_known_by_reading_the_same_characters_again_and_again() -> None:
    """Seen on a real page: 37 characters, each always read, not those that head the known list."""
    text = "\n".join(SENTENCES)
    listed = {
        char: reading for char, reading in mirror_order().items() if char in "網開門專車經實發時過聯點關問務質來價會"
    }
    seen = damage(text, annotated=0).text
    for char, reading in listed.items():
        seen = seen.replace(char, f"{char}({reading})")
    assert repair(seen).text == text


def test_a_japanese_sentence_on_a_mirrors_page_keeps_its_script() -> None:
    """Its characters are its own: 東 is no Traditional 东 there."""
    line = "東京の新しい工場は今年も好調で、秋以降の受注が増えている。"
    seen = f"各個企業(yè)的發(fā)展環(huán)境，經(jīng)濟(jì)數(shù)據(jù)。\n{line}"
    assert repair(seen).text == f"各个企业的发展环境，经济数据。\n{line}"


def test_damage_under_damage_is_undone_in_one_go() -> None:
    """Misread text that a mirror strewed with controls shows only when they are gone; a second repair finds nothing."""
    misread = "昨天经济增长".encode("gb18030").decode("latin-1")
    seen = f"各個企業(yè)的發(fā)展環(huán)境\x05，\x06。\x07，\n{misread[:5]}\x05{misread[5:]}"
    repaired = repair(seen)
    assert repaired.text == "各个企业的发展环境，。，\n昨天经济增长"
    assert undo(repaired) == seen


def test_readings_at_random_places_are_taken_out_where_the_script_is_a_mirrors() -> None:
    """Any character, now and then; nothing is held to be missing because one stands bare."""
    dice = random.Random(7)
    text = "\n".join(SENTENCES)
    seen = damage(text, annotated=0).text
    known = {
        "的": "de",
        "人": "rén",
        "水": "shuǐ",
        "新": "xīn",
        "大": "dà",
        "农": "nóng",
        "農": "nóng",
        "業": "yè",
        "是": "shì",
    }
    seen = "".join(f"{c}({known[c]})" if c in known and dice.random() < 0.6 else c for c in seen)
    repaired = repair(seen)
    assert repaired.text == text
    assert undo(repaired) == seen


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("发展的(de)(de)(de)环境，在(zai)(zai)山里，有(you)(you)(you)了好转。", "发展的环境，在山里，有了好转。"),
        ("发展\x05\x08，环境\x06。" * 8, "发展，环境。" * 8),
    ],
)
def test_repeats_and_controls_without_a_toned_reading_are_a_mirrors_too(seen: str, meant: str) -> None:
    """No writer says a reading twice, again and again, or sets controls before his marks."""
    repaired = repair(seen)
    assert repaired.text == meant
    assert undo(repaired) == seen


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("看著名字", "看着名字"),
        ("湊合著用", "凑合着用"),
        ("著名的專著", "著名的专著"),
        ("顯著的成績", "显著的成绩"),
        ("他著有《氣象》", "他著有《气象》"),
        ("等著新廠", "等着新厂"),
    ],
)
def test_the_particle_and_the_word_that_share_a_character_are_told_apart(seen: str, meant: str) -> None:
    """One-to-one Traditional script has 著 for both 着 and 著."""
    page = f"經(jīng)濟(jì)發(fā)展環(huán)境，{seen}。"
    assert repair(page).text == f"经济发展环境，{meant}。"
