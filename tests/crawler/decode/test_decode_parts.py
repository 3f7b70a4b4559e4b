"""The parts: labels, declarations, the Encoding Standard's readings, layers, and the properties of the whole."""

from __future__ import annotations

import doctest
import gzip
import importlib
import pkgutil

import pytest
from decode_texts import CHINESE, TRADITIONAL, page
from hypothesis import given, settings
from hypothesis import strategies as st

import crawler.decode
from crawler.decode import decode
from crawler.decode.declared import declarations
from crawler.decode.differences import BIG5, BIG5_MISSING, GB18030
from crawler.decode.labels import ENCODINGS, encoding_of
from crawler.decode.layers import LIMIT, unwrap
from crawler.decode.readers import read


@pytest.mark.parametrize("module", [name for _, name, _ in pkgutil.iter_modules(crawler.decode.__path__)])
def test_the_examples_in_the_docstrings_hold(module: str) -> None:
    """Every runnable example of the package gives what it says."""
    assert doctest.testmod(importlib.import_module(f"crawler.decode.{module}")).failed == 0


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("x-gbk", "gb18030"),
        ("csGB2312", "gb18030"),
        ("gb_2312", "gb18030"),
        ("gb_2312-80", "gb18030"),
        ("windows-936", "gb18030"),
        ("GB 2312", "gb18030"),
        ("gb2312/>", "gb18030"),
        ("x-x-big5", "big5"),
        ("cn-big5", "big5"),
        ("UTF－8", "utf-8"),
        ("utf-8,gbk", "utf-8"),
        ("KS_C_5601-1987", "euc-kr"),
        ("none", None),
        ("", None),
    ],
)
def test_labels_are_understood_as_sites_write_them(label: str, name: str | None) -> None:
    """The labels that common libraries do not know have a meaning too."""
    encoding = encoding_of(label)
    assert (encoding.name if encoding else None) == name


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=list(ENCODINGS))
def test_every_encoding_has_a_codec(encoding: crawler.decode.labels.Encoding) -> None:
    """No name of the table is without a way to read it."""
    assert read(b"", encoding.name) == ""
    assert read("a".encode(encoding.codec), encoding.name).lstrip("\ufeff") == "a"


@pytest.mark.parametrize(
    ("body", "content_type", "declared"),
    [
        (b"", "text/html; charset=GBK", {"header": "GBK"}),
        (b"", 'text/html; Charset="gb2312"', {"header": "gb2312"}),
        (b"", "text/html; charset=", {}),
        (b'<meta charset="utf-8">', "", {"meta": "utf-8"}),
        (b"<META content='text/html; charset=gb2312' http-equiv=Content-Type>", "", {"meta": "gb2312"}),
        (b"<meta charset=gbk /><meta charset=utf-8>", "", {"meta": "gbk", "meta-2": "utf-8"}),
        (b"<!-- <meta charset=utf-8> --><meta charset=gbk>", "", {"meta": "gbk"}),
        (b"<script>'<meta charset=utf-8>'</script><meta charset=gbk>", "", {"meta": "gbk"}),
        (b" " * 9000 + b"<meta charset=gbk>", "", {"meta": "gbk"}),
        (b" " * 17000 + b"<meta charset=gbk>", "", {}),
        (b'<?xml version="1.0" encoding="gb2312"?>', "", {"xml": "gb2312"}),
        (b'<a title="charset=gbk">', "", {}),
    ],
)
def test_declarations_are_found_where_they_count(body: bytes, content_type: str, declared: dict[str, str]) -> None:
    """Header, XML declaration and the <meta> of the first 16 KB, but nothing in comments and scripts."""
    assert declarations(body, content_type) == declared


@pytest.mark.parametrize(("wrong", "right"), GB18030.items())
def test_gb18030_is_read_as_the_standard_has_it(wrong: int, right: str) -> None:
    """The twenty two-byte codes that Python gives to private use are the characters that browsers show."""
    assert read(chr(wrong).encode("gb18030"), "gb18030") == right


def test_the_euro_sign_and_the_space_of_old_editors_are_read_in_a_page() -> None:
    """0x80 is €, A3A0 is an ideographic space; neither counts as lost, and the correction is recorded."""
    text = page(("\u3000" + CHINESE[0], *CHINESE[1:], "售价€99"))
    body = text.encode("gb18030").replace(b"<p>\xa1\xa1", b"<p>\xa3\xa0").replace(b"\xa2\xe3", b"\x80")
    decoded = decode(body, "text/html; charset=gb2312")
    assert decoded.text == text
    assert decoded.lost_ratio == 0.0
    assert any("Encoding Standard" in repair for repair in decoded.repairs)


def test_big5_is_read_as_the_standard_has_it() -> None:
    """The codes that Python's big5hkscs reads otherwise or not at all, also beside each other."""
    assert len(BIG5_MISSING) == 192
    for wrong, right in BIG5.items():
        assert read(chr(wrong).encode("big5hkscs"), "big5") == right
    for code, character in BIG5_MISSING.items():
        assert read(code, "big5") == character
    assert read(b"\xa2\x41\xa2\x42A\xa4\xa2A", "big5") == "∕﹨A" + b"\xa4\xa2A".decode("big5")


def test_hong_kong_characters_survive_in_a_big5_page() -> None:
    """佢哋喺度 and the vendor characters 碁銹裏粧 are Big5 pages' own."""
    text = page((*TRADITIONAL, "佢哋喺度，咗冇乜嘢，碁、銹、裏、粧、恆、裡"))
    decoded = decode(text.encode("big5hkscs"))
    assert decoded.text == text
    assert decoded.encoding == "big5"


def test_decompression_has_a_limit() -> None:
    """A small body that unfolds to gigabytes stops at the limit and says so."""
    inner, records = unwrap(gzip.compress(b"a" * (LIMIT + 1000)))
    assert len(inner) == LIMIT
    assert "cut short" in records[0]


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b\x08", b"\x1f\x8b\x08" + b"\xff" * 40, b"x^2 + y^2 = z^2", b"x\x9c" + b"\x00" * 30]
)
def test_what_only_looks_compressed_is_left_alone(body: bytes) -> None:
    """A magic number is no proof."""
    assert unwrap(body) == (body, ())


@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_are_decoded(body: bytes, label: str) -> None:
    """Decoding never fails, keeps its word on ranges, and holds neither mark nor NUL."""
    decoded = decode(body, f"text/html; charset={label}")
    assert 0.0 <= decoded.lost_ratio <= 1.0
    assert "\0" not in decoded.text
    assert decoded.encoding in ENCODINGS
    assert decoded == decode(body, f"text/html; charset={label}")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(("utf-8", "gb18030", "big5hkscs", "utf-16-le")),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(("drop", "put", "swap")), st.binary(max_size=3)), max_size=12),
)
def test_any_mutated_page_is_decoded(codec: str, mutations: list[tuple[float, str, bytes]]) -> None:
    """However a page is mutated, decoding gives a text."""
    body = page(TRADITIONAL).encode(codec)
    for place, kind, put in mutations:
        at = int(place * len(body))
        body = body[:at] + put + body[at + {"drop": 1, "put": 0, "swap": len(put)}[kind] :]
    decoded = decode(body)
    assert isinstance(decoded.text, str)
    assert 0.0 <= decoded.lost_ratio <= 1.0


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=200))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    """Eight characters beyond ASCII make UTF-8 certain, whatever they are."""
    text += "新疆西藏工业新闻"
    decoded = decode(text.encode())
    assert decoded.text == text
    assert decoded.encoding == "utf-8"


def test_no_content_type_is_an_empty_one() -> None:
    """A response without the header may give None."""
    body = "<p>新疆棉花喜获丰收，农民笑开颜。</p>".encode("gbk")
    assert decode(body, None) == decode(body, "")
