"""Repair of mirror pages: our own sentences, damaged by our own generator, come back; true brackets stay."""

from __future__ import annotations

import random

import pytest

from crawler.demo.damage import damage
from crawler.repair import repair, undo

NEWS = """拉萨河谷的温室大棚今年开始连片供应蔬菜
记者从市农业农村局了解到，目前全区已建成高标准温室三百二十座，优质品种推广面积达到一万两千亩，带动两千多户农民就近务工。
“过去冬天吃不上新鲜叶菜，现在从大棚到餐桌只要半天时间。”合作社负责人达瓦说，他们与三家企业签订了供货协议，每吨价格比去年提高百分之八。
据介绍，项目总投资1.2亿元，其中节水灌溉、环境监测和冷链运输等设备占四成；技术人员定期下乡指导，为种植户解决实际问题。
下一步，该市将继续完善产业规划，发展观光农业，推动工业园区与农牧区协调发展，让更多群众分享发展成果！"""

# Where these sentences lose nothing; long lists make straddles whose halves can vanish, which no repair can know.
LENGTHS = (5, 12, 40, 80, 110, 135)


@pytest.mark.parametrize("annotated", LENGTHS)
@pytest.mark.parametrize("commas", [0.0, 0.4])
def test_a_page_that_lost_nothing_comes_back_exactly(annotated: int, commas: float) -> None:
    """Whatever part of the list the page uses, with commas strewn in or not."""
    seen = damage(NEWS, annotated=annotated, commas=commas, rng=random.Random(annotated))
    repaired = repair(seen.text)
    assert seen.text != NEWS
    if not seen.lost:
        assert repaired.text == NEWS
        assert repaired.lossy == ()
    assert undo(repaired) == seen.text
    assert repair(repaired.text).text == repaired.text


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("經(jīng)濟(jì)的發(fā)展環(huán)境", "经济的发展环境"),
        ("西藏日?qǐng)?bào)：經(jīng)濟(jì)發(fā)展", "西藏日报：经济发展"),
        ("農(nóng)業(yè)發(fā)展，亞?wèn)|的經(jīng)濟(jì)", "农业发展，亚东的经济"),
        ("網(wǎng)絡(luò )安全，經(jīng)濟(jì)發(fā)展", "网络安全，经济发展"),
        ("產(chǎn)業(yè)發(fā)展\x05\x08，環(huán)境\x06、經(jīng)濟(jì)\x07。", "产业发展，环境、经济。"),
        ("產(chǎn)業(yè)發(fā)展,，環(huán)境,。", "产业发展，环境。"),
        ("產(chǎn)業(yè)的(de)(de)(de)發(fā)展環(huán)境", "产业的发展环境"),
        ("朱乾根說經(jīng)濟(jì)發(fā)展環(huán)境看著他著名", "朱乾根说经济发展环境看着他著名"),
    ],
)
def test_each_kind_of_damage_is_undone_on_a_mirror_page(seen: str, meant: str) -> None:
    """Annotations, straddles, ASCII halves, spaces in brackets, controls, commas, repeats, script."""
    repaired = repair(seen)
    assert repaired.text == meant
    assert undo(repaired) == seen


def test_a_cut_full_stop_is_inferred_and_said_to_be() -> None:
    """A1 | A3: the first half shows as a question mark, and the text behind it is paired anew."""
    seen = damage("项目发展很快。现在经济环境优良，产业规划已完成。", cuts=1.0, rng=random.Random(1))
    repaired = repair(seen.text)
    assert "?，F" in seen.text
    assert repaired.text.startswith("项目发展很快。现在经济环境优良")
    assert any("full stop" in words for words in repaired.lossy)
    assert undo(repaired) == seen.text


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("農(nóng)業(yè)發(fā)展??jù)悉環(huán)境，數(shù)據(jù)產(chǎn)業(yè)", "农业发展。据悉环境，数据产业"),
        ("農(nóng)業(yè)發(fā)展?W(xué)校環(huán)境，數(shù)學(xué)產(chǎn)業(yè)", "农业发展。学校环境，数学产业"),
        ("農(nóng)業(yè)發(fā)展??記者環(huán)境)產(chǎn)業(yè)", "农业发展。(记者环境)产业"),
    ],
)
def test_what_a_cut_took_along_is_named_by_what_is_left_of_it(seen: str, meant: str) -> None:
    """A reading names its character, a closing bracket the opening one; both are said to be inferred."""
    repaired = repair(seen)
    assert repaired.text == meant
    assert repaired.lossy
    assert undo(repaired) == seen


def test_a_question_mark_that_may_be_a_cut_stays_and_is_reported() -> None:
    """One `?` at the end of a line of a mirror page proves nothing."""
    repaired = repair("農(nóng)業(yè)發(fā)展環(huán)境?\n產(chǎn)業(yè)")
    assert repaired.text == "农业发展环境?\n产业"
    assert any("may stand" in words for words in repaired.lossy)


@pytest.mark.parametrize(
    "end",
    ["</p>", "</b>，", "<br>", "&nbsp;</p>", " &emsp;\u3000</li>", "<a href='/b'>", "\u3000\u3000\n", "&nbsp;他", ""],
)
def test_a_question_mark_at_the_end_of_a_line_of_html_is_reported(end: str) -> None:
    """A tag ends a line as \\n does, and blanks between are none the less the line's end."""
    repaired = repair(f"<p>農(nóng)業(yè)發(fā)展環(huán)境?{end}")
    assert repaired.text == f"<p>农业发展环境?{end}"
    assert any("may stand" in words for words in repaired.lossy)


def test_a_full_stop_that_was_cut_in_two_before_a_tag_is_inferred_on_a_page_of_cuts() -> None:
    """As at the end of a line of plain text; also behind a tag, where the mark stands alone."""
    seen = damage("项目发展很快。现在经济环境优良，产业规划已完成", cuts=1.0, rng=random.Random(1)).text
    repaired = repair(f"<p>{seen}?</p><p><b>{seen}</b>?&nbsp;</p>")
    sentence = "项目发展很快。现在经济环境优良，产业规划已完成"
    assert repaired.text == f"<p>{sentence}。</p><p><b>{sentence}</b>。&nbsp;</p>"
    assert len([words for words in repaired.lossy if "the line's end" in words]) == 2


@pytest.mark.parametrize("address", ["/a/?id=1", "/a.php?id=1&amp;b=2", "?page=2", "/a/b?"])
def test_a_question_mark_in_an_address_is_no_damage(address: str) -> None:
    """Links of a mirror's page keep working, and nothing is said of them."""
    page = f'<p>農(nóng)業(yè)發(fā)展環(huán)境</p><a href="{address}" class="b">產(chǎn)業(yè)</a>'
    repaired = repair(page)
    assert repaired.text == f'<p>农业发展环境</p><a href="{address}" class="b">产业</a>'
    assert repaired.lossy == ()


def test_losses_are_told_up_to_a_number() -> None:
    """A hostile page does not make a hostile report."""
    repaired = repair("發(fā)展經(jīng)濟(jì)環(huán)境" + "發(fā)展??\n" * 5000)
    assert len(repaired.lossy) == 101
    assert "more losses" in repaired.lossy[-1]


def test_a_swallowed_digit_is_marked_and_not_invented() -> None:
    """當地 hides 數, and the half that is left over takes the digit behind it along."""
    seen = damage("经济发展，当地300多人，环境优良，产业规划", annotated=135)
    repaired = repair(seen.text)
    assert seen.lost
    assert repaired.lossy
    assert "?00多人" in repaired.text


def test_a_swallowed_tag_bracket_is_given_back() -> None:
    """`</p>` behind a half character became `?/p>`; the page parses again."""
    inner = damage("<p>产业发展很快，经济环境优良。“大家都说好。”</p>", cuts=1.0, rng=random.Random(0))
    repaired = repair(inner.text)
    assert "</p>" not in inner.text
    assert repaired.text.endswith("。”</p>")
    assert repaired.lossy


def test_scripts_addresses_and_tags_of_a_mirror_page_are_left_alone() -> None:
    """Only what a reader sees is turned into Simplified script."""
    page = (
        '<script>var 國 = "經(jīng)濟(jì)";</script><style>.國{}</style>'
        '<a href="/國/?q=經" title="網(wǎng)絡(luò)">產(chǎn)業(yè)發(fā)展環(huán)境</a>'
    )
    assert repair(page).text == (
        '<script>var 國 = "經(jīng)濟(jì)";</script><style>.國{}</style>'
        '<a href="/國/?q=經" title="网络">产业发展环境</a>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "麗(lí)水在浙江，麗(lì)水是美麗的水，來(lái)陽在湖南，長(zhǎng)子縣在山西，別把長(cháng)江讀錯。",
        "他在書裡寫道，於是國(guó)家與地方，後來又到國內各處走動，時時說起長(zhǎng)子縣和來(lái)陽。",
        "龟(guī)字怎么读？龟(jūn)裂、龟(qiū)兹，读音不同。",
        "國(guó)、學(xué)、開(kāi)、關(guān)是繁体字，今天写作国、学、开、关，这些简化字的历史说来话长，读者可以参看书后的说明。",
        "行(xíng)走，银行(háng)；长(cháng)短，生长(zhǎng)；好(hǎo)人，爱好(hào)。",
        "（来源：新华社）(NBA)今日(周三)开赛?观众(fans)很多。",
        "本書於民國年間印行，後來經過修訂，裡面的內容並未刪減，餘下的範例亦然。",
        "为什么?wèn)这不是注音",
    ],
)
def test_true_brackets_and_true_traditional_script_stay(text: str) -> None:
    """The decision is the page's: readings of a writer, dictionaries, Latin words, Traditional pages."""
    assert repair(text).text == text
    assert repair(text).applied == ()


def test_other_signs_of_mirrors_are_left_on_pages_that_are_none() -> None:
    """Commas before marks, controls, repeats and script are damage only where the page is a mirror's."""
    text = "发展,。环境\x05，的(de)(de)(de)，經濟發展。"
    assert repair(text).text == text


def test_what_is_too_much_to_be_weighed_is_said_to_be() -> None:
    """Beyond a number of characters put together anew none is weighed, and a sentence says so once."""
    few, many = (repair("西藏日?qǐng)?bào)訊，發(fā)展經(jīng)濟(jì)。\n" * number) for number in (20, 2_000))
    assert not any("too many to weigh" in words for words in few.lossy)
    assert sum("too many to weigh" in words for words in many.lossy) == 1
    assert many.text == few.text[: len(few.text) // 20] * 2_000
