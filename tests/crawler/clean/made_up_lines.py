"""The made-up lines of lines.toml, each put into the page of an article."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.extract.page import tidy
from crawler.reading import Reading

ARTICLE = (
    "青禾县的第一座光伏电站上周并网，附近的三个村子都用上了电。",
    "电站的负责人说，明年春天还要再建一座，到时候冬天取暖也可以用电。",
    "村里的老人记得，二十年前这里还点着煤油灯，晚上八点以后路上就没有人了。",
    "县里打算把多出来的电卖给邻县，卖电的钱用来修学校门口的路，让孩子们走得平稳。",
)
TITLE = "青禾县第一座光伏电站并网"
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class LineCase:
    """A block of markup at a place of the article: whether it stays, and the whole page."""

    kind: str
    at: str
    html: str
    stays: bool
    markup: str


def cases() -> Iterator[LineCase]:
    """Every block and sentence at each of its places."""
    data = tomllib.loads(Path(__file__).with_name("lines.toml").read_text("utf-8"))
    for place, kinds in data["boilerplate"].items():
        for at in ("top", "middle", "foot") if place == "controls" else (place,):
            for kind, blocks in kinds.items():
                for block in blocks:
                    yield LineCase(kind, at, block, False, page(block, at))
    for kind, sentences in data["sentences"].items():
        for at in ("middle",) if kind == "table" else ("top", "middle", "foot"):
            for sentence in sentences:
                block = f"<p>{html.escape(sentence, quote=False)}</p>"
                if kind == "table":
                    block = f"<table><tr><td>名称</td><td>数目</td></tr><tr><td>{sentence}</td><td>丙</td></tr></table>"
                yield LineCase(kind, at, block, True, page(block, at))


def page(block: str, at: str) -> str:
    """The page of an article with the block above, among or below its paragraphs."""
    paragraphs = [f"<p>{text}</p>" for text in ARTICLE]
    paragraphs.insert({"top": 0, "middle": 2, "foot": len(paragraphs)}[at], block)
    return (
        f"<html><head><title>{TITLE}_青禾网</title></head><body><div class='nav'><a href='/'>首页</a> "
        f"<a href='/n'>新闻</a></div><h1>{TITLE}</h1><p>2024-05-06 10:20 来源：青禾日报</p>"
        f"<div class='content'>{''.join(paragraphs)}</div>"
        "<div class='footer'>青禾网 版权所有</div></body></html>"
    )


def outcome(case: LineCase, reading: Reading) -> str | None:
    """What went wrong with the case, or None."""
    if reading.verdict != "article":
        return f"the page is {reading.verdict}: {reading.evidence.verdict}"
    text = reading.articles[0].text
    missing = [sentence for sentence in ARTICLE if sentence not in text]
    if missing:
        return f"lost: {missing[0]}"
    texts = [tidy(html.unescape(part)) for part in _TAG.split(case.html)]
    lines = [line for line in text.split("\n") if line not in ARTICLE]
    if case.stays:
        whole = tidy(html.unescape(_TAG.sub("\t", case.html)))
        lost = [part for part in texts if part and part not in text]
        return f"lost: {lost[0]} of {whole}" if lost else None
    left = [line for line in lines if any(part and part in line for part in texts)] or lines
    return f"left: {left[0]}" if left else None
