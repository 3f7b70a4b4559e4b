"""What a run sees, counted while it goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from archive.model import Article, Capture, Counts, Verdict
from archive.tally import Tally, bin_of, capped, pattern_of
from crawler.reading import Reading

_KEPT = ("published", "origin", "author", "editor", "section")  # whose loss makes a known article poorer


@dataclass(frozen=True, slots=True)
class Seen:
    """What is counted of one page of articles. `strange`: of no template that was learnt; None where none was."""

    verdict: Verdict
    first: bool  # never read before
    articles: tuple[tuple[str, int], ...] = ()  # pattern and characters of each
    encoding: str = ""
    rules: frozenset[str] = frozenset()
    lossy: bool = False
    strange: bool | None = None
    poorer: bool = False
    richer: bool = False


def seen_of(
    capture: Capture,
    reading: Reading,
    verdict: Verdict,
    articles: tuple[Article, ...],
    *,
    first: bool,
    held: Article | None,
) -> Seen | None:
    """What is counted of a page that was read, given the article that was held of it; None for what is no such page.

    An error page says nothing of a source's template.
    """
    if capture.kind != "article" or (capture.status >= 400 and verdict != "challenge"):
        return None
    evidence = reading.evidence
    template = evidence.learnt.get("template", _UNKNOWN) if evidence.learnt else _UNKNOWN
    poorer = richer = False
    if held is not None and verdict not in ("soft-404", "challenge"):
        poorer, richer = _compared(held, articles)
    return Seen(
        verdict,
        first,
        tuple((pattern(each), len(each.text)) for each in articles),
        str(evidence.encoding.get("encoding", "")),
        frozenset(repair.rule for repair in evidence.repairs),
        bool(evidence.lossy),
        None if template is _UNKNOWN else template is None,
        poorer,
        richer,
    )


_UNKNOWN = object()


def pattern(article: Article) -> str:
    """Which of the fields that are watched an article has."""
    return pattern_of({name: bool(getattr(article, name)) for name in (*_KEPT, "images")})


def _compared(held: Article, now: tuple[Article, ...]) -> tuple[bool, bool]:
    """Whether an article has become poorer, and whether it has become richer."""
    if len(now) != 1:
        return not now, False
    had = {name for name in _KEPT if getattr(held, name)}
    has = {name for name in _KEPT if getattr(now[0], name)}
    before, after = len(held.text), len(now[0].text)
    return bool(had - has) or 2 * after < before, bool(has - had) or after > 2 * before


class Tallying:
    """Counts one run of one source."""

    def __init__(self) -> None:
        self._numbers: Counter[str] = Counter()
        self._by: dict[str, Counter[str]] = {
            name: Counter() for name in ("encodings", "repairs", "verdicts", "patterns", "lengths")
        }

    def came(self, size: int) -> None:
        """A body of so many bytes came."""
        self._numbers["bytes"] += size

    def list_page(self, links: int) -> None:
        """A list page was read, and shows so many articles."""
        self._numbers["lists"] += 1
        self._numbers["links"] += links

    def page(self, seen: Seen) -> None:
        """A page of articles was read."""
        self._numbers.update(read=1, lossy=seen.lossy)
        self._by["encodings"][seen.encoding] += 1
        self._by["repairs"].update(seen.rules)
        if not seen.first:
            self._numbers.update(again=1, poorer=seen.poorer, richer=seen.richer)
            return
        self._by["verdicts"][seen.verdict] += 1
        if seen.strange is not None:
            self._numbers["strange" if seen.strange else "recognised"] += 1
        for letters, characters in seen.articles:
            self._by["patterns"][letters] += 1
            self._by["lengths"][str(bin_of(characters))] += 1
            self._numbers["characters"] += characters

    def tally(self, counts: Counts, failures: Counter[str]) -> Tally:
        """All of it, with the counts that the crawl keeps."""
        numbers: dict[str, Any] = dict(self._numbers)
        mappings: dict[str, Any] = {name: capped(counted) for name, counted in self._by.items()}
        return Tally(counts, capped(failures), **numbers, **mappings)
