"""An archive with articles that a page's owner could have meant ill with, for the tests of all formats."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from archive_cases import make_article, make_capture, take_in

from archive.export import FORMATS, Options, Written
from archive.model import Article, Block, Image
from archive.store import Archive
from archive.store.chosen import Chosen

HOSTILE_TITLES = (
    '=HYPERLINK("http://evil.example","点我")',
    "../../etc/passwd",
    "工业\x1b]0;owned\x07快报\u202eexe.txt",
    "]]></title><script>alert(1)</script>",
    "title: {a: &b *c} # --- '\"\\",
    "CON",
    "'=已加撇号",
    "　＝1+1",
    "\u200b@SUM(A1)",
    "-1|2\\3",
    "……",
    "长" * 300,
)


def hostile(number: int, title: str) -> Article:
    """An article of page `number` under such a title, with what else a page could hold."""
    return replace(
        make_article(number, text=f"+{title}\n第二行\x0b\x00"),
        title=title,
        blocks=(
            Block("paragraph", f"+{title} <b>&amp; ]]> \x0c"),
            Block("heading", "# 一、*要点* [链接](javascript:alert(1))"),
            Block("list", "- 甲\n- 乙 `代码`"),
            Block("table", "甲\t1\n```\n乙\t2"),
            Block("quote", "> 引文\u2028下一行"),
            Block("caption", "图为牧场。"),
        ),
        origin=title,
        author=(title, "丹增|边巴"),
        section=("高原网", title),
        keywords=(title,),
        language="zh-Hans",
        images=(
            Image("http://www.gaoyuan.example/a b)<>.jpg", title),
            Image("javascript:alert(1)", "坏"),
        ),
    )


def fill(data: Path, *, amount: int = 5) -> None:
    """An archive of plain articles and, behind them, one for each hostile title; page 1 is edited once."""
    with Archive.open(data, write=True) as archive:
        for number in range(1, amount + 1):
            take_in(archive, make_capture(number), make_article(number))
        take_in(archive, make_capture(1, hours=5, text="新"), make_article(1, text="改过的正文。"))
        for number, title in enumerate(HOSTILE_TITLES, 101):
            take_in(archive, make_capture(number), hostile(number, title))


def exported(form: str, chosen: Chosen, **options: Any) -> bytes:
    """What a format that is one stream gives."""
    return written(form, chosen, **options)[1]


def written(form: str, chosen: Chosen, **options: Any) -> tuple[Written, bytes]:
    """The same with what was said of it."""
    from importlib import import_module

    assert form in FORMATS
    stream = BytesIO()
    told: Written = import_module(f"archive.export.{form}").write(chosen, stream, Options(**options))
    return told, stream.getvalue()
