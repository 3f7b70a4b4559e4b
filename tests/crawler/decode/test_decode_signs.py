"""Signs, kana, numerals and lines of tables in elements of their own: read as they are, in GBK and in Big5."""

from __future__ import annotations

import pytest
from decode_texts import CHINESE, TRADITIONAL, page

from crawler.decode import decode
from crawler.decode.signs import is_neutral, is_sentence, is_sound

IN_BOTH = (
    "────",
    "※※※※※※",
    "→→→→",
    "＋－×÷＝",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "ΑΒΓΔΕΖΗΘ",
    "α" * 12,
    "カラオケ",
    "アイウエオカキクケコ",
)
IN_GBK = (
    *("──── 链接 ────", "━━━", "┌────┬────┐", "├────┼────┤", "┏━━━━┳━━━━┓", "┈┈┈┈┈┈", "═══", "╔══╗"),
    *("①②③④⑤", "㈠㈡㈢㈣㈤", "⒈⒉⒊⒋", "⑴⑵⑶", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", "ⅰⅱⅲⅳ"),
    *("㎎㎏㎜", "㎡㎡㎡", "ТАСС", "Россия и Китай", "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒ", "∈∏∑∕√∝∞∟∠∣∥∧∨∩∪∫∮∴∵∶∷≈≌≒≠≡≤≥"),
    *("÷" * 20, "×" * 20, "Ω" * 5, "āáǎàēéěèīíǐì", "■■■□□□◆◆◇◇", "ひらがなのれんしゅう", "▁▂▃▄▅▆▇█"),
)
IN_BIG5 = (
    "────────",
    "═══",
    "╔══╗",
    "①②③④⑤",
    "ⅠⅡⅢⅣ",
    "㎎㎏㎜",
    "ひらがな",
    "カラオケ",
    "ТАСС",
    "ㄅㄆㄇㄈㄉㄊㄋㄌ",
    "▁▂▃▄▅▆▇█",
)


@pytest.mark.parametrize("declared", ["gbk", ""])
@pytest.mark.parametrize("signs", IN_BOTH + IN_GBK)
def test_signs_on_a_gbk_page_are_no_big5(signs: str, declared: str) -> None:
    """Big5 has frequent characters where GBK has lines, numerals and kana; nothing else speaks for Big5."""
    head = f'<meta charset="{declared}">' if declared else ""
    text = page((*CHINESE[:3], signs, *CHINESE[3:], signs), head, aside=f"<b>{signs}</b>")
    decoded = decode(text.encode("gb18030"))
    assert decoded.text == text
    assert decoded.repairs == ()


@pytest.mark.parametrize("signs", IN_BOTH + IN_BIG5)
def test_signs_on_a_big5_page_are_no_gbk(signs: str) -> None:
    """The other way round, where ETEN's kana and numerals are frequent characters of GBK."""
    text = page((*TRADITIONAL[:2], signs, *TRADITIONAL[2:], signs), '<meta charset="big5">', aside=f"<b>{signs}</b>")
    try:
        body = text.encode("big5hkscs")
    except UnicodeEncodeError:
        body = text.replace(signs, "★☆").encode("big5hkscs")
        text = text.replace(signs, "★☆")
    assert decode(body).text == text


@pytest.mark.parametrize("signs", IN_BOTH + IN_GBK)
def test_signs_on_a_utf_8_page_stay(signs: str) -> None:
    """Also where a stray byte elsewhere makes the page be looked at piece by piece."""
    text = page((*CHINESE, signs, "A\ufffdB"))
    assert decode(text.encode().replace("\ufffd".encode(), b"\xff")).text == text


@pytest.mark.parametrize("words", [("新聞中心", "經濟發展", "農牧區面貌一新"), TRADITIONAL[:3]])
def test_an_include_in_big5_between_signs_of_a_gbk_page_is_still_found(words: tuple[str, ...]) -> None:
    """The include is Big5 and the lines around it are the page's own."""
    head, foot = page((*CHINESE, "────────")).split("</div>\n</body>")[0], "<p>━━━━━━</p>\n</body></html>\n"
    include = "".join(f"<li>{word}</li>\n" for word in words)
    body = head.encode("gb18030") + include.encode("big5") + foot.encode("gb18030")
    assert decode(body).text == head + include + foot


def test_what_is_neutral_and_what_is_a_sentence() -> None:
    """Signs with frequent characters are neutral; a repeated character is no sentence, and a lost one is not sound."""
    assert is_neutral("── 通知 ──", "gb18030")
    assert not is_neutral("鑫淼", "gb18030")
    assert not is_neutral("通知", "gb18030")
    assert is_sentence(TRADITIONAL[0])
    assert not is_sentence("岸" * 40)
    assert not is_sound("新\ufffd")
