"""The order in which the evidence is heard; see docs/decode.md."""

from __future__ import annotations

import codecs

from crawler.decode.candidates import rank
from crawler.decode.damage import damaged, has_ruins, lost_ratio, may_hold_damage
from crawler.decode.declared import WINDOW, declarations
from crawler.decode.decoded import Decoded
from crawler.decode.escapes import escape_encoding
from crawler.decode.labels import encoding_of
from crawler.decode.layers import unwrap
from crawler.decode.markup import beyond_ascii, sample, without_ascii
from crawler.decode.mixture import MIXED, Survey, read_mixture, survey
from crawler.decode.plausibility import POOR
from crawler.decode.readers import LOST, correct_gb18030, join_surrogates, read, read_counted, read_gb18030
from crawler.decode.wide import marked, read_wide, unmarked_encoding, wide_encoding

_SURE = 8  # characters beyond ASCII from which sound UTF-8 is UTF-8: GBK is valid UTF-8 once in a million pages


def decode(body: bytes, content_type: str | None = "") -> Decoded:
    """The text of a body, whatever the page says of its encoding, with the evidence for it.

    `content_type` is the response's header, empty or None if it has none. Never fails; takes time linear in the
    body.

    >>> decode("<p>新疆棉花喜获丰收，农民笑开颜。</p>".encode("gbk"), "text/html; charset=utf-8").text
    '<p>新疆棉花喜获丰收，农民笑开颜。</p>'
    """
    content_type = content_type or ""
    body, layers = unwrap(body)
    declared = declarations(body, content_type)
    wide = _wide(body, content_type, declared, layers) if body[:4] and _may_be_wide(body, declared) else None
    if wide is not None:
        return wide
    repairs = list(layers)
    if body.startswith(codecs.BOM_UTF8):
        declared = {"bom": "utf-8", **declared}
        body = body[len(codecs.BOM_UTF8) :]
    if b"\0" in body:
        nuls = body.count(0)
        body = body.replace(b"\0", b"")
        repairs.append(f"{nuls} NUL byte{'s' * (nuls > 1)} dropped")
    return _narrow(body, declared, repairs)


def _may_be_wide(body: bytes, declared: dict[str, str]) -> bool:
    """A cheap screen: NULs, a mark, or a label."""
    return b"\0" in body or body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or _says_wide(declared) is not None


def _says_wide(declared: dict[str, str]) -> str | None:
    """The UTF-16 that the header names; a <meta> in UTF-16 could not be read as ASCII and names nothing."""
    encoding = encoding_of(declared.get("header", ""))
    return encoding.name if encoding and encoding.name.startswith("utf-16") else None


def _wide(body: bytes, content_type: str, declared: dict[str, str], layers: tuple[str, ...]) -> Decoded | None:
    """The body as UTF-16 or UTF-32, if it is."""
    found = wide_encoding(body, _says_wide(declared))
    if found is None:
        return None
    name, mark = found
    text, records = read_wide(body[mark:], name)
    declared = declarations(text[:WINDOW].encode("ascii", "replace"), content_type)
    if mark:
        declared = {"bom": marked(body) or name, **declared}
    text = text.removeprefix("\ufeff").replace("\0", "")
    return Decoded(text, name, declared, lost_ratio(text), ((name, 0.0),), layers + records)


def _narrow(body: bytes, declared: dict[str, str], repairs: list[str]) -> Decoded:
    """The body in an encoding whose ASCII is ASCII."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _weighed(body, declared, repairs)
    if body.isascii():
        return _ascii(body, text, declared, repairs)
    extra = len(body) - len(text)  # one to three bytes more than characters for each character beyond ASCII
    if extra >= 3 * _SURE or sum(character > "\x7f" for character in text) >= _SURE:
        lost = lost_ratio(text) if may_hold_damage(body, text) else 0.0
        return Decoded(text.removeprefix("\ufeff"), "utf-8", declared, lost, (("utf-8", 0.0),), tuple(repairs))
    return _weighed(body, declared, repairs)


def _ascii(body: bytes, text: str, declared: dict[str, str], repairs: list[str]) -> Decoded:
    """Pure ASCII is UTF-8, unless it switches to Chinese, Japanese or Korean by escapes."""
    name = escape_encoding(body) if b"~{" in body or b"\x1b$" in body else None
    if name:
        text = read(body, name)
    return Decoded(text, name or "utf-8", declared, lost_ratio(text), ((name or "utf-8", 0.0),), tuple(repairs))


def _weighed(body: bytes, declared: dict[str, str], repairs: list[str]) -> Decoded:
    """The body in the encoding in which it reads best, repaired where it does not."""
    ranked = rank(sample(body) or body[:1024], declared)
    good = ranked[0].mean >= POOR and ranked[0].encoding.language in ("zh", "any")
    if not good and (unmarked := unmarked_encoding(body)):
        text, records = read_wide(body, unmarked)
        return Decoded(text, unmarked, declared, lost_ratio(text), ((unmarked, 0.0),), (*repairs, *records))
    name = ranked[0].encoding.name
    if name == "utf-8" and (joined := join_surrogates(body)) is not body and joined != body:
        repairs.append("surrogate pairs joined (CESU-8)")
        body = joined
    if name == "gb18030":
        raw = read_gb18030(body)
        wide = without_ascii(raw)
        seen = survey(wide)
        if seen.crowded:  # without ASCII what is rare only stands closer together
            seen = survey("<".join(beyond_ascii(raw)))
        text, corrected = correct_gb18030(raw, wide)
    else:
        text, corrected = read_counted(body, name)
        seen = survey("<".join(beyond_ascii(text))) if name in MIXED else Survey(False, frozenset(text))
    if corrected:
        repairs.append(f"{corrected} character{'s' * (corrected > 1)} read as the Encoding Standard has them")
    if name in MIXED and (seen.crowded or LOST in seen.characters):
        text, records = read_mixture(body, name)
        repairs += records
    text = text.removeprefix("\ufeff")
    scores = tuple((candidate.encoding.name, candidate.score) for candidate in ranked)
    ratio = lost_ratio(text) if seen.crowded or has_ruins(text) or any(map(damaged, seen.characters)) else 0.0
    return Decoded(text, name, declared, ratio, scores, tuple(repairs))
