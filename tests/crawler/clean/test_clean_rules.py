"""Each rule of cleaning with what it drops and what it spares."""

from __future__ import annotations

import pkgutil

import pytest
from county_lists import Case, left, lost, one_province, several_provinces, spam
from made_up_lines import LineCase, cases, outcome

from crawler.clean import RULES, Scene, clean, rules
from crawler.extract.blocks import data_tables
from crawler.extract.page import read_page
from crawler.pipeline import read
from crawler.reading import Reading

A = "县里的第一座光伏电站上周并网，附近的三个村子都用上了电。"
B = "电站的负责人说，明年春天还要再建一座，到时候冬天取暖也可以用电。"
LINKS = "".join(f"<li><a href='/{number}'>别的新闻标题之{number}</a></li>" for number in range(3))
NAMES = ("大丰市", "星子县", "许昌县", "昆山市", "榆中县", "大理市", "延吉市", "天气", "永春县")
COUNTIES = "| ".join(f"<a href='/{name}'>{name}</a>" for name in NAMES)


def cleaned(markup: str, title: str = "电站并网了") -> tuple[list[str], set[str]]:
    page = read_page(markup, "http://www.example.cn/")
    cells = frozenset(data_tables(page, range(len(page.lines))))
    result = clean(Scene(page, page.lines, title, cells))
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
    ("paging", f"<p>{A}</p><p>共有3页</p><p>{B}</p>", [A, B]),
    ("phrases", f"<p>{A}</p><p>{B}</p><p>本文不代表青禾网观点</p>", [A, B]),
    ("credits", f"<p>发布时间：2024-05-06</p><p>{A}</p><p>{B}</p>", [A, B]),
    ("credits", f"<p>本报记者 王小明</p><p>{A}</p>", [A]),
    ("credits", f"<p>{A}</p><p>{B}</p><p>来源：青禾日报</p>", [A, B]),
    ("credits", f"<p>（原标题：青禾县第一座光伏电站并网）</p><p>{A}</p>", [A]),
    ("credits", f"<p>{A}</p><p>{B}</p><p>【纠错】【责任编辑：高小强】</p>", [A, B]),
    ("phrases", f"<p>{A}</p><p>{B}</p><p>青禾发布微信公众号</p>", [A, B]),
    ("phrases", f"<p>{A}</p><p>您的浏览器不支持video标签</p><p>{B}</p>", [A, B]),
    ("controls", f"<p>{A}</p><p>微信 微博 QQ空间 复制链接</p><p>{B}</p>", [A, B]),
    ("controls", f"<p>【大】【中】【小】【打印本页】</p><p>{A}</p>", [A]),
    ("counters", f"<p>阅读(12) 评论(0)</p><p>{A}</p><p>3.2万次浏览</p>", [A]),
    ("paging", f"<p>{A}</p><p>1 2 3 下一页 尾页 共3页</p><p>1/3</p>", [A]),
    ("breadcrumb", f"<p>当前位置：<a href='/'>首页</a> &gt; <a href='/n'>新闻</a> &gt; 正文</p><p>{A}</p>", [A]),
    ("breadcrumb", f"<p>青禾网 » 要闻 » 本地</p><p>{A}</p>", [A]),
    ("scripts", f"<p>var _hmt = _hmt || [];</p><p>{A}</p><p>.p1{{font-size:14px}}</p><p>}});</p>", [A]),
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
    ("phrases", f"<p>{A}</p><p>青禾县开通微信公众号</p><p>{B}</p>"),
    ("phrases", f"<p>{A}</p><p>法院认定，这家网站未经许可转载文章，侵犯了著作权，应当赔偿。</p>"),
    ("phrases", f"<p>{A}</p><p>他在文末写着“转载请注明出处”，可是没有人照做。</p>"),
    ("controls", f"<p>{A}</p><p>标准</p><p>{B}</p>"),
    ("controls", "<table><tr><td>甲组</td><td>大 中 小</td></tr><tr><td>乙组</td><td>中</td></tr></table>"),
    ("controls", f"<p>{A}</p><p>微信 微博 短视频一起上，苹果卖光了。</p>"),
    ("counters", f"<p>阅读1200本书的孩子得了一等奖。</p><p>{A}</p>"),
    ("counters", "<table><tr><td>甲县</td><td>120人</td></tr><tr><td>乙县</td><td>浏览 5 次</td></tr></table>"),
    ("paging", f"<p>{A}</p><p>2</p><p>第3页写的是水库。</p><p>1/3的村民搬进了新房</p>"),
    ("breadcrumb", f"<p>{A}</p><p>昆明 &gt; 大理 &gt; 丽江</p><p>位置：县城东门外，离车站三百米。</p>"),
    ("scripts", f"<p>{A}</p><pre>var x = 1;</pre><p>变量 x 没有定义，程序就会报错。</p>"),
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
        assert left(case, readable(case)) == [], case
    for case in (*one_province(70), *several_provinces(60)):
        assert lost(case, readable(case)) == [], case


def readable(case: Case) -> Reading:
    """What is read of the page."""
    return read(case.markup.encode(), "http://www.example.cn/a/1.html", "text/html; charset=utf-8")


LINES = list(cases())


@pytest.mark.parametrize("kind", sorted({case.kind for case in LINES if not case.stays}))
def test_boilerplate_of_each_kind_is_dropped_wherever_it_stands(kind: str) -> None:
    """None of the words of a made-up block come out, and all of the article does (lines.toml)."""
    wrong = [(case.html, seen) for case in LINES if case.kind == kind and not case.stays and (seen := wrong_with(case))]
    assert wrong == []


@pytest.mark.parametrize("kind", sorted({case.kind for case in LINES if case.stays}))
def test_a_sentence_that_holds_such_words_stays(kind: str) -> None:
    """A true sentence comes out whole above, among and below the other paragraphs (lines.toml)."""
    wrong = [(case.html, seen) for case in LINES if case.kind == kind and case.stays and (seen := wrong_with(case))]
    assert wrong == []


def wrong_with(case: LineCase) -> str | None:
    """What went wrong with a made-up line."""
    return outcome(case, read(case.markup.encode(), "http://www.example.cn/a/1.html", "text/html; charset=utf-8"))


def test_every_rule_has_a_positive_and_a_negative_case() -> None:
    """A new rule without cases fails here; what a template or the site's other pages say is tested with them."""
    files = {module.name for module in pkgutil.iter_modules(rules.__path__)}
    assert files == {name for name, _ in RULES}
    named = files - {"template", "furniture"}
    assert named == {case[0] for case in DROPS}
    assert named == {case[0] for case in SPARES}
