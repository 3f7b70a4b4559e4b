"""Repair of mojibake: what can be turned back is, what is lost is said, what only looks odd stays."""

from __future__ import annotations

import pytest

from crawler.repair import repair, undo

LINE = "那曲市新建的牧区气象站本周投入使用，为牧民提供未来三天的天气预报。"


def misread(text: str, meant: str, read: str) -> str:
    """`text`, written in one encoding and read in another (bytes without a character as Latin-1 has them)."""
    return (
        "".join(bytes((byte,)).decode(read, "ignore") or chr(byte) for byte in text.encode(meant))
        if read == "cp1252"
        else text.encode(meant).decode(read)
    )


@pytest.mark.parametrize(
    ("meant", "read"),
    [("utf-8", "cp1252"), ("utf-8", "latin-1"), ("gbk", "cp1252"), ("gbk", "latin-1")],
)
def test_a_line_misread_as_western_letters_is_turned_back(meant: str, read: str) -> None:
    """With and without a good line before it."""
    seen = misread(LINE, meant, read)
    assert repair(seen).text == LINE
    page = f"第一段是好的。\n{seen}\n最后一段也是好的。"
    repaired = repair(page)
    assert repaired.text == f"第一段是好的。\n{LINE}\n最后一段也是好的。"
    assert undo(repaired) == page


def test_utf8_read_twice_as_western_letters_is_turned_back() -> None:
    """Double encoding, as databases make it."""
    assert repair(misread(misread(LINE, "utf-8", "cp1252"), "utf-8", "cp1252")).text == LINE


@pytest.mark.parametrize(
    ("meant", "read", "text"),
    [
        ("utf-8", "gb18030", "农牧民合作社收购青稞"),
        ("utf-8", "gb18030", "牧民的收入提高了"),
        ("big5", "gb18030", "縣政府今天公布新的農業補助辦法，鼓勵民眾參加合作社"),
        ("gb18030", "big5hkscs", "大棚里种上了草莓和西红柿"),
        ("gbk", "cp949", "新建气象站投入使用天气预报公布"),
    ],
)
def test_one_east_asian_encoding_read_as_another_is_turned_back(meant: str, read: str, text: str) -> None:
    """Where nothing was lost on the way."""
    seen = text.encode(meant).decode(read)
    assert seen != text
    assert repair(seen).text == text


def test_a_phrase_inside_a_good_line_is_turned_back_alone() -> None:
    """The line around it, quotation marks and all, stays."""
    inner = misread("青稞丰收", "gbk", "cp1252")
    assert repair(f"他说“{inner}”，大家都笑了……").text == "他说“青稞丰收”，大家都笑了……"


def test_no_break_spaces_read_as_gbk_come_back() -> None:
    """C2 A0 is 聽 in GBK; two of them are not enough to be sure."""
    assert repair("聽聽聽聽那曲今日天气晴").text == "\u00a0" * 4 + "那曲今日天气晴"
    assert repair("我聽聽看").text == "我聽聽看"


@pytest.mark.parametrize(
    "text", ["锟斤拷锟斤拷锟斤拷550锟斤拷", "新����开��业", LINE.encode("gbk").decode("utf-8", "replace")]
)
def test_what_is_lost_is_said_and_left_alone(text: str) -> None:
    """No guess is put in the place of characters that are gone."""
    assert repair(text).text == text
    assert repair(text).lossy


def test_a_text_that_speaks_of_mojibake_is_no_mojibake() -> None:
    """Quoting 锟斤拷 is not being damaged."""
    assert repair("“锟斤拷”是一种常见的乱码。").lossy == ()
