"""Whole pages: right, wrong and missing declarations, and every encoding that our sources use."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from decode_texts import CHINESE, FRENCH, JAPANESE, KOREAN, RUSSIAN, TIBETAN, TRADITIONAL, UYGHUR, page

from crawler.decode import decode

LABELS = (
    "utf-8",
    "gb2312",
    "x-gbk",
    "big5",
    "x-x-big5",
    "iso-8859-1",
    "euc-kr",
    "shift_jis",
    "windows-1251",
    "none",
    "",
)
WRITTEN = (
    ("utf-8", "utf-8", CHINESE),
    ("gb18030", "gb18030", CHINESE),
    ("gb18030", "gb18030", TRADITIONAL),
    ("big5", "big5", TRADITIONAL),
    ("utf-8", "utf-8", TRADITIONAL),
)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("codec", "encoding", "paragraphs"), WRITTEN)
def test_the_content_decides_whatever_header_and_meta_say(
    codec: str, encoding: str, paragraphs: tuple[str, ...], label: str
) -> None:
    """A page reads the same under every label, and the labels are kept as evidence."""
    text = page(paragraphs, head=f'<meta charset="{label}">' if label else "")
    decoded = decode(text.encode(codec), f"text/html; charset={label}" if label else "text/html")
    assert decoded.text == text
    assert decoded.encoding == encoding
    assert decoded.declared == ({"header": label, "meta": label} if label else {})
    assert decoded.lost_ratio == 0.0
    assert not decoded.unreadable


@pytest.mark.parametrize(
    ("codec", "encoding", "paragraphs"),
    [
        ("shift_jis", "shift_jis", JAPANESE),
        ("euc_jp", "euc-jp", JAPANESE),
        ("iso2022_jp", "iso-2022-jp", JAPANESE),
        ("euc_kr", "euc-kr", KOREAN),
        ("iso2022_kr", "iso-2022-kr", KOREAN),
        ("cp1251", "windows-1251", RUSSIAN),
        ("koi8_r", "koi8-r", RUSSIAN),
        ("cp1252", "windows-1252", FRENCH),
        ("hz", "hz-gb-2312", CHINESE),
        ("utf-8", "utf-8", TIBETAN),
        ("utf-8", "utf-8", UYGHUR),
        ("gb18030", "gb18030", TIBETAN),
        ("gb18030", "gb18030", UYGHUR),
        ("gb18030", "gb18030", TIBETAN + CHINESE),
    ],
)
def test_languages_other_than_chinese_are_recognised_without_a_label(
    codec: str, encoding: str, paragraphs: tuple[str, ...]
) -> None:
    """Japanese, Korean, Russian, French, Tibetan and Uyghur pages that declare nothing read right."""
    text = page(paragraphs)
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == encoding
    assert decoded.lost_ratio == 0.0


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_utf_16_is_told_by_its_mark_or_by_its_nuls(codec: str, mark: str) -> None:
    """UTF-16 pages read right with and without a byte order mark."""
    text = page(CHINESE, head='<meta charset="utf-16">')
    decoded = decode((mark + text).encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec.replace("-16-", "-16")
    assert decoded.declared["meta"] == "utf-16"
    assert ("bom" in decoded.declared) == bool(mark)


def test_utf_16_falls_back_into_step_after_a_lost_byte() -> None:
    """One lost byte costs a UTF-16 page a few characters, not all that follows."""
    text = page(CHINESE)
    body = text.encode("utf-16-le")
    decoded = decode(body[:401] + body[402:])
    assert decoded.encoding == "utf-16le"
    assert decoded.text.endswith(text[230:])
    assert any("resynchronised" in repair for repair in decoded.repairs)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_any_ascii_is_told_by_its_plausibility(codec: str) -> None:
    """Pure Chinese text in UTF-16 holds no NUL and still reads right."""
    text = "".join(CHINESE).replace(" ", "")
    assert decode(text.encode(codec)).text == text
    text = text.replace("，", "一一")  # U+4E00 puts its NUL where the ASCII of the other byte order would have it
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("codec", ["gb18030", "big5"])
def test_a_byte_order_mark_that_lies_is_not_believed(codec: str) -> None:
    """A UTF-8 mark in front of GBK or Big5 is recorded and dropped."""
    text = page(TRADITIONAL)
    decoded = decode(b"\xef\xbb\xbf" + text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec
    assert decoded.declared["bom"] == "utf-8"


def test_stray_nuls_are_dropped() -> None:
    """NUL bytes are no characters; their number is recorded."""
    text = page(CHINESE)
    body = text.encode()
    decoded = decode(body[:90] + b"\0" + body[90:300] + b"\0" + body[300:])
    assert decoded.text == text
    assert decoded.repairs == ("2 NUL bytes dropped",)


def test_surrogates_that_were_encoded_one_by_one_are_joined() -> None:
    """CESU-8 gives the one character that was meant, so that a rare name survives."""
    text = page((*CHINESE, "梅𬭚先生"))
    pair = "𬭚".encode("utf-16-be")
    cesu = b"".join(chr(int.from_bytes(pair[i : i + 2])).encode("utf-8", "surrogatepass") for i in (0, 2))
    assert decode(text.encode().replace("𬭚".encode(), cesu)).text == text


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_rare_names_survive(codec: str) -> None:
    """喆, 镕 and 𬭚 are names, not damage, even where a page declares gb2312."""
    text = page((*CHINESE, "记者万喆、朱镕基纪念馆馆长陈𬭚、㛃某报道。"), head='<meta charset="gb2312">')
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.lost_ratio == 0.0
    assert decoded.repairs == ()


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("layers", [1, 2])
def test_layers_of_compression_are_undone(compress: type[bytes], layers: int) -> None:
    """A body that was compressed once more than its header says reads right, and each layer is recorded."""
    text = page(CHINESE)
    body = text.encode("gb18030")
    for _ in range(layers):
        body = compress(body)
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.text == text
    assert len(decoded.repairs) == layers


def test_a_truncated_layer_gives_what_it_holds() -> None:
    """A gzip layer that was cut reads up to the cut."""
    text = page(CHINESE)
    decoded = decode(gzip.compress(text.encode("gb18030"))[:-200])
    assert decoded.text
    assert text.startswith(decoded.text.rstrip("\ufffd"))
    assert decoded.repairs[0].endswith("cut short")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("联通".encode("gbk"), "联通"),
        ("西藏".encode("gbk"), "西藏"),
        ("<h1>天山网</h1>".encode("gbk"), "<h1>天山网</h1>"),
        ("<h1>天山网</h1>".encode(), "<h1>天山网</h1>"),
        ("<title>經濟新聞</title>".encode("big5"), "<title>經濟新聞</title>"),
        (b"", ""),
        (b"<p>plain</p>", "<p>plain</p>"),
    ],
)
def test_fragments_are_weighed(body: bytes, text: str) -> None:
    """A handful of bytes is decided by plausibility; 联通 in GBK is nearly valid UTF-8."""
    assert decode(body).text == text


def test_scripts_do_not_sway_the_guess() -> None:
    """A long script in another encoding than the text does not decide."""
    script = "<script>/* " + "настройки страницы " * 200 + "*/</script>"
    body = script.encode("cp1251") + page(CHINESE).encode("gb18030")
    assert decode(body).encoding == "gb18030"


def test_what_reads_like_nothing_is_unreadable() -> None:
    """A picture that came as a page is not published as text."""
    noise = b"\x89PNG\r\n\x1a\n" + zlib.compress("".join(CHINESE).encode() * 9)[2:] * 8
    assert decode(noise, "text/html; charset=utf-8").unreadable


def test_the_evidence_is_json() -> None:
    """The evidence can be stored and read back as it is."""
    evidence = decode(page(CHINESE).encode("gb18030"), "text/html; charset=utf-8").evidence()
    assert json.loads(json.dumps(evidence)) == evidence
    assert set(evidence) == {"encoding", "declared", "lost_ratio", "candidates", "repairs"}


def test_a_table_of_rare_characters_stays_as_it_is() -> None:
    """What is readable as it stands and makes no better sense otherwise is not touched."""
    text = page((*CHINESE, "龘靐齉爩鱻麤厵灪龖厵吁籲鸞鹂讟黌驫饢䴉㭎㙍"))
    decoded = decode(text.encode("gb18030"))
    assert decoded.text == text
    assert decoded.repairs == ()
