"""Which element holds the article, guards against hostile markup, and verdicts at their borders."""

from __future__ import annotations

import pytest

from crawler.extract.body import find_body, is_prose
from crawler.extract.guard import DEEPEST, MOST_VISITS, guard
from crawler.extract.language import language
from crawler.extract.notice import is_notice
from crawler.extract.page import read_page, tidy

SENTENCE = "县里的第一座光伏电站上周并网，附近的三个村子都用上了电。"


def body_words(markup: str, selectors: dict[str, tuple[str, ...]] | None = None) -> tuple[str, str]:
    page = read_page(markup, "http://www.example.cn/", selectors)
    body = find_body(page)
    assert body is not None
    return page.elements[body.element].words, body.rule


def test_the_body_is_the_innermost_element_with_the_sentences() -> None:
    """Links around an element count against its parent."""
    markup = (
        f"<div class='outer'><ul><li><a href='/1'>别的新闻标题</a></li><li><a href='/2'>又一条新闻标题</a></li></ul>"
        f"<div class='inner'><p>{SENTENCE}</p><p>{SENTENCE}</p></div></div>"
    )
    assert body_words(markup) == ("inner", "shape")


def test_comments_do_not_win_by_their_length() -> None:
    """What others wrote is told by the words of its class, however long it is."""
    comments = "".join(f"<p>{SENTENCE}{number}楼的网友也这样认为。</p>" for number in range(20))
    markup = f"<div class='a'><p>{SENTENCE}</p><p>{SENTENCE}</p></div><div class='comment-list'>{comments}</div>"
    assert body_words(markup)[0] == "a"


def test_a_word_of_the_margin_on_the_main_column_says_nothing() -> None:
    """A class such as main-side around most of the sentences does not count against it."""
    assert body_words(f"<div class='left-side'><p>{SENTENCE}</p><p>{SENTENCE}</p></div>")[0] == "left-side"


def test_a_family_is_a_hint_and_a_template_is_an_order() -> None:
    """A family's selector that misses most of the sentences is not followed; a source's own is."""
    markup = f"<div class='part'><p>{SENTENCE}</p></div><div class='rest'>{f'<p>{SENTENCE}</p>' * 5}</div>"
    assert body_words(markup, {"family-body": (".part",)})[1] == "shape"
    assert body_words(markup, {"family-body": (".rest",)}) == ("rest", "family")
    assert body_words(markup, {"body": (".part",)}) == ("part", "template")


def test_a_selector_that_is_no_css_is_named() -> None:
    """The error names the selector and its field."""
    with pytest.raises(ValueError, match=r"'p\[' is no CSS selector \(body\)"):
        read_page("<p>x</p>", "", {"body": ("p[",)})


@pytest.mark.parametrize("text", ["版权所有：青禾网，未经授权不得转载。", "凡本网注明来源的作品，版权均属本网。"])
def test_a_notice_is_no_prose(text: str) -> None:
    """Copyright notices are sentences, but not the article's."""
    assert is_notice(text)
    assert not is_prose(read_page(f"<p>{text}</p>", "").lines[0])


@pytest.mark.parametrize("text", ["县里出台了保护版权的办法，鼓励原创。", "他说，这首歌的版权归村里所有，谁都能唱。"])
def test_a_sentence_about_copyright_is_prose(text: str) -> None:
    """The word alone makes no notice."""
    assert is_prose(read_page(f"<p>{text}</p>", "").lines[0])


def test_an_ordinary_page_is_not_touched_by_the_guard() -> None:
    """Markup of ordinary size and shape comes back as it is."""
    markup = f"<div style='a' class=\"b\">{SENTENCE}</div>" * 3_000
    assert guard(markup).markup is markup
    assert guard(markup).cut == ()


def test_the_guard_says_what_it_cut() -> None:
    """Deep nesting and long attribute lists are cut down, the text stays, and a sentence says so."""
    deep = guard("<div>" * 20_000 + SENTENCE)
    assert deep.markup.count("<div>") == DEEPEST
    assert deep.markup.endswith(SENTENCE)
    assert "nested" in deep.cut[0]
    wide = guard("<div " + " ".join(f'a{n}=">"' for n in range(9_000)) + f">{SENTENCE}</div>")
    assert SENTENCE in wide.markup
    assert len(wide.markup) < 40_000
    assert wide.cut


@pytest.mark.parametrize(
    "option",
    ["<option>乡", "<OPTION\nvalue='>'>乡</OPTION>", "<option>乡<hr>", "<option><p>乡"],
    ids=["open", "closed", "with lines between", "with paragraphs"],
)
def test_a_list_of_thousands_of_options_does_not_keep_the_parser_busy(option: str) -> None:
    """Options beyond so many as the parser goes through in a second go, their words stay, and a sentence says so."""
    markup = f"<select>{option * 30_000}</select><p>{SENTENCE}</p>"
    guarded = guard(markup)
    assert guarded.markup.lower().count("<option") * markup.count("<") <= MOST_VISITS
    assert guarded.markup.count("乡") == 30_000
    assert guarded.markup.endswith(f"<p>{SENTENCE}</p>")
    assert "options were read" in guarded.cut[-1]


@pytest.mark.parametrize(
    "markup",
    [
        f"<select>{'<option value=1>县</option>' * 2_500}</select><p>{SENTENCE}</p>",
        f"<select>{'<option>县' * 40}</select>" * 90 + f"<p>{SENTENCE}</p>",
        f"<select>{'<option>县' * 400}</select>" + f"<p>{SENTENCE}</p>" * 7_000,
    ],
    ids=["all counties", "many lists", "a long page"],
)
def test_a_page_with_long_lists_to_choose_from_is_left_as_it_is(markup: str) -> None:
    """A list of all counties, many lists, and a list on a long page are not touched by the guard."""
    assert guard(markup).markup is markup
    assert guard(markup).cut == ()


UNCLOSED = "".join(f"<font a={number}>" for number in range(390))


@pytest.mark.parametrize(
    "markup",
    [f"<p>{UNCLOSED}</p>" + f"<p>{SENTENCE}</p>" * 5_000, "".join(f"<p><font a={n}>{SENTENCE}" for n in range(3_000))],
    ids=["before the paragraphs", "in each paragraph"],
)
def test_formatting_that_is_never_closed_does_not_fill_the_memory(markup: str) -> None:
    """The tags that a parser would make anew in every block go, the text stays, and a sentence says so."""
    guarded = guard(markup)
    assert "<font" not in guarded.markup
    assert guarded.markup.count(SENTENCE) == markup.count(SENTENCE)
    assert "never closed" in guarded.cut[0]


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><font color=red>{SENTENCE}</p>" * 3_000,
        f"<p><b><i><font size=2>{SENTENCE}</font></i></b></p>" * 3_000,
        f"<p>{SENTENCE}<p>{SENTENCE}<ul><li>{SENTENCE}<li>{SENTENCE}</ul>" * 4_000,
        f"<p><span>{SENTENCE}</p>" * 9_000,
        f"<table><tr><td><div>{SENTENCE}<td>{SENTENCE}<tr><td>{SENTENCE}</table>" * 3_000,
    ],
    ids=["one colour for each paragraph", "closed", "ends left out", "spans left open", "cells left open"],
)
def test_careless_markup_is_not_touched_by_the_guard(markup: str) -> None:
    """Thousands of paragraphs whose ends are left out are not nested, and equal formatting is copied three times."""
    assert guard(markup).cut == ()


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("　　一 二\u3000 三", "一 二 三"), ("一行\n  断开", "一行断开"), ("one\n two", "one two"), ("a\xa0b", "a b")],
)
def test_white_space_is_collapsed_as_browsers_do(raw: str, clean: str) -> None:
    """A line break between Chinese characters vanishes, between words it is a space."""
    assert tidy(raw) == clean


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("这里说的是工业园区的发展", "zh-Hans"),
        ("這裡說的是工業園區的發展", "zh-Hant"),
        ("བོད་ཡིག་གི་ཚགས་པར་འདི་ནི་ཉིན་རེའི་གསར་འགྱུར་ཡིན།", "bo"),
        ("The industrial park opened its second phase on Monday morning.", "en"),
        ("", None),
    ],
)
def test_the_language_is_told_by_its_letters(text: str, tag: str | None) -> None:
    """Simplified, Traditional, Tibetan, English; nothing where there is nothing to tell it by."""
    assert language(text) == tag
