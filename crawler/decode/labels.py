"""What the label of a declaration means: `gb_2312-80`, `x-gbk`, `x-x-big5`, `utf-8,gbk`, `UTF－8` …

The names are those of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels), with the
labels that Chinese sites write beside them (measured on real pages, 2026; w3lib 2.5 knows none of x-gbk, csgb2312,
gb_2312, windows-936, x-x-big5, cn-big5). A label is a hint and never a verdict.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from crawler.decode.plausibility import Language


class Encoding(NamedTuple):
    """An encoding by its standard name: Python's codec for it and the language that it was made for."""

    name: str
    codec: str
    language: Language


ENCODINGS: dict[str, Encoding] = {
    encoding.name: encoding
    for encoding in (
        Encoding("utf-8", "utf-8", "any"),
        Encoding("gb18030", "gb18030", "zh"),
        Encoding("big5", "big5hkscs", "zh"),
        Encoding("utf-16le", "utf-16-le", "any"),
        Encoding("utf-16be", "utf-16-be", "any"),
        Encoding("utf-32le", "utf-32-le", "any"),
        Encoding("utf-32be", "utf-32-be", "any"),
        Encoding("hz-gb-2312", "hz", "zh"),
        Encoding("iso-2022-cn", "gb2312", "zh"),  # Python has no codec for it: see `readers`
        Encoding("shift_jis", "cp932", "ja"),
        Encoding("euc-jp", "euc_jp", "ja"),
        Encoding("iso-2022-jp", "iso2022_jp_2", "ja"),
        Encoding("euc-kr", "cp949", "ko"),
        Encoding("iso-2022-kr", "iso2022_kr", "ko"),
        Encoding("windows-1251", "cp1251", "ru"),
        Encoding("koi8-r", "koi8_r", "ru"),
        Encoding("koi8-u", "koi8_u", "ru"),
        Encoding("ibm866", "cp866", "ru"),
        Encoding("iso-8859-5", "iso8859_5", "ru"),
        Encoding("windows-1252", "cp1252", "latin"),
        Encoding("windows-1250", "cp1250", "latin"),
        Encoding("iso-8859-2", "iso8859_2", "latin"),
        Encoding("windows-1253", "cp1253", "el"),
        Encoding("windows-1254", "cp1254", "latin"),
        Encoding("windows-1255", "cp1255", "he"),
        Encoding("windows-1256", "cp1256", "ar"),
        Encoding("windows-1257", "cp1257", "latin"),
        Encoding("windows-1258", "cp1258", "latin"),
        Encoding("windows-874", "cp874", "th"),
    )
}

_LABELS: dict[str, str] = {
    label: name
    for name, labels in {
        "utf-8": "utf8 utf-8 utf_8 unicode-1-1-utf-8 x-unicode20utf8 utf8mb4 utf-8mb4 urf-8 uft-8 cp65001",
        "gb18030": "gb18030 gb18030-2000 gb18030-2005 gb18030-2022 gbk gbk2312 x-gbk cp936 ms936 windows-936 936 gb2312"
        " gb-2312 gb_2312 gb_2312-80 gb2312-80 gb2312-1980 chinese csgb2312 csiso58gb231280 iso-ir-58 euc-cn euccn"
        " x-euc-cn eucgb2312_cn cn-gb gb zh-cn zh_cn zh-hans cp54936",
        "big5": "big5 big-5 big5-hkscs big5hkscs x-big5 x-x-big5 cn-big5 csbig5 big5-eten cp950 ms950 windows-950 950"
        " zh-tw zh_tw zh-hk zh-hant",
        "utf-16le": "utf-16le utf-16 utf16 ucs-2 csunicode iso-10646-ucs-2 unicode unicodefeff utf16le utf-16-le",
        "utf-16be": "utf-16be unicodefffe utf16be utf-16-be",
        "hz-gb-2312": "hz-gb-2312 hz",
        "iso-2022-cn": "iso-2022-cn csiso2022cn",
        "shift_jis": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis cp932 shift_jis_2004"
        " shift_jisx0213",
        "euc-jp": "euc-jp euc_jp eucjp x-euc-jp cseucpkdfmtjapanese euc_jis_2004 euc_jisx0213",
        "iso-2022-jp": "iso-2022-jp csiso2022jp iso2022_jp",
        "euc-kr": "euc-kr euc_kr euckr cp949 ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 korean windows-949 cseuckr uhc"
        " johab",
        "iso-2022-kr": "iso-2022-kr csiso2022kr iso2022_kr",
        "windows-1251": "windows-1251 cp1251 x-cp1251 mac_cyrillic ptcp154",
        "koi8-r": "koi8-r koi8_r koi8 cskoi8r koi8_t",
        "koi8-u": "koi8-u koi8_u koi8-ru",
        "ibm866": "ibm866 cp866 866 cp855",
        "iso-8859-5": "iso-8859-5 iso8859-5 iso8859_5 cyrillic",
        "windows-1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 iso8859_1 latin1 latin-1 latin_1 l1 us-ascii ascii"
        " iso-8859-15 iso8859_15",
        "windows-1250": "windows-1250 cp1250 x-cp1250",
        "iso-8859-2": "iso-8859-2 iso8859-2 iso8859_2 latin2 csisolatin2",
        "windows-1253": "windows-1253 cp1253 iso-8859-7 iso8859_7",
        "windows-1254": "windows-1254 cp1254 iso-8859-9 iso8859_9",
        "windows-1255": "windows-1255 cp1255 iso-8859-8 iso8859_8",
        "windows-1256": "windows-1256 cp1256 iso-8859-6 iso8859_6",
        "windows-1257": "windows-1257 cp1257 iso-8859-4 iso8859_4 iso-8859-13",
        "windows-1258": "windows-1258 cp1258",
        "windows-874": "windows-874 cp874 tis-620 tis_620 iso-8859-11",
    }.items()
    for label in labels.split()
}


def encoding_of(label: str) -> Encoding | None:
    """The encoding that a label names, however it is written; None for a label that names none.

    >>> [getattr(encoding_of(label), "name", None) for label in ("X-GBK", "GB 2312", "UTF－8", "utf-8,gbk", "none")]
    ['gb18030', 'gb18030', 'utf-8', 'utf-8', None]
    """
    plain = unicodedata.normalize("NFKC", label[:80]).strip().strip("\"';,/>").lower()
    for reading in (plain.replace(" ", ""), *re.split(r"[^0-9a-z_-]+", plain)):
        if reading in _LABELS:
            return ENCODINGS[_LABELS[reading]]
    return None
