"""CSV that a spreadsheet shows and does not reckon."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from export_cases import HOSTILE_TITLES, exported, fill

from archive.export.csv import COLUMNS, NO_TEXT, joined, safe
from archive.store import Archive


def undone(cell: str) -> str:
    """A cell as the document says that it is undone."""
    return cell[1:] if cell.startswith("'") else cell


def apart(cell: str) -> list[str]:
    """The entries of a list, as the document says that they are parted."""
    return [re.sub(r"\\(.)", r"\1", each) for each in re.findall(r"(?:\\.|[^\\|])+", cell)]


def test_every_cell_can_be_undone_and_is_what_jsonl_says(tmp_path: Path) -> None:
    """Texts letter for letter, lists entry by entry, numbers, dates and yes or no as they are."""
    fill(tmp_path)
    with Archive.open(tmp_path) as archive:
        rows = list(csv.DictReader(io.StringIO(exported("csv", archive.choose()).decode(), newline="")))
        lines = [json.loads(line) for line in exported("jsonl", archive.choose()).splitlines()]
    assert len(rows) == len(lines) == 5 + len(HOSTILE_TITLES)
    for row, line in zip(rows, lines, strict=True):
        assert tuple(row) == COLUMNS
        for name, cell in row.items():
            value = line[name]
            if isinstance(value, list):
                assert apart(undone(cell)) == [each["url"] if name == "images" else each for each in value]
            elif name in NO_TEXT:
                assert cell == ("" if value is None else json.dumps(value) if isinstance(value, bool) else str(value))
            else:
                assert undone(cell) == (value or "")


def test_no_cell_of_a_page_begins_a_formula(tmp_path: Path) -> None:
    """Whatever stands before the sign and cannot be seen."""
    fill(tmp_path)
    with Archive.open(tmp_path) as archive:
        rows = list(csv.reader(io.StringIO(exported("csv", archive.choose()).decode(), newline="")))
    for cell in (cell for row in rows[1:] for cell in row):
        assert not re.match(r"[\s\u200b\ufeff\x00-\x1f]*[=+\-@＝＋－＠]", cell), cell


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@a", "\t=1", "\r1", "\n1", " =1", "＝1", "\ufeff=1", "\x00=1", "'a"]
)
def test_what_begins_a_formula_gets_an_apostrophe(cell: str) -> None:
    """And so does an apostrophe, so that taking one away always undoes it."""
    assert safe(cell) == f"'{cell}"


IGNORABLE = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
"""Default_Ignorable_Code_Point as DerivedCoreProperties.txt of Unicode 16 lists it."""

SPACES = (*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
"""White_Space, and the controls."""


def test_nothing_that_cannot_be_seen_hides_a_formula() -> None:
    """By the lists of Unicode, each character alone and all of them in a row; and Braille's blank."""
    unseen = [chr(code) for first, last in IGNORABLE for code in range(first, last + 1)]
    unseen += [*map(chr, SPACES), "\u2800", "\U0001d159"]
    for sign in ("=", "﹢", "＠"):
        assert [char for char in (*unseen, "".join(unseen)) if safe(f"{char}{sign}1") != f"'{char}{sign}1"] == []


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺₌₊−")
def test_a_sign_in_whatever_form_begins_a_formula(sign: str) -> None:
    """Full-width, small, raised and lowered; behind something that is seen it begins none."""
    assert safe(f"{sign}1") == f"'{sign}1"
    assert safe(f"西{sign}1") == f"西{sign}1"


@pytest.mark.parametrize("cell", ["", "西藏", "3-5", "2026-03-01", "a=b", "10%", "\u200b", "\u3164西=1", "བོད་=1"])
def test_what_begins_none_stays(cell: str) -> None:
    """Most cells."""
    assert safe(cell) == cell


def test_rows_end_as_the_standard_says_and_excel_is_told_the_encoding(tmp_path: Path) -> None:
    """RFC 4180: CRLF, quotation marks doubled; the mark stands once at the beginning, if it is asked for."""
    fill(tmp_path, amount=1)
    with Archive.open(tmp_path) as archive:
        plain, marked = (exported("csv", archive.choose(), bom=bom) for bom in (False, True))
        title = exported("csv", archive.choose("title:HYPERLINK")).decode()
    assert marked == b"\xef\xbb\xbf" + plain
    assert plain.startswith(b"id,source_id,published,")
    assert plain.endswith(b"\r\n")
    assert '"\'=HYPERLINK(""http://evil.example"",""点我"")"' in title
    assert joined(["甲|乙", "丙\\"]) == "甲\\|乙|丙\\\\"
