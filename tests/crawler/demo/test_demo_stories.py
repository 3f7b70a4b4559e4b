"""Story files: what they may say, and what is said of a bad one."""

from __future__ import annotations

import pytest

from archive.model import Block
from crawler.demo.stories import parse, stories
from crawler.demo.templates.parts import Item, link

GOOD = """title: 题目
published: 2026-11-03 09:37:00
origin: 岚川日报
site: lanchuan
copies: twin mirror

第一段。

## 小标题

! 图片说明。

| 甲 | 乙 |
| 1 | 2 |
"""


def test_a_story_file_gives_its_blocks_in_order() -> None:
    """Paragraph, heading, caption and table."""
    story = parse("1042-good.txt", GOOD)
    assert story is not None
    assert (story.number, story.shown_at) == (1042, ("lanchuan", "twin", "mirror"))
    assert story.blocks == (
        Block("paragraph", "第一段。"),
        Block("heading", "小标题"),
        Block("caption", "图片说明。"),
        Block("table", "甲\t乙\n1\t2"),
    )


def test_a_story_on_several_pages_keeps_both_what_is_printed_and_what_is_meant() -> None:
    """--- ends a page; ~~~ ends one in the middle of a paragraph, which is one block of the truth."""
    story = parse("1042-pages.txt", GOOD + "\n第二段没有\n\n~~~\n\n写完。\n\n---\n\n第三段。\n")
    assert story is not None
    assert [block.text for block in story.blocks[-2:]] == ["第二段没有写完。", "第三段。"]
    assert [sheet.number for sheet in story.sheets] == [1, 2, 3]
    assert [sheet.goes_on for sheet in story.sheets] == [False, True, False]
    assert [sheet.first for sheet in story.sheets] == [0, 5, 6]
    assert [block.text for block in story.sheets[1].blocks] == ["写完。"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (GOOD.replace("origin: 岚川日报\n", ""), "there is no origin"),
        (GOOD.replace("copies:", "copys:"), "no header line"),
        (GOOD.replace("第一段。", "第一段。\n第二段。"), "one line"),
    ],
)
def test_a_bad_story_file_is_refused_in_words(text: str, complaint: str) -> None:
    """A slip in a story file is an error when it is read, not a silent hole in the truth."""
    with pytest.raises(ValueError, match=complaint):
        parse("1042-bad.txt", text)


def test_the_stories_are_distinct_and_searchable() -> None:
    """No two share a number or a title; 西藏 and 工业 each occur in several."""
    found = stories(2)
    assert len({story.number for story in found}) == len({story.title for story in found}) == len(found)
    for word in ("西藏", "工业"):
        assert sum(any(word in block.text for block in story.blocks) for story in found) >= 3


@pytest.mark.parametrize(
    ("style", "written"),
    [
        ("./", 'href="./202611/t1.html"'),
        ("../", 'href="../gy/202611/t1.html"'),
        ("absolute", 'href="http://127.0.0.1:8000/cn/gy/202611/t1.html"'),
        ("/", 'href="/cn/gy/202611/t1.html"'),
        ("onclick", "onclick=\"window.open('/cn/gy/202611/t1.html')\""),
    ],
)
def test_a_link_is_written_in_its_style(style: str, written: str) -> None:
    """All styles lead to one address."""
    item = Item("/cn/gy/202611/t1.html", "标题", "2026-11-03", style)
    assert written in link(item, "/cn/gy/index_1.html", "http://127.0.0.1:8000")
