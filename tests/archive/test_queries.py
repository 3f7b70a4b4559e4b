"""The language of queries: what is typed, what it means, and what is wrong with it and where."""

from __future__ import annotations

from datetime import date
from string import printable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.query import QueryError, explained, parse, parse_and_hint, tags
from archive.query.days import period
from archive.query.hints import CHINESE, meant

TODAY = date(2026, 3, 31)

MEANT = {
    "西藏": '"西藏" in title or text',
    "西藏　工業 西藏": 'all of: | "西藏" in title or text | "工业" in title or text',
    '"GDP  增長"': '"gdp 增长" in title or text',
    "“一带一路”": '"一带一路" in title or text',
    '"“一带一路”"': '"“一带一路”" in title or text',
    r'"a\"b\\c\d"': r'"a"b\c\d" in title or text',
    "a OR b c": 'any of: | "a" in title or text | all of: | "b" in title or text | "c" in title or text',
    "a AND b": 'all of: | "a" in title or text | "b" in title or text',
    "(a OR b) -c": 'all of: | any of: | "a" in title or text | "b" in title or text | not: "c" in title or text',
    "（a OR b） -（c）": 'all of: | any of: | "a" in title or text | "b" in title or text | not: "c" in title or text',
    "title:（工业 OR 农业）": 'any of: | "工业" in title | "农业" in title',
    "“（a）” PM2.5（微克）": 'all of: | "(a)" in title or text | "pm2.5(微克)" in title or text',
    "NOT a": 'not: "a" in title or text',
    "-(a b)": 'not: all of: | "a" in title or text | "b" in title or text',
    "ORANGE or 或 非": 'all of: | "orange" in title or text | "or" in title or text | "或" in title or text'
    ' | "非" in title or text',
    "title:工业": '"工业" in title',
    "标题：工业 10:30": 'all of: | "标题:工业" in title or text | "10:30" in title or text',
    "Title：工业": '"工业" in title',
    'origin:"西藏 日报"': '"西藏 日报" in origin',
    "title:(a OR -b)": 'any of: | "a" in title | not: "b" in title',
    "http://x.example/": '"http://x.example/" in title or text',
    "url:http://x.example/": '"http://x.example/" in url',
    "f(x) PM2.5(微克)": 'all of: | "f(x)" in title or text | "pm2.5(微克)" in title or text',
    "a) b": 'all of: | "a)" in title or text | "b" in title or text',
    "(a)": '"a" in title or text',
    "- a-b": 'all of: | "-" in title or text | "a-b" in title or text',
    "source:TS language:zh-Hant": "all of: | source is ts | language is zh-hant",
    "has:repairs -status:gone": "all of: | has repairs | not: status is gone",
    "after:2023 before:2024-02": "all of: | dated from 2023-01-01 on | dated before 2024-02-01",
    "on:2023-12": "dated from 2023-12-01 on and before 2024-01-01",
    "after:7d": "dated from 2026-03-24 on",
    "on:2024-2-29": "dated from 2024-02-29 on and before 2024-03-01",
}


@pytest.mark.parametrize(("query", "understood"), MEANT.items())
def test_what_a_query_means(query: str, understood: str) -> None:
    """The explanation, its lines in a row."""
    asked = parse(query, TODAY)
    assert asked is not None
    assert " | ".join(line.strip() for line in explained(asked).splitlines()) == understood


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ("西藏 (工业", 4, 'This "(" is not closed'),
        ("西藏 (工业) )", 9, 'closes what no "("'),
        (")", 1, "a word is missing"),
        ('西藏 "工业', 4, "quotation mark is not closed"),
        ('""', 1, "nothing to look for"),
        ("a OR", 4, "a word is missing"),
        ("OR a", 1, "a word is missing"),
        ("a AND OR b", 7, "a word is missing"),
        ("()", 2, "a word is missing"),
        ("NOT", 3, "a word is missing"),
        ("a titel:b", 3, "Did you mean title: ?"),
        ("xyz:b", 1, "There are title, text"),
        ("title: b", 1, "followed by nothing"),
        ("title:(a origin:b)", 10, "one field already"),
        ("a after:2023-13", 9, "no date"),
        ("on:2023-02-30", 4, "no date"),
        ("after:9999y", 7, "no date"),
        ("before:1", 8, "no date"),
        ("has:wings", 5, "author, date"),
        ("status:dead", 8, "live, changed, gone, restored"),
        ('source:""', 8, "takes a value"),
        ("(" * 31 + "a" + ")" * 31, 31, "More than 30"),
        ("NOT " * 31 + "a", 121, "More than 30"),
        (" ".join("a" * 101), 201, "at most 100 words"),
        ("a" * 1001, 1001, "at most 1,000 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(query: str, place: int, said: str) -> None:
    """A sentence, and the character that it is about."""
    with pytest.raises(QueryError, match="at character") as caught:
        parse(query, TODAY)
    assert said in str(caught.value)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        ("标题：工业 西藏", {"标题：工业": "title:工业"}),
        ("-來源:新华社", {"來源:新华社": "origin:新华社"}),
        ("titel：工业 OR 时间：2023", {"titel：工业": "title:工业", "时间：2023": "on:2023"}),
        ("责任编辑： 张三", {"责任编辑：": "editor:"}),
        ('"标题：工业" title:工业 title：工业 title:标题：工业', {}),
        ("比分2:1 GDP：增长 http://a.example/ 标题 ：", {}),
        ("", {}),
    ],
)
def test_a_field_s_name_in_chinese_is_a_word_and_hints_at_the_field(query: str, hints: dict[str, str]) -> None:
    """What is asked for stays the same; what stands in quotation marks or behind a field is meant as it stands."""
    asked, told = parse_and_hint(query, TODAY)
    assert dict(told) == hints
    assert asked == parse(query, TODAY)


def test_every_field_hinted_at_is_one() -> None:
    """Each Chinese name leads to a query that is understood."""
    for name, of in CHINESE.items():
        value = {"status": "gone", "on": "2023"}.get(of, "x")
        assert meant(f"{name}：{value}") == f"{of}:{value}"
        assert parse(f"{of}:{value}", TODAY) is not None


def test_the_sources_of_a_query_are_told_wherever_they_stand() -> None:
    """Within parentheses, OR and NOT."""
    asked = parse("西藏 (source:a OR NOT (source:B language:zh)) -source:c", TODAY)
    assert asked is not None
    assert list(tags(asked, "source")) == ["a", "b", "c"]


@given(st.text(st.sampled_from('()"“”\\-: 西aANDORNOTtitle:after:2023')) | st.text(printable) | st.text())
def test_any_text_is_a_query_or_refused_at_a_place_within_it(query: str) -> None:
    """Nothing else is raised."""
    place = None
    asked = None
    try:
        asked = parse(query, TODAY)
    except QueryError as error:
        place = error.place
    if place is None:
        assert (asked is None) == (not query.strip())
    else:
        assert 1 <= place <= len(query)


def test_an_open_quotation_mark_is_found_in_no_time() -> None:
    """Backslashes are read in one way alone: a thousand of them cost no more than a thousand letters."""
    with pytest.raises(QueryError, match="not closed"):
        parse('"' + "\\" * 998, TODAY)


@pytest.mark.parametrize(
    ("written", "first", "behind"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("0d", "2026-03-31", "2026-04-01"),
        ("2w", "2026-03-17", "2026-03-18"),
        ("1m", "2026-02-28", "2026-03-01"),
        ("1Y", "2025-03-31", "2025-04-01"),
    ],
)
def test_a_date_is_a_period(written: str, first: str, behind: str) -> None:
    """The first day, and the first one behind."""
    assert period(written, TODAY) == (date.fromisoformat(first), date.fromisoformat(behind))
