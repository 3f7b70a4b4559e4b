"""A spam mirror of the TRS site: its pages with damaged characters, a county list and hidden blocks at the foot.

The mechanism (character-by-character Traditional, pinyin put in at the level of GBK bytes, cuts and commas) is
`crawler.demo.damage`; here stands what is done to a whole page. Tags stay whole, so that a text's damage is its own.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from html import escape, unescape

from crawler.demo.damage import damage

# Real place names of different provinces, with the foreign bodies and abolished names that such lists carry.
COUNTIES = (
    "山阴县", "禄丰县", "平果县", "宜兰市", "许昌县", "马边", "东山县", "大丰市", "天气",
    "宁海县", "林周县", "北票市", "安远县", "石渠县", "尉犁县", "凤冈县", "浙江省", "星子县",
    "友谊县", "敖汉旗", "互助", "定边县", "崇信县", "大通", "涞源县", "郓城县", "霍山县",
    "监利县", "桃源县", "封开县", "龙胜", "昌江", "垫江县", "墨竹工卡县", "图木舒克市", "青铜峡市",
    "集安市", "塘沽区", "崇明县", "东乌珠穆沁旗",
)  # fmt: skip


HIDDEN_TAGS = ("acronym", "label", "big", "tt", "legend", "strike", "dfn", "bdo", "center", "small")
_HEADERS = re.compile(r"<meta name=[^>]*>")  # the mirrors' own template has none
_TAG = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A damaged page, and the texts of the original in which something is lost for good."""

    html: str
    lossy: tuple[str, ...]


def page(original: str, rng: random.Random) -> Mirrored:
    """The mirror's copy of one page: the same damage all over it, then the foot."""
    annotated = rng.randint(70, 130)
    cuts = rng.choice((0.0, 0.0, 0.3))
    commas = rng.choice((0.0, 0.0, 0.2))
    lossy: list[str] = []
    pieces: list[str] = []
    for piece in _TAG.split(_HEADERS.sub("", original)):
        if piece.startswith("<") or not piece.strip():
            pieces.append(piece)
            continue
        text = unescape(piece)
        damaged = damage(text, annotated=annotated, cuts=cuts, commas=commas, rng=rng)
        if damaged.lost:
            lossy.append(text.strip())
        pieces.append(escape(damaged.text, quote=False))
    whole = "".join(pieces).replace("charset=utf-8", "charset=gb2312")
    return Mirrored(whole.replace("</body>", foot(rng) + "</body>"), tuple(lossy))


def foot(rng: random.Random) -> str:
    """The county list, off-screen and in Simplified script, and two hidden blocks of empty random tags."""
    names = rng.sample(COUNTIES, len(COUNTIES))
    links = "".join(
        f'<a href="http://www.{number}x{number * 7}.example/" title="{name}">{name}</a>| '
        for number, name in enumerate(names)
    )
    return f'{_hidden(rng)}<div style="position:fixed;left:-9000px;top:-9000px;">{links}</div>{_hidden(rng)}'


def _hidden(rng: random.Random) -> str:
    tags = []
    for _ in range(150):
        name = rng.choice(HIDDEN_TAGS)
        code = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=5))
        tags.append(f'<{name} id="{code}"></{name}>')
    return f'<div class="pl_css_ganrao" style="display:none">{"".join(tags)}</div>'
