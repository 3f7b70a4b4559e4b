"""Whole pages of the kinds that were met, written for this test: what is read from each and what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Article
from crawler.pipeline import read
from crawler.reading import Reading
from crawler.source import Source, Template

PAGES = Path(__file__).parent / "pages"
URL = "http://www.example.cn/jj/a.html"


def read_page(name: str, url: str = URL, encoding: str = "utf-8") -> Reading:
    body = (PAGES / f"{name}.html").read_text("utf-8").encode(encoding)
    return read(body, url, "text/html")


def only(reading: Reading) -> Article:
    assert reading.verdict == "article", reading.evidence.verdict
    (article,) = reading.articles
    return article


@dataclass
class Case:
    name: str
    facts: dict[str, Any]
    first: str
    last: str
    kinds: str
    absent: tuple[str, ...] = ()
    encoding: str = "utf-8"
    dropped: dict[str, str] = field(default_factory=dict)


CASES = [
    Case(
        "trs",
        {
            "title": "河谷里的光伏田——县工业园区见闻",
            "published": datetime.fromisoformat("2024-05-27T00:44:35+08:00"),
            "published_precision": "second",
            "origin": "青禾日报",
            "origin_original": True,
            "author": ("赵一鸣", "孙小禾"),
            "editor": ("钱敏",),
            "photographer": ("李望",),
            "section": ("青禾新闻网", "经济"),
            "keywords": ("光伏", "工业园区"),
            "language": "zh-Hans",
        },
        first="本报讯（记者 赵一鸣",
        last="记者看到,板下的空地上",
        kinds="paragraph caption heading paragraph paragraph",
        absent=("责编", "版权声明", "公交线路", "ICP备", "字体", "color:red"),
        dropped={"credits": "(责编:钱敏)", "phrases": "版权声明", "links": "园区新开两条公交线路"},
    ),
    Case(
        "gov",
        {
            "title": "青禾县工业和信息化局关于申报2024年技术改造项目的通知",
            "published": datetime.fromisoformat("2024-03-08T16:20:05+08:00"),
            "origin": "县工业和信息化局",
            "section": ("通知公告",),
            "author": (),
            "editor": (),
        },
        first="各乡镇人民政府，",
        last="2024年3月8日",
        kinds="paragraph paragraph paragraph paragraph table paragraph paragraph paragraph paragraph paragraph",
        absent=("上一篇", "安全生产检查", "网站标识码", "浏览次数"),
    ),
    Case(
        "table",
        {
            "title": "山城纺织厂扭亏记",
            "published": datetime.fromisoformat("2023-01-14T09:22:00+08:00"),
            "published_precision": "minute",
            "origin": "山城晚报",
            "author": ("吴秋实",),
            "editor": ("冯雪",),
        },
        first="山城纺织厂的机器停了三年",
        last="到年底，厂里接到的订单",
        kinds="paragraph paragraph paragraph",
        absent=("老城墙", "责任编辑", "打印", "联系我们"),
        encoding="gb18030",
    ),
    Case(
        "farm",
        {
            "title": "戈壁滩上的风机厂迎来订单潮",
            "origin": "青禾日报网",
            "origin_original": True,
            "author": ("何远山",),
            "photographer": ("韩松柏",),
            "section": ("西部资讯网", "栏目首页", "财经"),
        },
        first="风一大，厂里的人就高兴。",
        last="当地工业部门介绍",
        kinds="paragraph paragraph caption paragraph paragraph",
        absent=("资料图片", "震惊", "冰箱", "关键词", "qq.com"),
    ),
    Case(
        "mirror",
        {
            "title": "牧区小学装上了取暖炉",
            "published": datetime.fromisoformat("2020-05-19T09:10:00+08:00"),
            "origin": "高原日报",
            "author": ("白玛",),
            "section": ("高原网", "教育"),
        },
        first="入冬以前，县里给八所",
        last="校长扎西说，",
        kinds="paragraph paragraph",
        absent=("磴口县", "快三", "彩票", "娱乐平台"),
        dropped={"hidden": "磴口县"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_gives_its_facts(case: Case) -> None:
    """Title, time, origin, people and section are read as printed; what is not printed is absent."""
    article = only(read_page(case.name, encoding=case.encoding))
    assert {name: getattr(article, name) for name in case.facts} == case.facts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_gives_its_text_in_order(case: Case) -> None:
    """The body begins and ends where the article does, its blocks know what they are, the margin stays out."""
    article = only(read_page(case.name, encoding=case.encoding))
    assert article.blocks[0].text.startswith(case.first)
    assert article.blocks[-1].text.startswith(case.last)
    assert " ".join(block.kind for block in article.blocks) == case.kinds
    assert [word for word in case.absent if word in article.text] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.dropped], ids=lambda case: case.name)
def test_what_is_left_out_is_on_record(case: Case) -> None:
    """Every dropped block stands in the evidence with its rule and its reason."""
    dropped = read_page(case.name, encoding=case.encoding).evidence.dropped
    for rule, words in case.dropped.items():
        assert any(each.rule == rule and words in each.text and each.reason for each in dropped), rule


def test_every_line_of_the_page_is_in_the_article_or_on_record() -> None:
    """Nothing vanishes: each visible line of a page is kept as text, as a fact, or as a dropped block."""
    reading = read_page("trs")
    shown = only(reading).text + "\n".join(each.text for each in reading.evidence.dropped) + only(reading).title
    for words in ("您当前的位置", "今天是2024", "发布时间:2024", "版权声明", "县城夜市", "责编"):
        assert words in shown


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("list", "list"), ("challenge", "challenge"), ("missing", "soft-404"), ("empty", "empty")],
)
def test_a_page_that_is_no_article_says_what_it_is(name: str, verdict: str) -> None:
    """Lists, challenges, pages not found and empty shells give no article, and a sentence says why."""
    reading = read_page(name)
    assert reading.verdict == verdict
    assert reading.articles == ()
    assert len(reading.evidence.verdict) > 10


def test_a_body_of_no_bytes_is_empty() -> None:
    """No bytes at all are an empty page, not an error."""
    assert read(b"", URL).verdict == "empty"


def test_bytes_that_are_no_text_are_unreadable() -> None:
    """A body of which too much cannot be decoded is unreadable and gives no article."""
    broken = "".join(f"<p>{'青禾县的河谷里建起了电站，' * 3}</p>" for _ in range(9)).encode("utf-8")
    body = b'<meta charset="utf-8">' + bytes(byte if at % 5 else 0xFF for at, byte in enumerate(broken))
    assert read(body, URL, "text/html; charset=utf-8").verdict == "unreadable"


def test_two_articles_on_a_page_are_told_apart() -> None:
    """Each headline with a signature begins an article; an opening above its headline is given back to it."""
    first, second = read_page("two").articles
    assert (first.title, first.author, first.ordinal) == ("把小水电修成大水库", ("林若水",), 0)
    assert (second.title, second.author, second.ordinal) == ("果园深处的公路", ("红石县交通运输局",), 1)
    assert first.paragraphs[-1].startswith("下一步，水务局将")
    assert second.paragraphs[:2][0] == "让路网跟着果园走"
    assert second.paragraphs[1].startswith("红石县有果园三十万亩")


def test_a_paragraph_that_was_cut_in_two_is_whole_again() -> None:
    """A paragraph that ends in mid-sentence goes on in the next line of the page."""
    (first, _) = read_page("two").articles
    assert any("既减轻了财政的压力" in paragraph for paragraph in first.paragraphs)


def test_every_fact_has_its_evidence() -> None:
    """For each fact the rule and the words that it was read from are kept."""
    reading = read_page("trs")
    assert {"title", "published", "origin", "author", "editor", "photographer", "section"} <= set(
        reading.evidence.fields
    )
    assert "2024-05-27" in reading.evidence.fields["published"].seen


def test_the_same_bytes_give_the_same_reading() -> None:
    """Reading is pure."""
    assert read_page("farm") == read_page("farm")


SIMPLE = """<html><head><title>{title}</title></head><body><h1>{title}</h1><p class="when">2024-01-02 03:04</p>
<div class="one"><p>第一种版式的正文写在这里，它比标题长得多，也说得明白，一共有四十来个字，只用一句话说完。</p></div>
<div class="two"><p>第二种版式的正文写在这里，它也比标题长得多，有二十来个字，另起一句。</p>
<p>它还有第二段，比第一种长。</p></div></body></html>"""


def source(*templates: Template) -> Source:
    return Source(id="example", name="青禾新闻网", home="http://www.example.cn/", templates=templates)


def test_an_old_capture_is_read_by_the_old_template() -> None:
    """`captured` chooses among dated templates; without it the newest holds."""
    templated = source(
        Template(since=None, until=date(2019, 12, 31), body=(".one",)), Template(since=date(2020, 1, 1), body=(".two",))
    )
    body = SIMPLE.format(title="版式换了以后怎么办").encode()
    old = only(read(body, URL, "", templated, captured=date(2019, 5, 1)))
    new = only(read(body, URL, "", templated))
    assert old.text.startswith("第一种")
    assert "第二种" not in old.text
    assert new.text.startswith("第二种")
    assert old.source_id == "example"


def test_a_template_names_what_never_belongs_and_the_subtitle() -> None:
    """`drop` selectors take lines out with that reason; `subtitle` selectors fill the field."""
    body = SIMPLE.replace('<p class="when">', '<p class="sub">旧版式也有副题</p><p class="when">').replace(
        "<p>它还有", '<p class="ad">广告说这台机器明天就涨价，快来看看。</p><p>它还有'
    )
    templated = source(Template(body=(".two",), subtitle=(".sub",), drop=(".ad",)))
    reading = read(body.format(title="版式换了以后怎么办").encode(), URL, "", templated)
    assert only(reading).subtitle == ("旧版式也有副题",)
    assert "广告" not in only(reading).text
    assert any(each.rule == "template" and "广告" in each.text for each in reading.evidence.dropped)


def test_our_own_site_is_named_where_the_page_says_this_site() -> None:
    """来源：本网 is the source's own name; without a source it stays absent."""
    body = SIMPLE.replace("03:04", "03:04 来源：本网").format(title="本网是哪个网").encode()
    assert only(read(body, URL, "", source())).origin == "青禾新闻网"
    assert only(read(body, URL)).origin is None


NAV = "<div class='nav'>" + "".join(f"<a href='/{number}'>栏目{number}</a>" for number in range(20)) + "</div>"
LINE = "<div>2024-05-01 08:00 来源：青禾网</div>"
SHORT = {
    "a flash of one sentence": (
        f"<h1>青禾县发生3.2级地震</h1>{LINE}<div class='c'><p>据测定，今天7时55分青禾县发生3.2级地震。</p></div>",
        ["据测定，今天7时55分青禾县发生3.2级地震。"],
    ),
    "a notice without a full stop": (
        f"<h1>开会的通知</h1>{LINE}<div id='zoom'><p>各单位</p><p>定于5月6日召开会议</p><p>请准时参加</p></div>",
        ["各单位", "定于5月6日召开会议", "请准时参加"],
    ),
    "a notice of one attachment": (
        f"<h1>关于项目的公示</h1>{LINE}<div class='content'><p>附件：<a href='a.pdf'>推荐项目名单</a></p></div>",
        ["附件：推荐项目名单"],
    ),
    "a text that a script will show": (
        f"<h1>山里的路修通了</h1>{LINE}<div id='zoom' style='display:none'><p>今年通了，大家高兴。</p></div>",
        ["今年通了，大家高兴。"],
    ),
    "a warning that speaks of codes": (
        f"<h1>冒充客服的又来了</h1>{LINE}<div class='c'><p>警方提醒，验证码不要告诉他人，谨防受骗。</p></div>",
        ["警方提醒，验证码不要告诉他人，谨防受骗。"],
    ),
    "a flash on things deleted": (
        f"<h1>三段假视频被删</h1>{LINE}<div class='c'><p>青禾县公安局说，三段假视频已被删除，账号已封。</p></div>",
        ["青禾县公安局说，三段假视频已被删除，账号已封。"],
    ),
    "an interview": (
        f"<h1>听老厂长谈厂史</h1>{LINE}<div class='content'><p>记者：您在这里工作多久了？</p>"
        "<p>郑启明：四十年，从学徒做起。</p></div>",
        ["记者：您在这里工作多久了？", "郑启明：四十年，从学徒做起。"],
    ),
    "a regulation that speaks of liability": (
        f"<h1>青禾县电站管理办法</h1>{LINE}<div class='content'><p>第一条 为了加强电站管理，制定本办法。</p>"
        "<p>第二条 来源不明的设备不得使用；违者将依法处理，追究法律责任。</p></div>",
        ["第一条 为了加强电站管理，制定本办法。", "第二条 来源不明的设备不得使用；违者将依法处理，追究法律责任。"],
    ),
}


@pytest.mark.parametrize("name", SHORT)
def test_a_short_article_is_an_article(name: str) -> None:
    """A headline, a time and a few words under them are an article, whatever stands around."""
    markup, texts = SHORT[name]
    article = only(read(f"<meta charset='utf-8'><title>青禾网</title>{NAV}{markup}".encode(), URL))
    assert [block.text for block in article.blocks] == texts
    assert article.author == ()


def test_teasers_with_dates_are_a_list() -> None:
    """A list page that prints a sentence under each headline is still a list."""
    teasers = "".join(
        f"<div><h3><a href='/{number}.html'>青禾县今年第{number}批项目开工建设</a></h3>"
        f"<p>第{number}批项目昨天开工，涉及五个行业。</p><span>2024-05-{number:02}</span></div>"
        for number in range(1, 12)
    )
    assert read(f"<meta charset='utf-8'><title>新闻_青禾网</title>{NAV}{teasers}".encode(), URL).verdict == "list"


HOSTILE = {
    "deep": "<div>" * 60_000 + "深处只有一句话。",
    "deep-mixed": "<b><div><a href=x>" * 20_000 + "深处只有一句话。",
    "attributes": "<div " + " ".join(f'a{n}="1"' for n in range(60_000)) + ">这里有一句话，读得出来。</div>",
    "quoted-brackets": "<div " + " ".join(f'a{n}=">"' for n in range(40_000)) + ">这里有一句话。</div>",
    "quoted-openings": "<div " + " ".join(f'a{n}="<"' for n in range(40_000)) + ">这里有一句话。</div>",
    "one-line": "<p>" + "很长的一行，没有尽头。" * 200_000,
    "links": "".join(f"<a href='/{n}'>第{n}条新闻的标题在这里</a>" for n in range(30_000)),
    "unclosed-table": "<table><tr><td><a>" * 20_000,
    "brackets": "（" * 100_000 + "记者" + "、" * 100_000,
    "dates": "<p>" + "2024-01-01 " * 50_000,
}


@pytest.mark.timeout(60)  # unguarded, some of these take minutes to hours
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time(name: str) -> None:
    """Deep nesting, endless attributes, endless lines: a reading comes back, in seconds rather than minutes."""
    reading = read(HOSTILE[name].encode(), URL)
    assert reading.verdict in ("article", "list", "other", "empty", "soft-404", "challenge")


TAGS = ("p", "div", "span", "b", "td", "li", "h2", "a href='/x'", "blockquote", "section", "em")
PIECES = st.one_of(
    st.sampled_from(
        (
            "记者 王明",
            "来源：青禾日报",
            "2024-05-06 07:08",
            "（责编：李丽）",
            "相关新闻",
            "图为车间。张山 摄",
            "——副题在此",
            "上一篇",
            "下一页",
            "&amp;",
            "　　",
        )
    ),
    st.text("青禾县的河谷里，建起了一座电站。“好”！123abc <>&", max_size=60).map(
        lambda text: text.replace("<", "&lt;")
    ),
)
NODES = st.recursive(
    PIECES,
    lambda inner: st.tuples(st.sampled_from(TAGS), st.lists(inner, max_size=5)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0].split()[0]}>"
    ),
    max_leaves=40,
)


def letters(text: str) -> str:
    return "".join(text.split())


@given(st.lists(NODES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_extraction_invents_no_character(nodes: list[str]) -> None:
    """Whatever the page, the characters of every block occur on it in that order."""
    from crawler.extract.page import read_page as lines_of

    body = "<html><head><title>青禾县的电站</title></head><body>" + "".join(nodes) + "</body></html>"
    reading = read(body.encode(), URL, "text/html; charset=utf-8")
    seen = letters("".join(line.text for line in lines_of(body, URL).lines))
    for article in reading.articles:
        for block in article.blocks:
            assert letters(block.text) in seen or all(letters(row) in seen for row in block.text.split("\n"))


def test_a_picture_without_an_address_is_left_out() -> None:
    """An address that cannot be read is no picture; the one beside it is."""
    pictures = "<img src='http://[x'><img src='/a.jpg'><img src='/logo.gif'>"
    markup = f"<h1>山里的路修通了</h1>{LINE}<div id='zoom'>{pictures}<p>今年通了，大家高兴。</p></div>"
    article = only(read(f"<meta charset='utf-8'><title>青禾网</title>{markup}".encode(), URL))
    assert [image.url for image in article.images] == ["http://www.example.cn/a.jpg"]


def test_a_template_may_name_meta_tags() -> None:
    """Title, origin and time that a source's template finds in the head are the article's."""
    head = "<meta name='ArticleTitle' content='山里的路'><meta name='PubDate' content='2023-02-03 04:05'>"
    own = source(Template(title=("meta[name=ArticleTitle]",), published=("meta[name=PubDate]",)))
    body = f"<h1>山里的路修通了</h1>{LINE}<div id='zoom'><p>今年通了，大家高兴，山里的果子也运得出去了。</p></div>"
    article = only(read(f"<meta charset='utf-8'>{head}{body}".encode(), URL, source=own))
    assert article.title == "山里的路"
    assert article.published == datetime.fromisoformat("2023-02-03T04:05:00+08:00")


def test_the_facts_of_a_second_article_have_their_evidence() -> None:
    """Those of the first stand under their names, those of the next under `1.author` and so on."""
    fields = read_page("two").evidence.fields
    assert "林若水" in fields["author"].seen
    assert "红石县交通运输局" in fields["1.author"].seen
    assert "2.author" not in fields


def test_a_page_not_found_at_a_dated_address_is_no_article() -> None:
    """The day in the address is no time of the page, and its headline says that there is nothing."""
    missing = "<title>页面没有找到</title><h2>页面没有找到</h2><p>抱歉，您访问的页面不存在或已被删除。</p>"
    url = "http://www.example.cn/jj/202405/t20240501_1234567.html"
    assert read(f"<meta charset='utf-8'>{missing}".encode(), url).verdict == "soft-404"
