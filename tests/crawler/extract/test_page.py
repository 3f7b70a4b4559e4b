"""The walk over the tree: what is text, what is left out and recorded, and selectors in the head."""

from __future__ import annotations

import re

import pytest

from crawler.extract.page import read_page, tidy


def texts(markup: str) -> list[str]:
    return [line.text for line in read_page(markup, "").lines]


def test_a_long_run_of_breaks_is_looked_at_once() -> None:
    """White space is matched by a pattern that cannot go back over it: a run of any length is one match."""
    assert tidy("中" + "\n" * 200_000 + "x") == "中 x"
    assert tidy("中" + " \n" * 200_000 + "文") == "中文"
    assert tidy(" \n" * 200_000 + "中" + " " * 200_000) == "中"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>电站&#27;]0;并网&#7;了</p>",
        "<p>电站]0;\x9b并网了</p>",
        "<p>电站]0;\u202e并网\u2066了</p>",
    ],
)
def test_controls_of_a_terminal_or_of_direction_are_left_out(markup: str) -> None:
    """They would reach the reader's terminal or turn the text about; that they were there is on record."""
    page = read_page(markup, "")
    assert [line.text for line in page.lines] == ["电站]0;并网了"]
    assert [line.spaced for line in page.lines] == ["电站]0;并网了"]
    assert re.fullmatch(r"[12] control characters were left out", page.cut[0])


def test_controls_are_left_out_of_titles_and_meta_tags() -> None:
    """What stands in the head is shown as well."""
    page = read_page("<title>电站&#27;[2J并网</title><meta name=source content='青禾&#7;日报'>", "")
    assert page.title == "电站[2J并网"
    assert page.metas["source"] == "青禾日报"


def test_characters_of_no_width_go() -> None:
    """U+200B, U+FEFF, U+2060 and soft hyphens part words for the eye alone."""
    assert texts("<p>青\u200b禾\ufeff县&shy;城\u2060外</p>") == ["青禾县城外"]
    assert texts("<p>می\u200cخواهم</p>") == ["می\u200cخواهم"]
    assert read_page("<p>青\u200b禾</p>", "").cut == ("1 characters of no width were left out",)
    assert read_page("<p>青禾</p>", "").cut == ()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>青&zwj;禾&zwnj;&zwj;县</p>", "青禾县"),
        ("<p>青&zwj;<b>禾</b><i>&zwnj;县</i></p>", "青禾县"),
        ("<p>&zwj;青禾，&zwj;2026&zwj;年 &zwj;县&zwnj;</p>", "青禾，2026年 县"),
        ("<p>字母&zwj;ه，<b>ه</b>&zwj;的</p>", "字母\u200dه，ه\u200d的"),
        (
            "<p>བོད་&zwj;ཡིག क्&zwj;ष 青👨&zwj;👩&zwj;👧禾 Auf&zwnj;lage</p>",
            "བོད་\u200dཡིག क्\u200dष 青👨\u200d👩\u200d👧禾 Auf\u200clage",
        ),
    ],
)
def test_a_joiner_stays_where_it_joins_something(markup: str, text: str) -> None:
    """A Chinese character joins with nothing, whatever element it stands in; letters and pictures do."""
    page = read_page(markup, "")
    assert [line.text for line in page.lines] == [text]
    assert len(page.cut) == (text.count("\u200d") + text.count("\u200c") < markup.count("&zw"))


def test_a_joiner_that_joins_nothing_is_left_out_of_the_head() -> None:
    """As out of the text."""
    page = read_page("<title>青&zwj;禾</title><meta name=source content='青&zwnj;禾日报'>", "")
    assert (page.title, page.metas["source"]) == ("青禾", "青禾日报")


@pytest.mark.parametrize(
    ("markup", "text", "spaced"),
    [
        ("<p>来源：青禾<wbr>日报</p>", "来源：青禾日报", "来源：青禾日报"),
        ("<p>青<wbr><wbr/>禾<wbr>县<b>城</b>外</p>", "青禾县城外", "青禾县 城 外"),
        ("<p><wbr>青禾<wbr></p>", "青禾", "青禾"),
        ("<p>http://<wbr>a.example/<wbr>1 and <wbr>2</p>", "http://a.example/1 and 2", "http://a.example/1 and 2"),
        ("<p><b>来源：<wbr></b>青禾<wbr><i>日报</i></p>", "来源：青禾日报", "来源： 青禾日报"),
    ],
)
def test_where_a_line_may_be_broken_is_nothing(markup: str, text: str, spaced: str) -> None:
    """No paragraph ends there, and no word; an element around it still parts two fields."""
    (line,) = read_page(markup, "").lines
    assert (line.text, line.spaced) == (text, spaced)


@pytest.mark.timeout(10)
def test_a_line_of_nothing_but_places_to_break_it_is_read_in_time() -> None:
    """Each of them costs the same, however many there are."""
    page = read_page("<p>" + "青\u200d<wbr>" * 40_000 + "</p>", "")
    assert page.lines[0].text == "青" * 40_000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>产量是10<sup>4</sup>吨</p>", "产量是10⁴吨"),
        ("<p>面积3m<sup><font>2</font></sup>，CO<sub>2</sub></p>", "面积3m²，CO₂"),
        ("<p>排放10<sup>-3</sup>克</p>", "排放10⁻³克"),
        ("<p>面积3m<sup><font><b><i>2</i></b></font></sup></p>", "面积3m²"),
        (f"<p>面积3m<sup>{'<i></i>' * 20}2</sup></p>", "面积3m2"),
        ("<p>第1<sup>st</sup>届<sup>[3]</sup></p>", "第1st届[3]"),
        ("<p>共<math><msup><mn>10</mn><mn>4</mn></msup></math>吨</p>", "共10⁴吨"),
        ("<p>占<math><mfrac><mn>1</mn><mn>2</mn></mfrac><annotation>1 over 2</annotation></math>多</p>", "占1/2多"),
    ],
)
def test_a_raised_figure_is_no_further_digit(markup: str, text: str) -> None:
    """10 to the fourth is not 104; letters and notes stay as they are."""
    assert texts(markup) == [text]


@pytest.mark.parametrize("tag", ["textarea", "button", "noscript", "object", "video"])
def test_the_text_of_elements_that_are_not_read_is_on_record(tag: str) -> None:
    """A browser shows it otherwise or not at all; it is kept by its tag."""
    page = read_page(f"<body><p>正文</p><{tag}>另外的文字</{tag}><{tag}>又一处</{tag}>", "")
    assert [line.text for line in page.lines] == ["正文"]
    assert page.skipped == {tag: "另外的文字 又一处"}


@pytest.mark.parametrize("tag", ["script", "style", "select"])
def test_what_is_no_text_is_not_recorded_as_text(tag: str) -> None:
    """Scripts, styles and choices are no words of the page."""
    assert read_page(f"<body><p>正文</p><{tag}>a</{tag}>", "").skipped == {}


def test_selectors_are_tried_in_their_order() -> None:
    """The first that shows a text holds, wherever it stands; one that hits an empty element does not."""
    markup = "<p class=b>乙</p><p class=a>甲</p><p class=c> </p>"
    for patterns, text in ((".a", ".b"), "甲"), ((".b", ".a"), "乙"), ((".c", ".none", ".a"), "甲"):
        page = read_page(markup, "", {"title": patterns})
        assert [line.given("title") for line in page.lines if line.given("title")] == [text]


def test_every_selector_of_what_is_to_go_holds() -> None:
    """`drop` is a list of things, not of attempts."""
    page = read_page("<p class=b>乙</p><p class=a>甲</p>", "", {"drop": (".a", ".b")})
    assert all("drop" in place.roles for line in page.lines for _, place in line.pieces)


def test_a_selector_that_hits_a_meta_tag_means_its_content() -> None:
    """The head has no lines; its texts are given by field, and an empty one leaves the word to the next selector."""
    markup = "<head><meta name=t content='甲 乙'><meta name=e content=''></head><p class=a>甲</p>"
    assert read_page(markup, "", {"title": ("meta[name=t]", ".a")}).given == {"title": "甲 乙"}
    page = read_page(markup, "", {"title": ("meta[name=e]", ".a")})
    assert page.given == {}
    assert page.lines[0].given("title") == "甲"


def test_figures_nested_by_the_thousand_are_looked_at_in_bounds() -> None:
    """Each level of a nest of `sup` is looked at for a few nodes, not for the whole text below it; the text stays."""
    text = "园区投产。" * 1000
    assert text in "".join(texts("<p>" + "<sup>" * 3000 + text))


def test_a_formula_torn_apart_by_comments_is_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands before a part of a formula is looked for once, however many pieces the part is torn into."""
    asked: list[object] = []

    def is_second(node: object) -> bool:
        asked.append(node)
        return True

    monkeypatch.setattr("crawler.extract.formula._is_second", is_second)
    torn = "<!---->" * 50 + "<mi>" + "1<!---->" * 50 + "</mi>"
    read_page(f"<p>共<math><mn>10</mn><msup>{torn}</msup></math>吨</p>", "http://www.example.cn/")
    assert len(asked) == 1
