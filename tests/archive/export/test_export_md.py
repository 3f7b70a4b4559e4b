"""Markdown files: safe names, facts that YAML reads, texts that stay texts."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import yaml
from export_cases import HOSTILE_TITLES, fill
from markdown_it import MarkdownIt

from archive.export import Options, md
from archive.export.md import FACTS, escaped, quoted
from archive.model import article_json
from archive.store import Archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with hostile titles in `data`, its articles as Markdown in `md`."""
    fill(tmp_path / "data")
    (tmp_path / "md").mkdir()
    with Archive.open(tmp_path / "data") as archive:
        assert md.write(archive.choose(), tmp_path / "md", Options()).articles == 5 + len(HOSTILE_TITLES)
    return tmp_path / "md"


def test_names_are_safe_and_tell_day_title_and_id(folder: Path) -> None:
    """Letters and digits, blanks and one point; never beyond the folder, never two of one name."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert len({name.lower() for name in names}) == 5 + len(HOSTILE_TITLES)
    for name in names:
        assert re.fullmatch(r"\d{4}-\d\d/\d{4}-\d\d-\d\d (?:[\w ]+ )?[0-9a-f]{16}\.md", name), name
        assert len(name.rpartition("/")[2].encode()) < 200
    assert any(name.startswith("2026-03/2026-03-01 高原牧场的第1条消息 ") for name in names)
    assert any(" etc passwd " in name for name in names)


def test_yaml_reads_the_facts_as_they_are(folder: Path) -> None:
    """Every field letter for letter; what is absent is left out."""
    with Archive.open(folder.parent / "data") as archive:
        for taken in archive.choose().articles(evidence=False):
            text = (folder / md.name_of(taken)).read_text("utf-8")
            front, _, body = text.removeprefix("---\n").partition("\n---\n")
            fields = article_json(taken.article, taken.standing)
            assert yaml.safe_load(front) == {name: fields[name] for name in FACTS if fields[name] not in (None, [])}
            assert not set(front) & set("\x00\x1b\u202e\u2028")
            assert not set(text) & set("\x00\x0b\x0c\x1b\x7f")
            assert body.startswith("\n# ")


def test_markdown_shows_what_the_page_wrote_and_nothing_else(folder: Path) -> None:
    """No tag, link, picture or heading comes from a text; links lead to pictures of the web alone."""
    for path in folder.rglob("*.md"):
        body = path.read_text("utf-8").split("\n---\n", 1)[1]
        shown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(body)
        tags = set(re.findall(r"<(\w+)", shown))
        assert tags <= {"h1", "h2", "p", "ul", "li", "pre", "code", "blockquote", "em", "a"}, path
        assert all(each.startswith("http://www.gaoyuan.example/") for each in re.findall(r'href="([^"]*)', shown))
        assert shown.count("<h1>") == 1
        if "etc passwd" in path.name:
            assert "<h1>../../etc/passwd</h1>" in shown
            assert "<h2># 一、*要点* [链接](javascript:alert(1))</h2>" in shown
            assert "<li>- 乙 `代码`</li>" in shown
            assert "<pre><code>甲\t1\n```\n乙\t2\n</code></pre>" in shown
            assert "<p>&gt; 引文 下一行</p>" in shown
            assert 'href="http://www.gaoyuan.example/a%20b)%3C%3E.jpg"' in shown


SIGNS = r"""# a!- a!+ a!1. a!2) a!===!---!***!> a!<b>!&lt;!&#60;![a](b)!\\![a](b)!`a`!_a_!~~a~~!| a |!|---|!a\!<http://a.example>!
[a]: b!* * *!\# a!__a__!~~~!```!$a$"""


@pytest.mark.parametrize("text", SIGNS.replace("\n", "").split("!"))
def test_every_sign_is_shown_as_it_stands(text: str) -> None:
    """Rendered it is one paragraph with the text."""
    shown = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .render(f"a\n\n{escaped(text)}\n\n{escaped('!' + text)}")
    )
    _, one, behind_a_mark = re.findall(r"<p>([^<]*)</p>", shown)
    assert (html.unescape(one), html.unescape(behind_a_mark)) == (text, f"!{text}")
    assert len(re.findall("<", shown)) == 6


def test_quoted_strings_are_json_and_yaml() -> None:
    """Nothing that an editor or a reader could stumble over stands bare."""
    nasty = 'a\x00\x85\u2028\u202e\ufeff"\\\u200f𠀀'
    assert yaml.safe_load(quoted(nasty)) == nasty
    assert quoted(nasty).isprintable()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("བོད་ལྗོངས་ཀྱི་གསར་འགྱུར།", "བོད ལྗོངས ཀྱི གསར འགྱུར"),
        ("ئۇيغۇر تىلى: خەۋەر", "ئۇيغۇر تىلى خەۋەر"),
        ("हिन्दी/समाचार", "हिन्दी समाचार"),
        ("e\u0301tude", "étude"),
        ("\u0f71\u0f74 /\u0f7cབ", "བ"),
        ("\u0f71\u0f74", ""),
        ("ཀ" * 39 + "བོད", "ཀ" * 39),
        ("ཀ" * 38 + "བོད", "ཀ" * 38 + "བོ"),
        ("ཀ" + "\u0f71" * 90, ""),
        ("\U00020000" * 90, "\U00020000" * 40),
    ],
)
def test_a_letter_keeps_its_marks_in_the_name_or_is_left_out(title: str, name: str) -> None:
    """No mark without its letter, none half cut, and never more than 40 characters."""
    assert md.letters(title) == name
    assert len(name) <= md.LONGEST
