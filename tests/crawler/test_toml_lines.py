"""Where the keys of a TOML file stand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.toml import lines_of
from crawler.toml.locate import Path

CASES: list[tuple[str, str, dict[Path, int]]] = [
    ("a plain key", "a = 1\nb = 2\n", {("a",): 1, ("b",): 2}),
    ("comments and blank lines", "# a = 1\n\na = 1 # b = 2\nb = 2", {("a",): 3, ("b",): 4}),
    ("a table", "[t]\n\nk = 1\n", {("t",): 1, ("t", "k"): 3}),
    ("a dotted table", "[a.b]\nk = 1", {("a",): 1, ("a", "b"): 1, ("a", "b", "k"): 2}),
    ("a dotted key", "a . b.c = 1", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1}),
    (
        "a quoted key holds dots, escapes and brackets",
        '[t."x.y"]\n"\\u4e2d]" = 1\n\'[z]\' = 2',
        {("t",): 1, ("t", "x.y"): 1, ("t", "x.y", "中]"): 2, ("t", "x.y", "[z]"): 3},
    ),
    (
        "arrays of tables count from nought, and their tables belong to the last",
        "[[l]]\nu = 1\n[[l]]\nu = 2\n[l.s]\nk = 3\n[[l.m]]\nn = 4",
        {
            ("l",): 1,
            ("l", 0): 1,
            ("l", 0, "u"): 2,
            ("l", 1): 3,
            ("l", 1, "u"): 4,
            ("l", 1, "s"): 5,
            ("l", 1, "s", "k"): 6,
            ("l", 1, "m"): 7,
            ("l", 1, "m", 0): 7,
            ("l", 1, "m", 0, "n"): 8,
        },
    ),
    (
        "an array over several lines with comments that look like its end",
        'a = [ # ]\n  "x", # ["y"]\n\n  ["]", 2],\n]\nb = 1',
        {("a",): 1, ("a", 0): 2, ("a", 1): 4, ("a", 1, 0): 4, ("a", 1, 1): 4, ("b",): 6},
    ),
    (
        "a multi-line string with what looks like keys, and quotes before its end",
        'a = """\nb = 1\n[t]\n\\""" x"""""\nc = 1',
        {("a",): 1, ("c",): 5},
    ),
    ("a multi-line literal with a backslash at its end", "a = '''\n\\'''\nc = 1", {("a",): 1, ("c",): 3}),
    ("an empty string and an empty multi-line one", 'a = ""\nb = """"""\nc = 1', {("a",): 1, ("b",): 2, ("c",): 3}),
    (
        "an inline table with dotted keys and a string with braces",
        'a = { b.c = "}", d = [1, { e = 2 }] }\nf = 1',
        {
            ("a",): 1,
            ("a", "b"): 1,
            ("a", "b", "c"): 1,
            ("a", "d"): 1,
            ("a", "d", 0): 1,
            ("a", "d", 1): 1,
            ("a", "d", 1, "e"): 1,
            ("f",): 2,
        },
    ),
    (
        "dates with a blank, floats and numbers with signs",
        "a = 2020-01-01 07:00:00Z\nb = -1.5e+3",
        {("a",): 1, ("b",): 2},
    ),
    ("an empty text", "", {}),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_form_of_toml_is_located(text: str, expected: dict[Path, int]) -> None:
    """Every key, table and element stands at the line where it begins, and nothing else is found."""
    tomllib.loads(text)
    assert lines_of(text) == expected


@dataclass
class Sheet:
    """A TOML text that is being written, with the line of everything that was written into it."""

    text: str = ""
    lines: dict[Path, int] = field(default_factory=dict)

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)


KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,3}", fullmatch=True),
    st.text(st.sampled_from('a."]=[{#中 '), min_size=1, max_size=4),
)
SCALARS = st.sampled_from(
    [
        *("1", "-0.5", "true", "2020-01-01", "2020-01-01 10:00:00", '"x # ] }"', "'\\'", '"\\""', '""', "''"),
        *('"""\nk = 1\n[t]\n"""', '"""a""\n"b\\""""""', "'''\n]]\n'''", "'''''a'''''", '"""\\\n  x"""', "inf"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda values: st.one_of(
        st.lists(values, max_size=3), st.dictionaries(KEYS, values.filter(lambda v: v != []), max_size=3)
    ),
    max_leaves=6,
)
TABLES = st.lists(
    st.tuples(
        st.sampled_from(["[", "[["]), st.lists(KEYS, min_size=1, max_size=2), st.dictionaries(KEYS, VALUES, max_size=3)
    ),
    max_size=4,
)


def quoted(key: str) -> str:
    if key.isascii() and key.replace("-", "").replace("_", "").isalnum():
        return key
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_value(sheet: Sheet, path: Path, value: Any, gap: str) -> None:
    if isinstance(value, str):
        sheet.text += value
    elif isinstance(value, list):
        sheet.text += "[" + gap
        for index, item in enumerate(value):
            sheet.note((*path, index))
            write_value(sheet, (*path, index), item, gap)
            sheet.text += gap + "," + gap
        sheet.text += "]"
    else:
        sheet.text += "{"
        for number, (key, item) in enumerate(value.items()):
            sheet.text += ", " if number else " "
            sheet.note((*path, key))
            sheet.text += f"{quoted(key)} = "
            write_value(sheet, (*path, key), item, gap)
        sheet.text += " }"


@given(
    tables=TABLES,
    first=st.dictionaries(KEYS, VALUES, max_size=3),
    gap=st.sampled_from(["", "\n", " # ] } \" '\n"]),
    more=st.integers(1, 3),
)
def test_a_written_text_is_located_as_it_was_written(
    tables: list[tuple[str, list[str], dict[str, Any]]], first: dict[str, Any], gap: str, more: int
) -> None:
    """Whatever forms are mixed, every path is found at the line where it was written and nothing else is found."""
    sheet = Sheet()

    def pairs(path: Path, values: dict[str, Any]) -> None:
        for key, value in values.items():
            sheet.note((*path, key))
            sheet.text += f"{quoted(key)} = "
            write_value(sheet, (*path, key), value, gap)
            sheet.text += "\n" * more

    pairs((), first)
    for number, (brackets, keys, values) in enumerate(tables):
        names = [f"t{number}", *keys]  # names of their own, so that no table is defined twice
        for repeated in range(more if brackets == "[[" else 1):
            path: Path = ()
            for place, name in enumerate(names, 1):
                path += (name,)
                sheet.note(path)
                if brackets == "[[" and place == len(names):
                    path += (repeated,)
                    sheet.note(path)
            sheet.text += brackets + ".".join(quoted(name) for name in names) + brackets.replace("[", "]") + "\n"
            pairs(path, values)
    tomllib.loads(sheet.text)
    assert lines_of(sheet.text) == sheet.lines
