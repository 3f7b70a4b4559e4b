"""A web of news for benches: hosts on loopback addresses whose pages weigh what real ones do, served by one process.

    python bench/newsweb.py HOSTS ARTICLES     prints its port, then serves until it is ended

Every host has lists of 50 articles and one of three layouts, in UTF-8 or GBK. Of an article page's 57 KB most are
menus, styles, scripts and lists of other articles, as on the sites of departments and papers; the text has 300 to
1,500 characters. One article in ten is a reprint of another host's. All words are made (crawler.demo.many), by seed.
"""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crawler.demo.many import ACTORS, DEEDS, PLACES, TRADES, person, sentences  # noqa: E402 (checkout first)

NEWEST = datetime(2026, 11, 3, 18, 0)
PER_LIST = 50
REPRINTED = 10
CHARSETS = ("utf-8", "gbk")


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as its host prints it."""

    path: str
    title: str
    published: datetime
    origin: str
    editor: str
    paragraphs: tuple[str, ...]


def address(host: int) -> str:
    """A host's loopback address: 127.0.1.1 is the first."""
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


def name(host: int) -> str:
    """What a site calls itself."""
    return f"{PLACES[host % len(PLACES)][:2]}新闻网{host}"


@cache
def piece(host: int, number: int, hosts: int) -> Piece:
    """One article; of a reprint the words are those of its origin."""
    when = NEWEST - timedelta(minutes=37 * number + host)
    path = f"/news/{when:%Y%m}/t{when:%Y%m%d}_{(host + 1) * 100_000 + number}.html"
    if number % REPRINTED == REPRINTED - 1 and hosts > 1:
        first = piece((host + 1) % hosts, number - 1, hosts)
        return Piece(path, first.title, when, first.origin, first.editor, first.paragraphs)
    chance = random.Random(f"{host} {number}")
    place, trade = chance.choice(PLACES), chance.choice(TRADES)
    paragraphs = []
    for _ in range(chance.randint(3, 12)):
        told = [line for _ in range(chance.randint(1, 2)) for line in sentences(chance, place, trade)]
        chance.shuffle(told)
        paragraphs.append("".join(told[: chance.randint(2, 5)]))
    title = f"{place}{trade}{chance.choice(ACTORS)}{chance.choice(DEEDS)}（第{host}-{number}期）"
    return Piece(path, title, when, name(host), person(chance), tuple(paragraphs))


@cache
def furniture(host: int) -> tuple[str, str, str]:
    """What stands in the head, above and below the article: the same on all pages of a host, as on a real one."""
    chance = random.Random(f"furniture {host}")

    def items(count: int, folder: str) -> str:
        return "".join(
            f'<li class="item-{n % 5}"><a href="/{folder}/{n}/" target="_blank">{chance.choice(PLACES)}'
            f"{chance.choice(TRADES)}</a></li>\n"
            for n in range(count)
        )

    rules = "".join(f".block-{n} .item a{{color:#{n:06x};padding:{n % 9}px {n % 7}px}}\n" for n in range(220))
    script = "".join(
        f"var slot{n}=document.getElementById('ad{n}');if(slot{n}){{show(slot{n},{n});}}\n" for n in range(160)
    )
    others = "".join(
        f'<div class="side block-{n}"><h3>{chance.choice(TRADES)}</h3><ul>{items(12, f"list{n}")}</ul></div>\n'
        for n in range(6)
    )
    head = f"<style>\n{rules}</style>\n<script>\n{script}</script>\n"
    above = (
        f'<div class="top"><div class="logo"><img src="/logo.png"></div><ul class="nav">{items(90, "c")}</ul></div>\n'
    )
    below = (
        f'<div class="right">{others}</div>\n<div class="foot"><ul class="links">{items(60, "f")}</ul>'
        f"<p>{name(host)}版权所有 未经授权不得转载</p><p>岚ICP备{host:08}号</p></div>\n<script>\n{script}</script>\n"
    )
    return head, above, below


def article_page(host: int, one: Piece) -> str:
    """The page of an article, in its host's layout."""
    head, above, below = furniture(host)
    title, when, layout = escape(one.title, quote=False), f"{one.published:%Y-%m-%d %H:%M}", host % 3
    text = "\n".join(f"<p>　　{escape(line, quote=False)}</p>" for line in one.paragraphs)
    if layout == 0:
        body = (
            f'<div class="title_box"><h2>{title}</h2><div class="info"><span>发布时间：{when}</span>'
            f'<span>来源：{one.origin}</span></div></div><div id="text" class="text">{text}\n'
            f"<p>(责编：{one.editor})</p></div>"
        )
    elif layout == 1:
        body = (
            f'<table width="100%"><tr><td class="bt"><h1>{title}</h1></td></tr><tr><td>{when.replace("-", "年", 1)}　'
            f'稿源：{one.origin}　编辑：{one.editor}</td></tr><tr><td class="TRS_Editor">{text}</td></tr></table>'
        )
    else:
        body = (
            f'<article><h1>{title}</h1><p class="meta">{one.origin} | {when} | 责任编辑：{one.editor}</p>'
            f'<div class="content">{text}</div><div class="share">分享到：<a href="#">微信</a></div></article>'
        )
    charset = CHARSETS[host % 2]
    return (
        f'<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"<title>{title}_{name(host)}</title>\n{head}</head><body>\n{above}"
        f'<div class="wrap"><div class="crumb"><a href="/">首页</a> &gt; <a href="/news/">新闻</a></div>'
        f'<div class="left">{body}</div>{below}</div></body></html>'
    )


def list_page(host: int, pieces: list[Piece]) -> str:
    """One page of a host's list."""
    head, above, below = furniture(host)
    items = "".join(
        f'<li><a href="{each.path}">{escape(each.title)}</a><span>{each.published:%Y-%m-%d}</span></li>\n'
        for each in pieces
    )
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="{CHARSETS[host % 2]}"><title>{name(host)}</title>\n{head}</head>'
        f'<body>\n{above}<div class="left"><ul class="listnews">{items}</ul></div>{below}</body></html>'
    )


def lists(articles: int) -> int:
    """How many list pages a host has."""
    return -(-articles // PER_LIST)


def list_path(number: int) -> str:
    """The path of a list page, counted from 0."""
    return f"/news/index_{number}.html" if number else "/news/"


def pages_of(host: int, hosts: int, articles: int) -> dict[str, bytes]:
    """Everything that a host answers, by path."""
    pieces = [piece(host, number, hosts) for number in range(articles)]
    charset = CHARSETS[host % 2]
    answers = {one.path: article_page(host, one).encode(charset, "xmlcharrefreplace") for one in pieces}
    for number in range(lists(articles)):
        shown = pieces[number * PER_LIST : (number + 1) * PER_LIST]
        answers[list_path(number)] = list_page(host, shown).encode(charset, "xmlcharrefreplace")
    return answers


async def serve(hosts: int, articles: int) -> None:
    """Answer on every host's address, at one port."""
    web = {address(host): pages_of(host, hosts, articles) for host in range(hosts)}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers = web[writer.get_extra_info("sockname")[0]]
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                body = answers.get(asked.split(b" ", 2)[1].decode("latin-1"))
                state = "404 Not Found" if body is None else "200 OK"
                head = f"HTTP/1.1 {state}\r\nContent-Type: text/html\r\nContent-Length: {len(body or b'')}\r\n\r\n"
                writer.write(head.encode() + (body or b""))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    first = await asyncio.start_server(answer, address(0), 0)
    port = first.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(answer, address(host), port) for host in range(1, hosts)]
    print(port, flush=True)
    await asyncio.gather(*(each.serve_forever() for each in (first, *others)))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
