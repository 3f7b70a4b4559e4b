"""来源: the outlet an article comes from."""

from __future__ import annotations

import pytest

from crawler.extract.origin import origin
from crawler.extract.page import read_page

CASES = [
    ("<p>2023-05-23 09:37来源: 青禾日报</p>", "青禾日报", None),
    ("<p>2023-05-23来源: 青禾网-青禾日报原创</p>", "青禾网-青禾日报", True),
    ("<p>来源:青禾日报、新青禾客户端</p>", "青禾日报、新青禾客户端", None),
    ("<p>来源：<a href='/'>青禾网</a><span>编辑：张三</span></p>", "青禾网", None),
    ("<p>来源: 第一青禾日报 网友评论 0 条</p>", "第一青禾日报", None),
    ("<p>信息来源： 县发改局 浏览次数：3</p>", "县发改局", None),
    ("<p>来 源：青禾网 2024-01-02</p>", "青禾网", None),
    ("<p>2009年11月09日11:30 青禾日报 我要评论(0)</p>", "青禾日报", None),
    ("<p><span class='a_source'>棱角</span> 2019-09-23 07:48</p>", "棱角", None),
    ("<p>青禾社</p><p>2020-01-03 18:13</p>", "青禾社", None),
    ("<p>石小佳/青禾青年报</p><p>2019-09-24 09:10</p>", "青禾青年报", None),
    ("<p>来源：无</p>", None, None),
    ("<p>来源：</p>", None, None),
    ("<p>水源来自三条河，河水清澈见底。</p>", None, None),
    ("<p>2024-01-02 10:00 王小明</p>", None, None),
    ("<p>2024-01-02 10:00 3条评论</p>", None, None),
    ("<p>2023-05-01 09:30 财经</p>", None, None),
    ("<p>2023-05-01 09:30 青禾科技</p>", None, None),
    ("<p>2023-05-01 09:30 融媒平台</p>", None, None),
    ("<p>青禾旅行社</p><p>2020-01-03 18:13</p>", None, None),
    ("<p>2023-05-01 09:30 日报</p>", None, None),
    ("<p>2023-05-01 09:30 青禾发布</p>", "青禾发布", None),
    ("<p>2023-05-01 09:30 青禾客户端</p>", "青禾客户端", None),
    ("<p><span class='source'>青禾财经</span> 2023-05-01 09:30</p>", "青禾财经", None),
    ("<p>他介绍，果园的主要收入来源：采摘和民宿。</p>", None, None),
    ("<p>数据来源：县统计局</p>", None, None),
    ("<p>2025年06月25日来源：青禾日报编辑：张小三</p>", "青禾日报", None),
    ("<p>2023-05-01 09:30 青禾县委宣传部</p>", "青禾县委宣传部", None),
    ("<p>2023-05-01 09:30 宣传部</p>", None, None),
    ("<p>《青禾日报》（2023年05月23日 第03版）</p>", "青禾日报", None),
    ("<p>《山河故人》（2023年05月23日 首映）</p>", None, None),
    ("<p>下载客户端 2023-05-01 09:30</p>", None, None),
    ("<p>By Wang Wei | Qinghe Daily | Updated: 2023-05-23 09:37</p>", "Qinghe Daily", None),
    ("<p>Home | Regions | Updated: 2023-05-23 09:37</p>", None, None),
    ("<p>Source: Qinghe News Agency 2023-05-23 09:37:00 Editor: Li Xiaomei</p>", "Qinghe News Agency", None),
    ("<p>DataSource: 2023-05-23</p>", None, None),
]


@pytest.mark.parametrize(("markup", "name", "original"), CASES, ids=[case[0] for case in CASES])
def test_an_origin_is_read_or_absent(markup: str, name: str | None, original: bool | None) -> None:
    """The outlet as printed, 原创 as a flag; an empty label, a sentence or a person's name is no outlet."""
    found = origin(read_page(markup, "").lines, [], {}, None)
    assert (found.name if found else None) == name
    assert (found.original if found else None) is original


def test_this_site_is_the_sources_name() -> None:
    """本网 and 本站 stand for the source, if it is known."""
    lines = read_page("<p>来源：本网</p>", "").lines
    found = origin(lines, [], {}, "青禾网")
    assert found is not None
    assert found.name == "青禾网"
    assert origin(lines, [], {}, None) is None


def test_a_meta_tag_stands_in() -> None:
    """ContentSource of government sites is believed where the page prints no origin."""
    found = origin([], [], {"contentsource": "县统计局"}, None)
    assert found is not None
    assert (found.name, found.found.rule) == ("县统计局", "meta contentsource")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("来源：青禾日报", "青禾日报"),
        ("路修好了，大家都说好。（来源：青禾日报）", "青禾日报"),
        ("他在一本旧书里读到，来源：青禾日报，年份不详。", None),
        ("图中数据来源：县统计局", None),
    ],
)
def test_at_the_foot_only_a_label_that_is_set_apart_counts(text: str, name: str | None) -> None:
    """Behind the text a label begins its line or its bracket; in the middle of a sentence it is a word."""
    found = origin([], read_page(f"<p>{text}</p>", "").lines, {}, None)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("（原载《青禾日报》2023年5月22日第3版）", "青禾日报"),
        ("摘自《青禾月刊》", "青禾月刊"),
        ("他在《青禾日报》上发表过三首诗。", None),
        ("原载重十吨的卡车换成了电动车。", None),
    ],
)
def test_a_reprint_names_where_it_was_first_printed(text: str, name: str | None) -> None:
    """原载 and 摘自 before a paper's name stand for 来源 at the foot."""
    found = origin([], read_page(f"<p>{text}</p>", "").lines, {}, None)
    assert (found.name if found else None) == name
