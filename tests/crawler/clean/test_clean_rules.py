"""Each rule of cleaning with what it drops and what it spares."""

from __future__ import annotations

import pytest
from county_lists import SENTENCES, Case, one_province, several_provinces, spam

from crawler.clean import RULES, Scene, clean
from crawler.extract.page import read_page
from crawler.pipeline import read

A = "县里的第一座光伏电站上周并网，附近的三个村子都用上了电。"
B = "电站的负责人说，明年春天还要再建一座，到时候冬天取暖也可以用电。"
LINKS = "".join(f"<li><a href='/{number}'>别的新闻标题之{number}</a></li>" for number in range(3))
NAMES = ("大丰市", "星子县", "许昌县", "昆山市", "榆中县", "大理市", "延吉市", "天气", "永春县")
COUNTIES = "| ".join(f"<a href='/{name}'>{name}</a>" for name in NAMES)


def cleaned(markup: str, title: str = "电站并网了") -> tuple[list[str], set[str]]:
    page = read_page(markup, "http://www.example.cn/")
    result = clean(Scene(page, page.lines, title))
    return [page.lines[index].text for index in result.kept], {each.rule for each in result.dropped}


DROPS = [
    ("hidden", f"<p>{A}</p><p style='display:none'>看不见的一句话，看不见。</p><p>{B}</p>", [A, B]),
    ("hidden", f"<p>{A}</p><div style='position:absolute;left:-9999px'>远在屏幕之外的一句话。</div><p>{B}</p>", [A, B]),
    ("places", f"<p>{A}</p><p>{COUNTIES}</p>", [A]),
    ("places", f"<p>{A}</p><p>{' | '.join(NAMES)}</p>", [A]),
    ("places", f"<p>{A}</p><div><span>{'</span><span>'.join(NAMES)}</span></div>", [A]),
    ("places", f"<p>{A}</p><p>{''.join(NAMES * 2)}</p>", [A]),
    ("places", f"<ul><li>{'</li><li>'.join(NAMES)}</li></ul><p>{A}</p>", [A]),
    ("related", f"<p>{A}</p><h3>相关新闻</h3><ul>{LINKS}</ul>", [A]),
    ("related", f"<p>{A}</p><p>延伸阅读</p><ul>{LINKS}</ul><p>{B}</p>", [A, B]),
    ("foot", f"<p>{A}</p><p>{B}</p><p>（责任编辑：高小强）</p><p>转载申请请联系某某某。</p>", [A, B]),
    ("foot", f"<p>{A}</p><p>{B}{B}</p><p>网友评论</p><p>某网友认为：这座电站建得好，建得快。</p>", [A, B + B]),
    ("phrases", f"<p>{A}</p><p>(资料图片仅供参考)</p><p>分享到：微信 微博</p><p>{B}</p>", [A, B]),
    ("phrases", f"<p>{A}</p><p>上一篇：菜市场搬家</p><p>【字体：大 中 小】</p>", [A]),
    ("phrases", f"<p>{A}</p><p>版权声明：凡本网注明来源的作品，转载请注明出处。</p>", [A]),
    ("phrases", f"<p>{A}</p><p>共有3页</p><p>{B}</p>", [A, B]),
    ("phrases", f"<p>{A}</p><p>{B}</p><p>本文不代表青禾网观点</p>", [A, B]),
    ("credits", f"<p>发布时间：2024-05-06</p><p>{A}</p><p>{B}</p>", [A, B]),
    ("credits", f"<p>本报记者 王小明</p><p>{A}</p>", [A]),
    ("credits", f"<p>{A}</p><p>{B}</p><p>来源：青禾日报</p>", [A, B]),
    ("credits", f"<p>（原标题：青禾县第一座光伏电站并网）</p><p>{A}</p>", [A]),
    ("headline", f"<p>电站并网了</p><p>{A}</p>", [A]),
    ("links", f"<p>{A}</p><p><a href='/1'>点这里看另一条新闻</a></p>", [A]),
]  # fmt: skip

SPARES = [
    ("hidden", f"<div style='display:none'><p>{A}</p><p>{B}</p></div>"),
    ("places", f"<p>{A}</p><p>受灾的有{'、'.join(NAMES)}。</p>"),
    ("places", f"<p>{A}</p><p>长兴县 安吉县 德清县 桐乡市 海盐县 平湖市 嘉善县 海宁市 新昌县</p>"),
    ("places", f"<p>{A}</p><p>获奖名单如下：</p><p>{' '.join(NAMES)}</p>"),
    ("places", f"<p>{A}</p><h3>获评县市</h3><p>{' '.join(NAMES)}</p>"),
    ("places", f"<p>{A}</p><p>{' '.join(NAMES)}</p><p>{B}</p>"),
    ("places", f"<p>{A}</p><p>{'</p><p>'.join(f'{name} {len(name)}' for name in NAMES)}</p>"),
    ("places", f"<p>{A}</p><p>北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏</p>"),
    ("related", f"<p>相关新闻发布会昨天举行，{A}</p>"),
    ("related", f"<p>{A}</p><h3>相关链接</h3><p>{B}</p>"),
    ("foot", f"<p>责任编辑：高小强</p><p>{A}</p><p>{B}</p>"),
    ("phrases", "<p>大家把这件事分享到朋友圈，一传十，十传百。</p>"),
    ("phrases", "<p>他说，版权声明写得再好，也要有人照着做，违者要赔。</p>"),
    ("foot", f"<p>{A}</p><p>{B}</p><p>责任编辑：高小强</p><p>附件一：电站名单</p>"),
    ("phrases", f"<p>{A}</p><p>{B}</p><p>著作权法修订以后，村里的歌也受保护。</p><p>{B}{B}</p><p>{A}</p><p>{A}</p>"),
    ("phrases", "<ul><li>共有12家企业参会</li><li>签约8项</li></ul>"),
    ("credits", f"<p>{A}</p><p>时间：5月6日上午</p><p>地点：县文化馆</p><p>主题：光伏</p><p>电话：1234567</p>"),
    ("credits", f"<p>{A}（记者 王小明）</p>"),
    ("credits", "<p>记者：您在这里工作多久了？</p>"),
    ("credits", "<p>编辑部里只有三个人，来源不明的稿子他们从来不用。</p>"),
    ("headline", "<p>电站并网了，村里人都很高兴，晚上的路也亮了，孩子们能看书了。</p>"),
    ("links", f"<p>{A}见<a href='/1'>公告</a>。</p>"),
    ("links", "<p>附件：<a href='/a.docx'>申报表</a></p>"),
]


@pytest.mark.parametrize(("rule", "markup", "kept"), DROPS, ids=[f"{case[0]}-{n}" for n, case in enumerate(DROPS)])
def test_a_rule_drops_its_boilerplate_and_nothing_else(rule: str, markup: str, kept: list[str]) -> None:
    """The article's sentences stay, the boilerplate goes, under the name of the rule."""
    texts, rules = cleaned(markup)
    assert texts == kept
    assert rule in rules


@pytest.mark.parametrize(("rule", "markup"), SPARES, ids=[f"{case[0]}-{n}" for n, case in enumerate(SPARES)])
def test_a_rule_spares_what_only_resembles_it(rule: str, markup: str) -> None:
    """The same words inside the article's own text are left alone."""
    assert rule not in cleaned(markup)[1]


def test_the_county_lists_of_mirrors_are_found_and_true_lists_stay() -> None:
    """Names of all provinces in any order and form go; lists of one province, announced or ordered lists stay."""
    for case in spam(170):
        text = readable(case)
        assert [name for name in case.names if len(name) > 2 and name in text] == [], case
        assert sum(sentence in text for sentence in SENTENCES) == 3, case
    for case in (*one_province(70), *several_provinces(60)):
        text = readable(case)
        assert [name for name in case.names if name not in text] == [], case
        assert sum(sentence in text for sentence in SENTENCES) >= 3, case


def readable(case: Case) -> str:
    """The text of the page's article."""
    return read(case.markup.encode(), "http://www.example.cn/a/1.html", "text/html; charset=utf-8").articles[0].text


def test_every_rule_has_a_positive_and_a_negative_case() -> None:
    """A new rule without cases fails here; what a template or the site's other pages say is tested with them."""
    named = {name for name, _ in RULES} - {"template", "furniture"}
    assert named == {case[0] for case in DROPS}
    assert named == {case[0] for case in SPARES}
