"""Made-up pages under which a list of places hangs: the mirrors' county lists, and true lists that must stay.

The names come from the gazetteer; the sentences are invented. The same seed gives the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from random import Random

from crawler.reading import Reading

SEPARATORS = (
    " ", "|", "| ", " | ", "/", "、", "\t", "<br>", "own element", "，", ",", "·", "-", "　", "&nbsp;", "&gt;", ";",
)  # fmt: skip
FOREIGN = ("天气", "马边", "浙江省", "宜兰市", "地图", "同城", "更多", "县城", "旅游网", "人才")
SENTENCES = (
    "青禾县的第一座光伏电站上周并网，附近的三个村子都用上了电。",
    "电站的负责人说，明年春天还要再建一座，到时候冬天取暖也可以用电。",
    "村里的老人记得，二十年前这里还点着煤油灯，晚上八点以后路上就没有人了。",
    "县里打算把多出来的电卖给邻县，卖电的钱用来修学校门口的路。",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A page with a list of places on it; `markup` is the whole page."""

    kind: str
    markup: str
    names: tuple[str, ...]


def table() -> dict[str, tuple[str, ...]]:
    """Province → its places below the province."""
    lines = files("crawler.clean.tables").joinpath("places.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {province: tuple(places.split()) for _, province, places in rows if places}


def page(inner: str, title: str = "青禾县第一座光伏电站并网") -> str:
    """An article's page with something in its body."""
    return (
        f"<html><head><title>{title}</title></head><body>"
        "<div class='nav'><a href='/'>首页</a> <a href='/n'>新闻</a></div>"
        f"<h1>{title}</h1><p>2024-05-06 10:20 来源：青禾日报</p><div class='content'>{inner}</div>"
        "<div class='footer'>青禾网 版权所有</div></body></html>"
    )


def paragraphs(random: Random) -> str:
    return "".join(f"<p>{text}</p>" for text in random.sample(SENTENCES, 3))


def joined(names: list[str], separator: str, linked: bool, random: Random) -> str:
    """The names as a list in markup."""
    shown = [f"<a href='/c/{number}'>{name}</a>" if linked else name for number, name in enumerate(names)]
    if separator == "own element":
        tag = random.choice(("p", "li", "span", "div", "td"))
        return "".join(f"<{tag}>{name}</{tag}>" for name in shown)
    return f"<p>{separator.join(shown)}</p>"


def spam(count: int, seed: int = 0) -> Iterator[Case]:
    """County lists: 8 to 80 names of all provinces in random order, each separator, linked or not, foreign items."""
    random = Random(seed)
    places = [name for names in table().values() for name in names]
    for number in range(count):
        separator = SEPARATORS[number % len(SEPARATORS)]
        size = random.randint(8, 80)
        names = random.sample(places, size)
        for at in random.sample(range(size), size // random.choice((8, 10, 20))):
            names[at] = random.choice(FOREIGN)
        linked = random.random() < 0.5
        hiding = random.choice(("", "", "", "display:none", "position:absolute;left:-9999px", "font-size:0"))
        block = f"<div style='{hiding}'>{joined(names, separator, linked, random)}</div>"
        heading = random.choice(("", "", "<p>友情链接</p>", "<p>（责任编辑：高小强）</p>"))
        inner = random.choice(
            (f"{paragraphs(random)}{heading}{block}", f"{paragraphs(random)}{block}", f"{block}{paragraphs(random)}")
        )
        kind = f"{'linked' if linked else 'bare'} {hiding.split(':')[0] or 'shown'} {separator!r}"
        yield Case(kind, page(inner), tuple(names))


def one_province(count: int, seed: int = 1) -> Iterator[Case]:
    """True lists of one province's places at the foot or in the middle of a text, announced or not."""
    random = Random(seed)
    provinces = [(province, names) for province, names in table().items() if len(names) >= 12]
    for number in range(count):
        province, places = provinces[number % len(provinces)]
        names = random.sample(places, random.randint(8, min(60, len(places))))
        separator = random.choice(SEPARATORS)
        lead = random.choice(("", f"<p>{province}设考点的县市：</p>", "<p>受灾的县区如下。</p>", "<h3>考点</h3>"))
        block = lead + joined(names, separator, False, random)
        text = paragraphs(random)
        inner = random.choice((text + block, block + text, text + block + text))
        yield Case(f"one province {separator!r}", page(inner), tuple(names))


def several_provinces(count: int, seed: int = 2) -> Iterator[Case]:
    """True lists of places of several provinces, as newspapers and offices print them."""
    random = Random(seed)
    provinces = table()
    for number in range(count):
        mixed = random.sample([name for names in provinces.values() for name in names], random.randint(8, 40))
        ordered = [name for names in provinces.values() for name in random.sample(names, min(len(names), 2))]
        wholes = list(provinces)
        text, more = paragraphs(random), f"<p>{random.choice(SENTENCES)}</p>"
        separator = random.choice(SEPARATORS)
        bare = joined(mixed, separator, False, random)
        rows = "".join(f"<tr><td>{name}</td><td>{random.randint(3, 900)}</td></tr>" for name in mixed)
        plain_rows = "".join(
            f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in zip(mixed[::2], mixed[1::2], strict=False)
        )
        kinds: tuple[tuple[str, str], ...] = (
            ("announced, text behind", f"{text}<p>获奖名单如下：</p>{bare}{more}"),
            ("announced, at the end", f"{text}<p>部里昨天公布了示范县名单。</p>{bare}"),
            ("a heading", f"{text}<h3>获评县市</h3>{bare}"),
            ("a short line", f"{text}<p><b>首批县市</b></p>{bare}"),
            ("a plain line", f"{text}<p>获评县市</p>{bare}"),
            ("between sentences", f"{text}{joined(mixed[:16], separator, False, random)}{more}"),
            ("one sentence", f"{text}<p>获奖的有{'、'.join(mixed)}。</p>"),
            ("with figures", text + "".join(f"<p>{name} {random.randint(3, 900)}</p>" for name in mixed)),
            ("weather", text + "".join(f"<p>{name}　晴　{random.randint(3, 30)}℃</p>" for name in mixed)),
            ("table with figures", f"{text}<table><tr><th>地区</th><th>产量</th></tr>{rows}</table>"),
            ("table of places", f"{text}<table><tr><th>组别</th><th>县市</th></tr>{plain_rows}</table>"),
            ("in order", text + joined(ordered, separator, False, random)),
            ("whole provinces", text + joined(wholes, separator, False, random)),
            ("with provinces", text + "".join(f"<p>{random.choice(wholes)}：{name}</p>" for name in mixed)),
            ("travel", f"{text}<p>这条线路从南到北走了一遍，途经的地方：</p><p>{'—'.join(mixed[:14])}</p>"),
        )  # fmt: skip
        kind, inner = kinds[number % len(kinds)]
        shown = {"in order": ordered, "whole provinces": wholes, "travel": mixed[:14], "between sentences": mixed[:16]}
        names = [name for name in shown.get(kind, mixed) if name in inner]
        yield Case(kind, page(inner), tuple(names))
    for number in range(count // len(kinds)):
        mixed = random.sample([name for names in provinces.values() for name in names], 20 + number % 20)
        inner = paragraphs(random) + joined(mixed, "own element", False, random)
        yield Case("the headline announces", page(inner, "全国百强县名单揭晓"), tuple(mixed))


def left(case: Case, reading: Reading) -> list[str]:
    """The names of a county list that are still read, or a sentence of the article that is not."""
    text = "\n".join(article.text for article in reading.articles)
    lost = [] if sum(sentence in text for sentence in SENTENCES) == 3 else ["a sentence"]
    return lost + [name for name in case.names if len(name) > 2 and name in text]


def lost(case: Case, reading: Reading) -> list[str]:
    """The names of a true list that are not read."""
    text = "\n".join(article.text for article in reading.articles)
    return [name for name in case.names if name not in text]
