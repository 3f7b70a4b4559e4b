"""What a portal puts around an article, so that a generated page weighs what a real one does.

78 real pages of regional news sites were measured (November 2026): the median has 136 KB, 35 KB packed, 774 elements,
196 links, and 43 KB of scripts and styles. A tenth of that would make reading look several times as fast as it is.
"""

from __future__ import annotations

import random
from functools import cache

PLACES = "岚川云塘青坪南屏石桥长坡"
SUBJECTS = ("工业园区", "民生实事", "春耕备耕", "重点项目", "文旅融合", "营商环境", "乡村振兴", "安全生产")
DEEDS = ("建设提速", "取得新进展", "现场会召开", "工作部署会举行", "今日开工", "通过验收", "专题调研", "集中签约")
LINKS = 190
BOXES = 9
CODE = 42_000  # letters of scripts and styles
BOX = '<p class="extra">　　另外，记者从园区管委会了解到，全年计划引进企业二十家，新增就业三千人。</p>\n</div>'


def dressed(page: bytes, number: int) -> bytes:
    """The page with a portal's furniture, and in every third one a box among its paragraphs."""
    chance = random.Random(number)
    page = page.replace(b"</head>", _code().encode() + b"</head>", 1)
    page = page.replace(b'<div class="footer">', _lists(chance).encode() + b'<div class="footer">')
    if number % 3 == 0:
        page = page.replace(b'</div>\n<div class="editor">', BOX.encode() + b'\n<div class="editor">')
    return page


def _lists(chance: random.Random) -> str:
    """Lists of links beside the article; other ones on each page, as they are where news comes in all day."""
    lines = [_line(chance, each) for each in range(LINKS)]
    size = -(-LINKS // BOXES)
    boxes = (lines[start : start + size] for start in range(0, LINKS, size))
    return "\n".join(
        f'<div class="side-box side-box-{number} clearfix" data-block="block_{number:04d}">\n'
        f'    <div class="side-hd"><h3 class="side-tit"><span>{chance.choice(SUBJECTS)}</span></h3></div>\n'
        f'    <ul class="side-list list-paddingleft-2">\n{"".join(each)}    </ul>\n</div>'
        for number, each in enumerate(boxes)
    )


def _line(chance: random.Random, number: int) -> str:
    title = f"{''.join(chance.sample(PLACES, 2))}{chance.choice(SUBJECTS)}{chance.choice(DEEDS)}"
    day, key = f"10-{chance.randint(1, 28):02d}", chance.randint(10**6, 10**7)
    picture = f'<img src="/pic/{key:x}.jpg" alt="" width="120" height="80" />' if number % 12 == 0 else ""
    return (
        f'        <li class="side-item item-{number}">\n'
        f'            <a class="side-link" href="http://www.lanchuan.example/news/2026-{day}/t{key}.shtml" '
        f'target="_blank" title="{title}" data-spm="a2c4e.{key:x}.{number}">{picture}{title}</a>\n'
        f'            <span class="side-time" data-time="2026-{day} 09:{number % 60:02d}:00">{day}</span>\n'
        f'            <i class="side-dot"></i>\n        </li>\n'
    )


@cache
def _code() -> str:
    """Styles and scripts: the same on each page of a site."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz_", k=chance.randint(3, 11))) for _ in range(900)]

    def rule() -> str:
        one, other, third = chance.sample(words, 3)
        return f".{one} .{other}-{third}{{margin:{chance.randint(0, 40)}px;color:#{chance.randrange(1 << 24):06x}}}\n"

    def statement() -> str:
        one, other, third = chance.sample(words, 3)
        return (
            f'var {one}=function({other}){{return {other}.{third}("{chance.randrange(1 << 40):x}")||window.{one}}};\n'
        )

    half = CODE // 2
    styles, scripts = "", ""
    while len(styles) < half // 2:
        styles += rule()
    while len(scripts) < CODE - half // 2:
        scripts += statement()
    return f'<style type="text/css">\n{styles}</style>\n<script type="text/javascript">\n{scripts}</script>\n'
