"""A generated site with as many articles as a test needs: plain pages, distinct texts, paginated lists."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape

from archive.model import Block
from crawler.demo.sites.site import Answer, Built, Site, page, paged, robots, source_file
from crawler.demo.stories import SHANGHAI
from crawler.demo.templates.parts import Item, list_items
from crawler.demo.truth import Expected

PER_PAGE = 25
NEWEST = datetime(2026, 11, 3, 18, 0, 0, tzinfo=SHANGHAI)

PLACES = ("赤岭州", "云塘市", "北溪县", "石桥县", "青坪镇", "南屏区", "柳湾县", "白马滩镇", "长坡县", "望河镇")
TRADES = (
    "绿色建材",
    "乳制品加工",
    "光伏组件",
    "铁路物流",
    "牦牛肉加工",
    "数据标注",
    "装备制造",
    "中药材",
    "纺织服装",
    "储能电池",
)
ACTORS = ("龙头企业", "工业园区", "农民合作社", "物流中心", "创新平台", "骨干工厂", "产业联盟", "中小企业")
DEEDS = (
    "完成技术改造",
    "建成新生产线",
    "签订采购协议",
    "通过质量认证",
    "扩大冷链仓储",
    "接入工业互联网",
    "引进检测设备",
)
RESULTS = ("产能提高", "订单增加", "能耗下降", "用工增多", "运输时间缩短", "良品率上升", "交货周期缩短")
MONTHS = ("一季度", "上半年", "前三季度", "8月", "9月", "10月")
SURNAMES, GIVEN = "陆顾沈钟江白柏程邵孟", ("文舟", "青禾", "立群", "晓岚", "维平", "若溪", "守成", "云生", "方正")


def many_pages_site(count: int = 200) -> Site:
    """A site with `count` articles over lists of 25; nothing changes on day two."""

    def build(base: str, day: int, seed: int) -> Built:
        truth = {(path := address(number)): _article(base, path, number, seed) for number in range(1, count + 1)}
        answers: dict[str, Answer] = {"/robots.txt": robots()}
        answers |= {path: page(_html(expected)) for path, expected in truth.items()}
        found = [Item(path, each.title, f"{each.published:%Y-%m-%d}") for path, each in truth.items()]
        for number, here in enumerate(paged(found, PER_PAGE)):
            path = f"/news/index_{number}.html" if number else "/news/"
            lines = list_items(here, path, base)
            answers[path] = page(
                f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>新闻</title></head>"
                f"<body><ul class='news'>\n{lines}\n</ul></body></html>"
            )
        answers["/"] = answers["/news/"]
        return Built(answers, truth)

    def source(base: str) -> str:
        lists: list[Mapping[str, object]] = [
            {
                "url": f"{base}/news/",
                "links": "ul.news a",
                "next_pages": "index_{n}.html",
                "max_pages": -(-count // PER_PAGE),
            }
        ]
        return source_file("many", "岚川新闻库", base, lists, [r"/\d{6}/t\d{8}_\d+\.html$"])

    return Site("many", build, source)


def address(number: int) -> str:
    """The path of one generated article."""
    when = _published(number)
    return f"/news/{when:%Y%m}/t{when:%Y%m%d}_{3_000_000 + number}.html"


def _published(number: int) -> datetime:
    return NEWEST - timedelta(minutes=37 * number)


def _article(base: str, path: str, number: int, seed: int) -> Expected:
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - words for a test
    place, trade = chance.choice(PLACES), chance.choice(TRADES)
    paragraphs = [_paragraph(chance, place, trade) for _ in range(chance.randint(3, 8))]
    return Expected(
        url=base + path,
        source_id="many",
        story=number,
        role="origin",
        title=f"{place}{trade}{chance.choice(ACTORS)}{chance.choice(DEEDS)}（第{number}期）",
        published=_published(number),
        published_precision="second",
        origin="岚川新闻库",
        blocks=tuple(Block("paragraph", text) for text in paragraphs),
        editor=(person(chance),),
    )


def sentences(chance: random.Random, place: str, trade: str) -> list[str]:
    """Three sentences about a trade in a place, in the order in which they are thought of."""
    return [
        f"{chance.choice(MONTHS)}，{place}{trade}{chance.choice(ACTORS)}{chance.choice(DEEDS)}，"
        f"{chance.choice(RESULTS)}{chance.randint(2, 60)}.{chance.randint(0, 9)}%。",
        f"负责人{person(chance)}介绍，{chance.choice(DEEDS)}之后，{chance.choice(RESULTS)}，"
        f"已有{chance.randint(11, 980)}名职工参加培训。",
        f"下一步，{place}将在{chance.choice(TRADES)}方面投入{chance.randint(100, 9900)}万元，"
        f"带动{chance.randint(3, 40)}个村增收。",
    ]


def _paragraph(chance: random.Random, place: str, trade: str) -> str:
    told = [
        *sentences(chance, place, trade),
        f"在{place}的车间里，记者看到{chance.randint(2, 30)}条生产线同时运转，"
        f"产品发往{chance.choice(PLACES)}和{chance.choice(PLACES)}等地。",
    ]
    chance.shuffle(told)
    return "".join(told[: chance.randint(2, 4)])


def person(chance: random.Random) -> str:
    """Somebody's name."""
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


def _html(expected: Expected) -> str:
    text = "\n".join(f"<p>　　{escape(line, quote=False)}</p>" for line in expected.paragraphs)
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{expected.title}_{expected.origin}</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news/">新闻</a></div>
<h1>{expected.title}</h1>
<div class="info">{expected.published:%Y-%m-%d %H:%M:%S} 来源：{expected.origin}</div>
<div class="content">
{text}
</div>
<div class="editor">责任编辑：{"、".join(expected.editor)}</div>
<div class="footer">岚ICP备00000005号</div>
</body></html>
"""
