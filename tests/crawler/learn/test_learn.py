"""What is learnt from many pages, on made-up sites with the truth about every line."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learn_measure import UTF8, learnt_from, measure, notes, reading_of
from learn_sites import HOST, Made, redesigned, same_design, site

from crawler.learn.change import NEWEST, Sight, changed, sight_of
from crawler.learn.learn import learn
from crawler.learn.learnt import Learnt, from_bytes, to_bytes
from crawler.pipeline import read

OWN = "石桥村的{}号渡槽昨天通水，村里{}户人家看着水流进了田，老会计把日子记在本子上，说明年还要再修一座。"


def pages_of(foot: str = "", count: int = 8, head: str = "", every: int = 1) -> list[Made]:
    """Articles in one dress; every so many have `head` above and `foot` below their text, inside its element."""
    numbers = (
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "百",
        "千",
        "万",
        "甲",
        "乙",
        "丙",
        "丁",
        "戊",
    )
    found = []
    for number in range(count):
        words = [numbers[(number * 7 + each) % len(numbers)] + numbers[number % len(numbers)] for each in range(4)]
        text = tuple(OWN.format(word, numbers[number] * 3) for word in words)
        dressed = number % every == 0
        inner = (head if dressed else "") + "".join(f"<p>{line}</p>" for line in text) + (foot if dressed else "")
        markup = (
            f"<html><head><title>{numbers[number]}号渡槽通水_石桥网</title></head><body><div class=top><ul class=nav>"
            f"<li><a href=/>首页</a></li></ul></div><div class=main><h1>{numbers[number]}号渡槽通水</h1>"
            f"<div class=info>2025-03-0{number % 9 + 1} 08:30 来源：石桥日报</div>"
            f"<div class=text>{inner}</div></div></body></html>"
        )
        found.append(Made(f"{HOST}/{number}.html", number, "t", markup, text, ()))
    return found


def left_of(pages: list[Made], part: str) -> int:
    """On how many of the pages a part stands in the article, read with what was learnt from them."""
    learnt = learnt_from(pages)
    readings = [reading_of(page, learnt) for page in pages]
    return sum(part in article.text for reading in readings for article in reading.articles)


LINKS = "".join(
    f"<li><a href=/l/{number}>{text}</a></li>" for number, text in enumerate(("老桥拆了", "新桥通了", "水电站体检"))
)

FURNITURE = [
    ("<div class=box><h4>石桥热点</h4><p>身边的事</p><ul>" + LINKS + "</ul></div>", "石桥热点"),
    ("<div class=box><h4>石桥热点</h4><p>身边的事</p><ul>" + LINKS + "</ul></div>", "身边的事"),
    ("<p>关心石桥的朋友，请扫描二维码，和我们一起看水。</p>", "和我们一起看水"),
    ("<div class=slogan><p>一条河，两座桥，三代人</p></div>", "三代人"),
    (f"<p>石桥的水，流过石桥人的日子，流进石桥人的心里。</p><ul>{LINKS}</ul>", "流进石桥人的心里"),
]

TEXT = [
    ("<p>编者按：水利冬修开始了，本报请村里的老人讲讲渡槽的故事，今起刊出。</p>", "今起刊出"),
    ("<p><strong>渡槽是怎么修的</strong></p>", "渡槽是怎么修的"),
    ("<h3>一、基本情况</h3>", "一、基本情况"),
    ("<p>本报讯</p>", "本报讯"),
]

ROWS = "".join(f"<tr><td>{name}</td><td>{count}座</td></tr>" for name, count in (("渡槽", 3), ("水渠", 9), ("水井", 7)))
FILES = "".join(f"<li><a href=/{name}.docx>{name}名单</a></li>" for name in ("渡槽", "水井"))
FEET = [
    ("<p align=right>石桥县水务局</p><p align=right>2025年3月8日</p>", "石桥县水务局"),
    (f"<table>{ROWS}</table>", "水渠"),
    (f"<p>现予公示，公示期为五个工作日，欢迎书面来信。</p><p>石桥县水务局</p><ul>{LINKS}</ul>", "公示期"),
    (f"<p>特此公告。</p><p>石桥县水务局</p><p>2025年3月8日</p><ul>{LINKS}</ul>", "特此公告"),
    ("<p>报名的人请把材料送到县水务局二楼。</p><p>举报热线：1234567，请注明渡槽的编号</p>", "渡槽的编号"),
    ("<p>报名的人请把材料送到县水务局二楼。</p><p>联系人：老周，邮箱：zhou@shiqiao.example</p>", "老周"),
    (f"<div class=fj><p>附件：</p><ul>{FILES}</ul></div>", "附件："),
]


@pytest.mark.parametrize(("foot", "part"), FURNITURE, ids=[part for _, part in FURNITURE])
def test_furniture_at_the_foot_of_the_text_goes(foot: str, part: str) -> None:
    """A box of links with its standing words, a call for readers, a slogan that ends every article."""
    pages = pages_of(foot, count=12)
    assert all(part in reading_of(page).articles[0].text for page in pages)
    assert left_of(pages, part) == 0


@pytest.mark.parametrize(("head", "part"), TEXT, ids=[part for _, part in TEXT])
@pytest.mark.parametrize("every", [1, 3])
def test_text_that_many_articles_repeat_stays(head: str, part: str, every: int) -> None:
    """The introduction of a series, sub-heads and 本报讯 are the article's, on some of the articles or on all."""
    pages = pages_of(head=head, count=12, every=every)
    assert left_of(pages, part) == 12 // every


def test_the_sub_heads_of_a_digest_stay() -> None:
    """They stand over linked headlines, each with a sentence of its own: that is how a digest is written."""
    heads = ("县里的事", "村里的事", "学校的事")
    pages = []
    for page in pages_of(count=12):
        inner = "".join(
            f"<h3>{head}</h3><p><a href=/d/{number}>{line[:11]}</a></p><p>{line}</p>"
            for number, (head, line) in enumerate(zip(heads, page.text, strict=False))
        )
        start, end = page.markup.index("<div class=text>") + 16, page.markup.index("</div></div></body>")
        pages.append(replace(page, markup=page.markup[:start] + inner + page.markup[end:]))
    for head in heads:
        assert left_of(pages, head) == 12


@pytest.mark.parametrize(("foot", "part"), FEET, ids=[part for _, part in FEET])
@pytest.mark.parametrize("every", [1, 2])
def test_what_signs_a_notice_or_hangs_on_it_stays(foot: str, part: str, every: int) -> None:
    """The name under a notice, the rows of its table and its attachments are text, however many notices have them."""
    pages = pages_of(foot, count=12, every=every)
    assert sum(part in reading_of(page).articles[0].text for page in pages) == left_of(pages, part) == 12 // every


def test_one_article_under_many_addresses_teaches_nothing() -> None:
    """Its sentences stand on five pages and are still one article's."""
    pages = pages_of(count=6)
    again = [replace(pages[0], url=f"{HOST}/again/{number}.html") for number in range(5)]
    learnt = learnt_from([*pages, *again])
    assert learnt is not None
    assert learnt.templates[0].articles == 6
    assert [line for line in pages[0].text if line in reading_of(pages[0], learnt).articles[0].text] == list(
        pages[0].text
    )


def test_four_pages_are_too_few_and_five_suffice() -> None:
    """Nothing is learnt from less; what is dropped names how often it stood there."""
    foot = FURNITURE[0][0]
    assert learnt_from(pages_of(foot, count=4)) is None
    learnt = learnt_from(pages_of(foot, count=5))
    assert learnt is not None
    reading = reading_of(pages_of(foot, count=6)[5], learnt)
    assert "石桥热点" not in reading.articles[0].text
    (dropped,) = [each for each in reading.evidence.dropped if each.text == "石桥热点"]
    assert (dropped.rule, dropped.reason) == (
        "furniture",
        "stands on the pages of 5 of 5 articles of this template, among links",
    )


def test_a_reading_names_what_it_knew() -> None:
    """The evidence names the profile, the template and how well the page fits it; without a profile it is empty."""
    pages = pages_of(FURNITURE[0][0])
    learnt = learnt_from(pages)
    assert learnt is not None
    assert reading_of(pages[0], learnt).evidence.learnt == {
        "profile": learnt.digest,
        "template": "1",
        "likeness": 1.0,
        "standing": 1.0,
    }
    assert reading_of(pages[0]).evidence.learnt == {}


def test_a_page_of_no_template_is_read_as_if_nothing_were_known() -> None:
    """Furniture is a template's: the same words on a page of another make are its own."""
    learnt = learnt_from(pages_of(FURNITURE[2][0]))
    body = "".join(f"<p>{OWN.format(word, word)}</p>" for word in "甲乙丙") + FURNITURE[2][0]
    page = f"<html><body><table id=x><tr><td id=y><section class=z>{body}</section></td></tr></table></body></html>"
    without, known = (read(page.encode(), f"{HOST}/x.html", UTF8, learnt=each) for each in (None, learnt))
    assert known.articles == without.articles
    assert known.evidence.learnt["template"] is None


def test_a_body_that_is_nothing_but_furniture_stays() -> None:
    """A page that holds only what others hold is not emptied."""
    pages = pages_of(FURNITURE[4][0], count=12)
    learnt = learnt_from(pages)
    bare = pages[0].markup
    for line in pages[0].text:
        bare = bare.replace(f"<p>{line}</p>", "")
    reading = read(bare.encode(), pages[0].url, UTF8, learnt=learnt)
    assert not [each for each in reading.evidence.dropped if each.rule == "furniture"]


def test_a_notice_that_is_longer_than_the_article_is_not_taken_for_it() -> None:
    """Where the articles' own words stand on other pages, they stand on this one."""
    notice = "石桥网由石桥日报社主办，设有新闻、服务、社区等二十个栏目，每天更新三百条，读者遍布全县各镇。" * 12
    pages = [
        replace(page, markup=page.markup.replace("</body>", f"<div class=bottom-x><p>{notice}</p></div></body>"))
        for page in pages_of(count=8)
    ]
    learnt = learnt_from(pages)
    assert "设有新闻" in reading_of(pages[0]).articles[0].text
    for page in pages:
        assert reading_of(page, learnt).articles[0].paragraphs == page.text


@given(st.randoms(use_true_random=False), st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_the_same_pages_in_any_order_give_the_same_bytes(rng: random.Random, twice: int) -> None:
    """A profile is a function of the set of pages; one that comes twice counts once."""
    shuffled = [*NOTES, *NOTES[:twice]]
    rng.shuffle(shuffled)
    again = learn(iter(shuffled))
    assert again is not None
    assert to_bytes(again) == to_bytes(LEARNT)


NOTES = notes(site(3, count=30))
LEARNT = learn(NOTES) or Learnt(0, "", ())


def test_a_profile_survives_its_bytes_and_a_pickle() -> None:
    """It is kept as JSON, and handed to the processes that read; a profile of other rules is none."""
    assert from_bytes(to_bytes(LEARNT)) == LEARNT
    assert pickle.loads(pickle.dumps(LEARNT)).digest == LEARNT.digest
    assert from_bytes(to_bytes(replace(LEARNT, version=0))) is None
    assert from_bytes(b"{}") is None


@pytest.mark.parametrize("seed", [1, 2, 5, 8])
def test_of_made_up_sites_the_text_stays_and_the_furniture_goes(seed: int) -> None:
    """Nothing of an article's text is lost by learning, and nine tenths of the furniture in it are gone."""
    pages = site(seed, count=36)
    found = measure(pages, learnt_from(pages))
    assert found.lost_by_learning == []
    assert found.dropped_text == 0
    assert found.lost <= found.lost_without
    assert found.left <= 0.1 * found.furniture


@pytest.mark.parametrize("seed", [11, 12])
def test_what_was_learnt_holds_for_pages_that_were_not_seen(seed: int) -> None:
    """The same on articles that came later."""
    pages = site(seed, count=60)
    found = measure(pages[40:], learnt_from(pages[:40]))
    assert found.lost_by_learning == []
    assert found.left <= 0.5 * found.left_without


def sights(learnt: Learnt, pages: list[Made]) -> list[Sight]:
    """How the pages are recognised, the newest first."""
    found = [sight_of({"learnt": reading_of(page, learnt).evidence.learnt}) for page in reversed(pages)]
    return [each for each in found if each is not None]


@pytest.mark.parametrize("seed", range(6))
def test_a_redesign_is_noticed_and_tells_its_figures(seed: int) -> None:
    """Not by the first four pages in the new dress, but by the fifth."""
    before, after = redesigned(seed)
    learnt = learnt_from(before)
    assert learnt is not None
    assert changed(sights(learnt, before[-4:] + after[:4]), learnt) is None
    found = changed(sights(learnt, before[-3:] + after[:5]), learnt)
    assert found is not None
    assert (found.pages, found.looked_at) == (5, NEWEST)
    assert found.sentence.startswith("5 of the 8 newest pages look like none of the ")


@pytest.mark.parametrize("seed", range(6))
def test_a_site_that_goes_on_as_ever_raises_no_alarm(seed: int) -> None:
    """Nor do a few specials in another dress."""
    before, after = same_design(seed, specials=3)
    learnt = learnt_from(before)
    assert learnt is not None
    for end in range(1, len(after) + 1):
        assert changed(sights(learnt, (before + after[:end])[-NEWEST:]), learnt) is None


def test_a_site_that_builds_every_page_anew_has_no_template_that_could_change() -> None:
    """Spam mirrors do, with made-up classes; what they hide plays no part at all."""
    strewn = [
        replace(page, markup=page.markup.replace("<div", f"<div id=q{chr(97 + number) * 5}"))
        for number, page in enumerate(pages_of(count=12))
    ]
    learnt = learnt_from(strewn)
    assert learnt is not None
    assert changed([Sight(learnt.digest, None, 0.1, 1.0)] * 8, learnt) is None
    hidden = [
        replace(
            page, markup=page.markup.replace("</body>", f"<b style=display:none><div class=q{number * 'a'}>x</div></b>")
        )
        for number, page in enumerate(pages_of(count=12))
    ]
    learnt = learnt_from(hidden)
    assert learnt is not None
    assert [each.pages for each in learnt.templates] == [12]


def test_furniture_that_vanishes_from_its_template_is_noticed() -> None:
    """The dress is the same, what stood on every page is not there any more."""
    learnt = learnt_from(pages_of(FURNITURE[0][0], count=12))
    assert learnt is not None
    found = changed(sights(learnt, pages_of(count=8)), learnt)
    assert found is not None
    assert "lack what stood on every page" in found.sentence


def test_readings_with_another_profile_or_none_say_nothing_of_this_one() -> None:
    """Evidence of the time before, or of nothing, is no evidence."""
    stranger = Sight("another", None, 0.1, 0.0)
    assert changed([stranger] * 8, LEARNT) is None
    assert sight_of({}) is None
    assert sight_of({"learnt": {"profile": 1}}) is None
    assert sight_of({"learnt": {"profile": "a", "template": None, "likeness": "x", "standing": 1}}) is None
