"""The figures over the family pages, and the pins of tests/quality.toml below which none may sink.

The body's measure is the strict one of the corpus's scorer: multisets of four tokens (a Chinese character, else a
word), precision and recall averaged over the pages, F1 their harmonic mean (scrapinghub's
article-extraction-benchmark).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.model import Article
from crawler.pipeline import read
from family_pages import FamilyPage, Gold, family_pages

PINS = Path(__file__).resolve().parents[1] / "quality.toml"
FIELDS = ("title", "published", "origin", "author", "editor", "photographer", "subtitle", "language", "original")
SLACK = 0.0005  # figures are pinned with three places

Figures = dict[str, dict[str, float]]

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f\u3040-\u30ff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+")


def f1(gold: str, found: str) -> tuple[float, float]:
    """Precision and recall of a body over its multisets of four tokens."""
    wanted, have = _fours(gold), _fours(found)
    if wanted == have:
        return 1.0, 1.0
    both = (wanted & have).total()
    return both / max(have.total(), 1), both / max(wanted.total(), 1)


def _fours(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3)) if tokens[at : at + 4])


def wrong(page: FamilyPage) -> tuple[float, float, dict[str, tuple[object, object]]]:
    """Precision, recall, and by field what was wanted and what was found where they differ."""
    articles = read(page.body, page.url).articles
    found = of_article(articles[0]) if articles else Gold("", "", "", None, (), (), ())
    precision, recall = f1(page.gold.text, found.text)
    differ = {
        name: (getattr(page.gold, name), getattr(found, name))
        for name in FIELDS
        if getattr(page.gold, name) != getattr(found, name)
    }
    return precision, recall, differ


def of_article(article: Article) -> Gold:
    """What was read, in the form of the gold. A page's own second is kept, a missing one is none."""
    moment = article.published.isoformat()[:19] if article.published else ""
    return Gold(
        article.title,
        article.text,
        moment[:10] if article.published_precision == "day" else moment,
        article.origin,
        article.author,
        article.editor,
        article.photographer,
        article.subtitle,
        article.language or "",
        article.origin_original,
    )


def figures(change: Callable[[str], str] = str) -> Figures:
    """By group the body's F1, the share of right answers of each field, and `true`: one minus the share of false ones.

    An answer is false where the page says nothing of the field. `change` is made to each page's markup first.
    """
    return {group: _of(rows) for group, rows in _measured(change).items()}


def _measured(
    change: Callable[[str], str] = str,
) -> dict[str, list[tuple[FamilyPage, tuple[float, float, dict[str, tuple[object, object]]]]]]:
    groups: dict[str, list[tuple[FamilyPage, tuple[float, float, dict[str, tuple[object, object]]]]]] = {}
    for page in family_pages():
        changed = page._replace(body=change(page.body.decode()).encode())
        groups.setdefault(page.group, []).append((page, wrong(changed)))
    return groups


def _of(rows: list[tuple[FamilyPage, tuple[float, float, dict[str, tuple[object, object]]]]]) -> dict[str, float]:
    precision = sum(found[0] for _, found in rows) / len(rows)
    recall = sum(found[1] for _, found in rows) / len(rows)
    result = {"F1": 2 * precision * recall / max(precision + recall, 1e-9)}
    empty = false = 0
    for name in FIELDS:
        result[name] = sum(name not in found[2] for _, found in rows) / len(rows)
        absent = [found[2] for page, found in rows if not getattr(page.gold, name)]
        empty += len(absent)
        false += sum(name in differ for differ in absent)
    result["true"] = 1 - false / max(empty, 1)
    return {name: round(value, 3) for name, value in result.items()}


def report(*, verbose: bool) -> Figures:
    """Print the figures, and with `verbose` every page that is not wholly right."""
    groups = _measured()
    found = {group: _of(rows) for group, rows in groups.items()}
    for group, row in found.items():
        print(
            f"  {group} ({len(groups[group])} pages): "
            + "  ".join(f"{name} {value:.3f}" for name, value in row.items())
        )
    if verbose:
        for rows in groups.values():
            for page, (precision, recall, differ) in rows:
                if precision < 1 or recall < 1:
                    print(f"{page.id}: P {precision:.3f} R {recall:.3f}")
                for name, (want, have) in differ.items():
                    print(f"{page.id}: {name}: wanted {want!r} found {have!r}")
    return found


def pins() -> Figures:
    """The pinned figures by group; none before the first pin."""
    return tomllib.loads(PINS.read_text("utf-8")) if PINS.exists() else {}


def sunk(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence for each figure that is below its pin; groups that were not measured are passed over."""
    return [
        f"{group} {name} is {found[group].get(name, 0.0):.3f} and was pinned at {least:.3f}"
        for group, row in pins().items()
        if group in found
        for name, least in row.items()
        if found[group].get(name, 0.0) < least - SLACK
    ]


def pin(found: Mapping[str, Mapping[str, float]]) -> None:
    """Raise the pins to the figures of this run; none is ever lowered."""
    kept = pins()
    lines = [
        "# The floor under extraction: no figure may sink below its pin (tests/test_quality_floor.py).",
        "# `python bench/extract.py --pin` raises the pins to what it measures and lowers none.",
    ]
    for group in sorted({*kept, *found}):
        lines += ["", f"[{group}]"]
        row = kept.get(group, {})
        for name in [*row, *(name for name in found.get(group, {}) if name not in row)]:
            value = max(row.get(name, 0.0), int(found.get(group, {}).get(name, 0.0) * 1000 + 0.5) / 1000)
            lines.append(f"{name} = {value:.3f}")
    PINS.write_text("\n".join(lines) + "\n", "utf-8")
