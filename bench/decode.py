"""How well bytes become text: passes per group of cases beside other decoders, real pages, and the time it takes.

    python bench/decode.py [CORPUS]      default: $JIANBAO_CORPUS, else the folder `shared` beside the checkout

Reads CORPUS/bench/encoding/decode.jsonl.gz (a case passes if the text equals the expected one, or is within its
`max_edit`) and CORPUS/pages/dev. Exits 4 if a target of docs/decode.md is missed. Times are ratios within one run.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import os
import statistics
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import cchardet  # noqa: E402 (the checkout goes first on the path)
import chardet  # noqa: E402
import charset_normalizer  # noqa: E402
import lxml.etree  # type: ignore[import-untyped]  # noqa: E402
from bs4.dammit import UnicodeDammit  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402
from w3lib.encoding import html_to_unicode  # noqa: E402

from crawler.decode import decode  # noqa: E402

LEAST_PASSES = 630
LEAST_SHARE_OF_A_GROUP = 9 / 12
MOST_UTF8 = 0.15  # of lxml's parse
MOST_GBK = 1.5
ROUNDS = 5


class Case(NamedTuple):
    """One body and the text that it should become."""

    group: str
    body: bytes
    content_type: str
    expected: str
    most_edits: int


def by_jianbao(body: bytes, content_type: str) -> str:
    return decode(body, content_type).text


def by_charset_normalizer(body: bytes, content_type: str) -> str:
    best = charset_normalizer.from_bytes(body).best()
    return _with_name(body, best.encoding if best is not None else None)


def by_cchardet(body: bytes, content_type: str) -> str:
    return _with_name(body, cchardet.detect(body)["encoding"])


def by_chardet(body: bytes, content_type: str) -> str:
    return _with_name(body, chardet.detect(body)["encoding"])


def by_dammit(body: bytes, content_type: str) -> str:
    return UnicodeDammit(body, is_html=True).unicode_markup or ""


def by_w3lib(body: bytes, content_type: str) -> str:
    """Header, then <meta>, then a guess: Scrapy's order."""
    return html_to_unicode(content_type or None, body, auto_detect_fun=_guess)[1]


def _guess(body: bytes) -> str | None:
    for name in ("ascii", "utf-8", "cp1252"):
        try:
            body.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return None


def _with_name(body: bytes, name: str | None) -> str:
    try:
        return body.decode(name or "utf-8", "replace")
    except LookupError:
        return ""


TOOLS: dict[str, Callable[[bytes, str], str]] = {
    "jianbao": by_jianbao,
    "charset-normalizer": by_charset_normalizer,
    "faust-cchardet": by_cchardet,
    "chardet": by_chardet,
    "UnicodeDammit": by_dammit,
    "w3lib": by_w3lib,
}


def cases(corpus: Path) -> Iterator[Case]:
    """The generated cases."""
    with gzip.open(corpus / "bench/encoding/decode.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Case(
                row["group"],
                base64.b64decode(row["bytes_b64"]),
                row["content_type"] or "",
                _plain(row["expected"]),
                row["max_edit"],
            )


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\0", "")


def passes(case: Case, text: str) -> bool:
    """Whether the text is the expected one, within the case's allowance."""
    text = _plain(text)
    if text == case.expected:
        return True
    return (
        case.most_edits > 0
        and Levenshtein.distance(text, case.expected, score_cutoff=case.most_edits) <= case.most_edits
    )


def compare(corpus: Path) -> bool:
    """Print the passes per group and tool; whether ours meet the targets."""
    passed: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for case in cases(corpus):
        sizes[case.group] += 1
        for tool, read in TOOLS.items():
            passed[tool][case.group] += passes(case, read(case.body, case.content_type))
    print(f"{'group':40}{'cases':>6}", *(f"{tool:>19}" for tool in TOOLS), sep="")
    for group, size in sorted(sizes.items()):
        print(f"{group:40}{size:6}", *(f"{passed[tool][group]:19}" for tool in TOOLS), sep="")
    totals = {tool: passed[tool].total() for tool in TOOLS}
    print(f"{'all':40}{sizes.total():6}", *(f"{total:19}" for total in totals.values()), sep="")
    weak = [group for group, size in sizes.items() if passed["jianbao"][group] < LEAST_SHARE_OF_A_GROUP * size]
    if weak:
        print("below 9 of 12:", ", ".join(weak))
    return totals["jianbao"] >= LEAST_PASSES and not weak


def pages(corpus: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The real pages."""
    for index in ("index", "unlabelled", "spam"):
        for line in (corpus / f"pages/dev/{index}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row, gzip.decompress((corpus / "pages/dev" / row["html_file"]).read_bytes())


def real_pages(corpus: Path) -> bool:
    """Print what real pages lose and how long they take beside lxml; whether the targets are met."""
    ours: dict[str, list[float]] = defaultdict(list)
    parsers: dict[str, list[float]] = defaultdict(list)
    sound = True
    count = 0
    for row, body in pages(corpus):
        count += 1
        decoded = decode(body)
        true = "gb18030" if row["true_charset"].startswith("gb") else row["true_charset"].removesuffix("-sig")
        if decoded.encoding != true:
            sound = False
            print(f"{row['id']}: read as {decoded.encoding}, is {true}")
        if decoded.lost_ratio or decoded.repairs:
            seen = f"{_explain(decoded.text)} {list(decoded.repairs)}"
            print(f"{row['id']}: {decoded.encoding}, lost {decoded.lost_ratio:.3%}, {seen}")
        sound = sound and not decoded.unreadable
        ours[decoded.encoding].append(_least_time(decode, body))
        parsers[decoded.encoding].append(_least_time(_parse, decoded.text.encode("utf-8", "replace")))
    print(f"{count} real pages")
    for encoding, times in ours.items():
        ratios = [mine / theirs for mine, theirs in zip(times, parsers[encoding], strict=True)]
        total = sum(times) / sum(parsers[encoding])
        print(f"{encoding}: {len(times)} pages, decode / lxml parse {total:.2f} in all,", end=" ")
        print(f"median {statistics.median(ratios):.2f}, most {max(ratios):.2f}")
        sound = sound and total <= (MOST_UTF8 if encoding == "utf-8" else MOST_GBK)
    return sound


def _parse(body: bytes) -> None:
    lxml.etree.HTML(body, lxml.etree.HTMLParser(encoding="utf-8"))


def _explain(text: str) -> str:
    """Which marks of damage stand in a text."""
    marks = Counter(character for character in text if character == "\ufffd" or "\ue000" <= character <= "\uf8ff")
    return ", ".join(f"U+{ord(mark):04X} × {count}" for mark, count in marks.most_common(4))


def _least_time(run: Callable[[bytes], object], body: bytes) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run(body)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print everything; 0 if all targets are met, else 4."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    corpus = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
    if not corpus.is_dir():
        print(f"no corpus at {corpus}", file=sys.stderr)
        return 2
    fast = real_pages(corpus)
    print()
    right = compare(corpus)
    print(f"\ntargets: cases {'met' if right else 'MISSED'}, real pages and time {'met' if fast else 'MISSED'}")
    return 0 if right and fast else 4


if __name__ == "__main__":
    sys.exit(main())
