"""What templates have in common: links in all the styles that list pages use, and the blocks of a body."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from archive.model import Block
from crawler.demo.stories import CELL, ROW, Sheet, Story

LINK_STYLES = ("./", "../", "absolute", "onclick", "/")
INDENT = "　　"  # two ideographic spaces, as Chinese paragraphs are set


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list page: where it leads, what it says, which day stands behind it, how the link is written."""

    path: str
    title: str
    day: str
    style: str = "/"


def link(item: Item, list_path: str, base: str) -> str:
    """The `<a>` of a list item as it is written on the list page at `list_path`.

    >>> link(Item("/cn/gy/202611/t1.html", "标题", "", "../"), "/cn/gy/index.html", "")
    '<a href="../gy/202611/t1.html" title="标题">标题</a>'
    """
    folder = posixpath.dirname(list_path)
    title = escape(item.title)
    relative = posixpath.relpath(item.path, folder)
    address = {
        "./": relative if relative.startswith("..") else f"./{relative}",
        "../": posixpath.join("..", posixpath.relpath(item.path, posixpath.dirname(folder))),
        "absolute": base + item.path,
        "/": item.path,
    }
    if item.style == "onclick":
        return f'<a href="javascript:void(0)" onclick="window.open(\'{item.path}\')" title="{title}">{title}</a>'
    return f'<a href="{escape(address[item.style])}" title="{title}">{title}</a>'


def items(stories: Iterable[tuple[Story, str]]) -> tuple[Item, ...]:
    """List items for stories and their paths, each in the link style that its number falls on."""
    return tuple(
        Item(path, story.title, f"{story.published:%Y-%m-%d}", LINK_STYLES[story.number % len(LINK_STYLES)])
        for story, path in stories
    )


def body(story: Story, *, pictures: bool = True, sheet: Sheet | None = None) -> str:
    """The story's blocks, or those of one of its pages, as HTML; a caption stands under its picture, or goes with it.

    The rest of a paragraph that the page before has begun is not set in.
    """
    lines = [paragraph(story.byline)] if story.byline and (sheet is None or sheet.number == 1) else []
    first = sheet.first if sheet else 0
    for number, block in enumerate(sheet.blocks if sheet else story.blocks, first + 1):
        if sheet and sheet.goes_on and number == first + 1:
            lines.append(f"<p>{escape(block.text, quote=False)}</p>")
        elif block.kind != "caption":
            lines.append(_block(block))
        elif pictures:
            picture = f"./W0{story.published:%Y%m%d}{story.number:07}{number:02}.jpg"
            lines.append(f'<p style="text-align: center"><img src="{picture}" alt=""/></p>')
            lines.append(f'<p style="text-align: center">{escape(block.text, quote=False)}</p>')
    return "\n".join(lines)


def paragraph(text: str) -> str:
    """One indented paragraph."""
    return f"<p>{INDENT}{escape(text, quote=False)}</p>"


def _block(block: Block) -> str:
    if block.kind == "heading":
        return f"<p>{INDENT}<strong>{escape(block.text, quote=False)}</strong></p>"
    if block.kind == "table":
        rows = (
            "".join(f"<td>{escape(cell, quote=False)}</td>" for cell in row.split(CELL))
            for row in block.text.split(ROW)
        )
        return '<table border="1"><tbody>' + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>"
    return paragraph(block.text)


def list_items(found: Sequence[Item], list_path: str, base: str, tag: str = "li") -> str:
    """The items as plain list lines with the day behind each."""
    return "\n".join(f"<{tag}>{link(item, list_path, base)}<span>{item.day}</span></{tag}>" for item in found)
