"""Made-up sites with the truth about every line: furniture of many kinds, and text that only resembles it.

A site has a template or several, each drawn by its seed: how a page is built, what furniture stands inside the body's
own element and around it. Its articles hold what newspapers repeat: sub-heads, signatures, tables, the introduction of
a series, an article under several addresses.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOST = "http://news.pingchuan.example"

_PLACES = ("平川州", "石岭县", "青塘市", "云洼区", "河湾镇", "大营盘", "望山屯", "杏花渡", "红土梁", "柳林铺", "双井子")
_ACTORS = ("乳品厂", "农机合作社", "水务局", "职业学校", "砖瓦厂", "铁路货场", "气象台", "供销社", "养蜂人", "纺织车间")
_DEEDS = (
    "换上了新锅炉",
    "试种了荞麦",
    "修好了渡槽",
    "招收了学徒",
    "清理了仓库",
    "开通了班车",
    "装了二十盏路灯",
    "办起了夜校",
)
_TURNS = ("比去年早了", "用了整整", "前后花了", "算下来省了", "一共添置了", "来回走了", "大家商量了", "又等了")
_THINGS = ("三天", "半个月", "四十里路", "两万块钱", "六台机器", "一个冬天", "七口水井", "九十袋麦子", "五十亩地")
_SAYS = (
    "负责人说",
    "老会计记得",
    "邻村的人看见",
    "县里的简报写道",
    "值班员告诉记者",
    "账本上写着",
    "一位司机讲",
    "村民笑着说",
)
_ENDS = (
    "明年还要接着干",
    "这在当地还是头一回",
    "大伙儿心里有了底",
    "下雪以前可以完工",
    "剩下的账慢慢还",
    "来看的人排到了门外",
)

_BODIES = ("endText", "content", "article-text", "zw_main", "k2-col", "TRS_Editor", "nr", "ctx")
_WRAPS = ("main", "left", "wrap w1000", "col-8", "bg-b", "page-con")
_BOXES = ("promo", "x-rec", "app_box", "ntes-mod", "hd-b", "tj-side")
_LISTS = ("latest", "zxlist", "mod-l14", "kx", "day-top")

SPEAKING = (
    "欢迎关注平川新闻官方微信，本地大事早知道。",
    "下载平川客户端，随时随地看新闻。",
    "如果您有新闻线索，请拨打本报热线，采用有奖。",
    "更多精彩内容，请扫描二维码进入平川频道。",
    "投稿邮箱见首页，来稿请注明真实姓名和联系方式。",
)
SLOGANS = (
    "平川之声，一天两次，说给您听，从不间断。",
    "一个人走得快，一群人走得远，平川人一直在路上。",
    "讲好身边的事，留住日子的味道，我们和您在一起。",
)
BOX_WORDS = ("今日要闻", "本地热点", "大家在看", "民生快讯", "掌上平川", "平川视野", "同城话题", "编辑荐读")
SERIES = (
    "编者按：入冬以来，各地的农闲活动一天比一天热闹，本报今起推出系列报道，请读者跟着记者走进村里。",
    "今年是平川通铁路的第四十个年头，我们沿着铁路走访了十二个小站，听老站长讲那些来来往往的故事。",
    "这组报道写的是手艺人，他们当中年纪最大的八十六岁，最小的才满十九岁，都还在自己的铺子里干活。",
)
SUBHEADS = ("一、基本情况", "二、主要做法", "三、下一步打算", "天气情况", "市场行情", "读者来信")
SIGNATURE = ("平川州工业和信息化局", "平川州供销合作社联合社", "石岭县人民政府办公室")
ROWS = ("鸡蛋", "白菜", "土豆", "面粉", "菜籽油")
SHORT = ("本报讯", "问：", "答：", "（完）", "图为项目现场。")


@dataclass(frozen=True)
class Made:
    """A page and the truth about it."""

    url: str
    story: int
    template: str
    markup: str
    text: tuple[str, ...]  # the lines of the article that must stay
    furniture: tuple[str, ...]  # lines inside the body's element that must go


@dataclass(frozen=True)
class Design:
    """How the pages of one template are built."""

    name: str
    wraps: tuple[str, ...]
    body: str
    paragraph: str  # "p", "div" or "br"
    speaking: tuple[str, ...]
    slogan: str
    box: str
    box_words: tuple[str, ...]
    list_class: str
    list_at: str  # "foot", "middle" or ""
    teasers: bool
    notice: str
    sidebar: str
    headlines: tuple[str, ...] = field(default=())  # that come and go in the lists


def design(name: str, rng: random.Random) -> Design:
    """A template drawn at random."""
    return Design(
        name=name,
        wraps=tuple(f"{wrap} {name}-{number}" for number, wrap in enumerate(rng.sample(_WRAPS, 3))),
        body=rng.choice(_BODIES),
        paragraph=rng.choice(("p", "p", "p", "div", "br")),
        speaking=tuple(rng.sample(SPEAKING, rng.randint(0, 2))),
        slogan=rng.choice(("", "", *SLOGANS)),
        box=rng.choice(("", *_BOXES)),
        box_words=tuple(rng.sample(BOX_WORDS, 3)),
        list_class=rng.choice(_LISTS),
        list_at=rng.choice(("foot", "foot", "middle", "")),
        teasers=rng.random() < 0.4,
        notice=rng.choice(
            ("", "平川新闻网由平川日报社主办，设有新闻、服务、社区等二十个栏目，每天更新三百条，读者遍布全州各县。" * 3)
        ),
        sidebar=f"{rng.choice(('side', 'r-col', 'c300'))} {name}-r",
        headlines=tuple(headline(rng) for _ in range(24)),
    )


def sentence(rng: random.Random) -> str:
    """A sentence that hardly comes twice."""
    return (
        f"{rng.choice(_PLACES)}{rng.choice(_ACTORS)}{rng.choice(_DEEDS)}，{rng.choice(_TURNS)}{rng.choice(_THINGS)}，"
        f"{rng.choice(_SAYS)}，{rng.choice(_ENDS)}。"
    )


def headline(rng: random.Random) -> str:
    """A headline."""
    return f"{rng.choice(_PLACES)}{rng.choice(_ACTORS)}{rng.choice(_DEEDS)}{rng.choice(_TURNS)}{rng.choice(_THINGS)}"


@dataclass(frozen=True)
class Story:
    """An article as it was written, its paragraphs as markup."""

    number: int
    title: str
    lines: tuple[str, ...]
    markup: tuple[str, ...]


def story(number: int, rng: random.Random, series: str = "") -> Story:
    """An article with some of what newspapers repeat."""
    lines: list[tuple[str, str]] = []

    def add(text: str, form: str = "<P>{}</P>") -> None:
        lines.append((text, form.format(text)))

    if series:
        add(series, rng.choice(("<P>{}</P>", "<P><strong>{}</strong></P>")))
    if rng.random() < 0.2:
        add("本报讯")
    dated = rng.random() < 0.3
    heads = rng.random() < 0.3
    for part in range(rng.randint(1, 4)):
        if heads and part < len(SUBHEADS):
            add(SUBHEADS[part], rng.choice(("<P><strong>{}</strong></P>", "<h3>{}</h3>")))
        for _ in range(rng.randint(1, 3)):
            add(sentence(rng) + sentence(rng))
    if dated:
        day = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
        add(f"截至{day}，全州共有{rng.randint(100, 999)}户登记，比上月多{rng.randint(2, 40)}户。")
    if rng.random() < 0.15:
        for text in SHORT[1:3]:
            add(text)
            add(sentence(rng))
    if rng.random() < 0.2:
        rows = "".join(f"<tr><td>{row}</td><td>{rng.randint(1, 9)}.{rng.randint(0, 9)}元</td></tr>" for row in ROWS)
        lines.append(("", f"<table>{rows}</table>"))
        lines.extend((row, "") for row in ROWS)
    if rng.random() < 0.3:
        add(rng.choice(SIGNATURE), "<P align=right>{}</P>")
        lines.append(("", f"<P align=right>2025年{rng.randint(1, 12)}月{rng.randint(1, 28)}日</P>"))
    return Story(
        number, headline(rng), tuple(text for text, _ in lines if text), tuple(form for _, form in lines if form)
    )


def page(told: Story, of: Design, url: str, rng: random.Random) -> Made:
    """The article in a template's dress, with the day's lists."""
    lists, shown = _list(of, rng)
    paragraphs = [_paragraph(form, of.paragraph) for form in told.markup]
    furniture: list[str] = []
    if of.list_at == "middle" and len(paragraphs) > 3:
        paragraphs.insert(len(paragraphs) // 2, lists)
        furniture += shown
    inner = "".join(paragraphs)
    for text in of.speaking:
        inner += _paragraph(f"<P>{text}</P>", of.paragraph)
        furniture.append(text)
    if of.slogan:
        inner += _paragraph(f"<P>{of.slogan}</P>", of.paragraph)
        furniture.append(of.slogan)
    if of.box:
        links = "".join(f"<li><a href='/x/{number}'>{text}</a></li>" for number, text in enumerate(of.headlines[:3]))
        labels = "".join(f"<p>{text}</p>" for text in of.box_words[:2])
        inner += f"<div class='{of.box}'><h4>{of.box_words[2]}</h4>{labels}<ul>{links}</ul></div>"
        furniture += [*of.box_words, *of.headlines[:3]]
    if of.list_at == "foot":
        inner += lists
        furniture += shown
    one, two, three = of.wraps
    side = "".join(f"<li><a href='/s/{number}'>{headline(rng)}</a></li>" for number in range(8))
    markup = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{told.title}_平川新闻网</title></head><body>"
        f"<div class='top {of.name}-t'><ul class='{of.name}-nav'>{_nav()}</ul></div>"
        f"<div class='{one}'><div class='{two}'><h1>{told.title}</h1>"
        f"<div class='info {of.name}-i'>2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} 08:30 "
        f"来源：平川日报</div><div class='{of.body}'>{inner}</div></div>"
        f"<div class='{of.sidebar}'><h3>热点</h3><ul>{side}</ul></div></div>"
        f"<div class='{three}'><div class='{of.name}-f'><p>{of.notice}</p><p>平川新闻网</p></div></div></body></html>"
    )
    return Made(url, told.number, of.name, markup, told.lines, tuple(furniture))


def _list(of: Design, rng: random.Random) -> tuple[str, list[str]]:
    """Six of the headlines that come and go, with or without a teaser."""
    chosen = rng.sample(of.headlines, 6)
    shown = ["最新消息", *chosen]
    items = []
    for number, text in enumerate(chosen):
        teaser = f"{text[:6]}的事有了新进展，{text[6:]}，详情请看全文"
        items.append(f"<li><a href='/l/{number}'>{text}</a>" + (f"<p>{teaser}</p>" if of.teasers else "") + "</li>")
        shown += [teaser] if of.teasers else []
    return f"<div class='{of.list_class}'><h4>最新消息</h4><ul>{''.join(items)}</ul></div>", shown


def _paragraph(form: str, kind: str) -> str:
    if kind == "br":
        return form.replace("<P>", "　　").replace("</P>", "<br>")
    return form.replace("<P", f"<{kind}").replace("</P>", f"</{kind}>")


def _nav() -> str:
    return "".join(
        f"<li><a href='/{name}/'>{name}</a></li>" for name in ("首页", "要闻", "经济", "民生", "文化", "图片")
    )


def site(seed: int, count: int = 40, templates: int = 2) -> list[Made]:
    """The pages of a site in the order of their publication; some articles stand under several addresses."""
    rng = random.Random(seed)
    designs = [design(f"t{number}", rng) for number in range(templates)]
    weights = [3, *[1] * (templates - 1)]
    return list(_pages(rng, count, designs, weights))


def _pages(rng: random.Random, count: int, designs: Sequence[Design], weights: Sequence[int]) -> Iterator[Made]:
    series = rng.choice(SERIES)
    number = 0
    while number < count:
        told = story(number, rng, series if rng.random() < 0.25 else "")
        times = rng.choice((1, 1, 1, 1, 1, 1, 2, 3))
        for _ in range(min(times, count - number)):
            dress = rng.choices(designs, weights)[0]
            yield page(told, dress, f"{HOST}/{dress.name}/2025/{number}.html", rng)
            number += 1


def redesigned(seed: int, before: int = 30, after: int = 12) -> tuple[list[Made], list[Made]]:
    """The pages before and after a redesign of the only template."""
    rng = random.Random(seed)
    old, new = design("a", rng), design("n", rng)
    first = list(_pages(rng, before, [old], [1]))
    second = [page(story(1000 + each, rng), new, f"{HOST}/n/2025/{1000 + each}.html", rng) for each in range(after)]
    return first, second


def same_design(seed: int, before: int = 30, after: int = 12, specials: int = 2) -> tuple[list[Made], list[Made]]:
    """The pages of a site that goes on as ever, but for some specials in another dress among the newest."""
    rng = random.Random(seed)
    usual, special = design("a", rng), design("s", rng)
    first = list(_pages(rng, before, [usual], [1]))
    dresses = [special] * specials + [usual] * (after - specials)
    rng.shuffle(dresses)
    second = [
        page(story(1000 + each, rng), dress, f"{HOST}/a/2025/{1000 + each}.html", rng)
        for each, dress in enumerate(dresses)
    ]
    return first, second
