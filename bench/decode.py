"""How well bytes become text: passes per group of cases beside other decoders, real pages, and the time it takes.

    python bench/decode.py [CORPUS]      default: $JIANBAO_CORPUS, else the folder `shared` beside the checkout

Reads CORPUS/bench/encoding/decode.jsonl.gz (a case passes if the text equals the expected one, or is within its
`max_edit`) and CORPUS/pages/dev. Exits 1 if a target is missed. Times are ratios within one run. `bench/text.py` shows
these tables beside repair's.
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
import ftfy  # noqa: E402
import lxml.etree  # noqa: E402
from bs4.dammit import UnicodeDammit  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402
from scrapy.http import HtmlResponse  # noqa: E402

from crawler.decode import decode  # noqa: E402
from crawler.decode.readers import read  # noqa: E402

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


def by_scrapy(body: bytes, content_type: str) -> str:
    """`response.text`, as a spider sees it."""
    headers = {"Content-Type": content_type} if content_type else None
    return HtmlResponse("http://www.example.cn/", body=body, headers=headers).text


def by_ftfy(body: bytes, content_type: str) -> str:
    return str(ftfy.guess_bytes(body)[0])


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
    "Scrapy .text": by_scrapy,
    "ftfy.guess_bytes": by_ftfy,
}


class Target(NamedTuple):
    """Something that is asked for, what was measured, and whether that is enough."""

    name: str
    wanted: str
    measured: str
    met: bool


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


def compare(corpus: Path) -> list[Target]:
    """Print the passes per group and tool; the targets for ours."""
    passed: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for case in cases(corpus):
        sizes[case.group] += 1
        for tool, read_with in TOOLS.items():
            passed[tool][case.group] += passes(case, read_with(case.body, case.content_type))
    heading("cases", sizes.total())
    for group, size in sorted(sizes.items()):
        print(f"{group:37.37}{size:6}", *(f"{passed[tool][group]:19}" for tool in TOOLS), sep="")
    totals = {tool: passed[tool].total() for tool in TOOLS}
    print(f"{'all':37}{sizes.total():6}", *(f"{total:19}" for total in totals.values()), sep="")
    lows = {tool: min(sizes, key=lambda group: passed[tool][group] / sizes[group]) for tool in TOOLS}
    print(f"{'the lowest group':43}", *(f"{passed[tool][low]:16} {low[:2]}" for tool, low in lows.items()), sep="")
    ours, low = totals["jianbao"], lows["jianbao"]
    share = passed["jianbao"][low] / sizes[low]
    return [
        Target("cases passed", f"at least {LEAST_PASSES} of {sizes.total()}", str(ours), ours >= LEAST_PASSES),
        Target("the lowest group", "at least 9 of 12", f"{share * 12:.0f} of 12", share >= LEAST_SHARE_OF_A_GROUP),
    ]


def heading(what: str, count: int) -> None:
    """The head of a table with a column for each tool."""
    print(f"{what:37}{count:6}", *(f"{tool:>19}" for tool in TOOLS), sep="")


def pages(corpus: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The real pages."""
    for index in ("index", "unlabelled", "spam"):
        for line in (corpus / f"pages/dev/{index}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row, gzip.decompress((corpus / "pages/dev" / row["html_file"]).read_bytes())


def real_pages(corpus: Path) -> list[Target]:
    """Print how real pages are read, by us and by others, and how long it takes beside lxml; the targets for ours."""
    ours: dict[str, list[float]] = defaultdict(list)
    parsers: dict[str, list[float]] = defaultdict(list)
    right: Counter[str] = Counter()
    lossy: list[str] = []
    count = 0
    for row, body in pages(corpus):
        count += 1
        decoded = decode(body)
        true = "gb18030" if row["true_charset"].startswith("gb") else row["true_charset"].removesuffix("-sig")
        expected = _plain(read(body, true))
        own_marks = Counter(filter(_is_mark, expected))
        right.update(tool for tool, read_with in TOOLS.items() if _plain(read_with(body, "")) == expected)
        if decoded.encoding != true or decoded.unreadable or Counter(filter(_is_mark, decoded.text)) - own_marks:
            lossy.append(row["id"])
        if decoded.lost_ratio or decoded.repairs or row["id"] in lossy:
            print(f"  {row['id']}: {decoded.encoding}, {decoded.lost_ratio:.3%} marked as damage;", end=" ")
            print(f"{_explain(decoded.text, body)} {'; '.join(decoded.repairs)}".rstrip())
        ours[decoded.encoding].append(_least_time(decode, body))
        parsers[decoded.encoding].append(_least_time(_parse, decoded.text.encode("utf-8", "replace")))
    heading("real pages, right to the character", count)
    print(f"{'':43}", *(f"{right[tool]:19}" for tool in TOOLS), sep="")
    targets = [Target("real pages read without loss", f"all {count}", f"{count - len(lossy)}", not lossy)]
    print("\ndecode as a multiple of lxml's parse of the same pages")
    for encoding, times in sorted(ours.items()):
        ratios = [mine / theirs for mine, theirs in zip(times, parsers[encoding], strict=True)]
        total = sum(times) / sum(parsers[encoding])
        print(
            f"  {encoding:8} {len(times):4} pages, in all {total:.2f}, median {statistics.median(ratios):.2f},", end=" "
        )
        print(f"most {max(ratios):.2f}; {1000 * sum(times) / len(times):.2f} ms a page")
        most = MOST_UTF8 if encoding == "utf-8" else MOST_GBK
        targets.append(Target(f"time of {encoding} pages", f"at most {most} x lxml", f"{total:.2f}", total <= most))
    return targets


def _parse(body: bytes) -> None:
    lxml.etree.HTML(body, lxml.etree.HTMLParser(encoding="utf-8"))


def _is_mark(character: str) -> bool:
    return character == "\ufffd" or "\ue000" <= character <= "\uf8ff"


def _explain(text: str, body: bytes) -> str:
    """Which marks of damage stand in a text, and whether they stood in the bytes: then nothing was lost by reading."""
    marks = Counter(filter(_is_mark, text))
    literal = "\ufffd".encode() in body or any(mark != "\ufffd" for mark in marks)
    seen = ", ".join(f"U+{ord(mark):04X} x {count}" for mark, count in marks.most_common(4))
    return seen + (" (in the page itself)" if seen and literal else "")


def _least_time(run: Callable[[bytes], object], body: bytes) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run(body)
        times.append(time.process_time() - start)
    return max(min(times), 1e-6)


def quiet() -> None:
    """The tools are silent."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def verdict(targets: list[Target]) -> int:
    """Print the targets; 1 if one is missed."""
    print("\ntargets")
    for target in targets:
        print(f"  {'met   ' if target.met else 'MISSED'} {target.name}: {target.measured} ({target.wanted})")
    return 0 if all(target.met for target in targets) else 1


def main() -> int:
    """Print everything; 0 if all targets are met, else 1."""
    quiet()
    corpus = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
    if not corpus.is_dir():
        print(f"no corpus at {corpus}", file=sys.stderr)
        return 2
    targets = real_pages(corpus)
    print()
    return verdict(targets + compare(corpus))


if __name__ == "__main__":
    sys.exit(main())
