"""An article and its reasons as a person reads them on a terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.model import Article
from crawler.cli.table import harmless
from crawler.evidence import Evidence, evidence_json

FACTS = (  # (what is printed, the article's field)
    ("published", "published"),
    ("origin 来源", "origin"),
    ("author 作者", "author"),
    ("editor 责编", "editor"),
    ("photographer 摄影", "photographer"),
    ("section 栏目", "section"),
    ("url", "url"),
)
SHOWN_REPAIRS = 40


def facts(article: Article) -> list[tuple[str, str]]:
    """The facts that the article has, as (name, value)."""
    values = ((name, getattr(article, field)) for name, field in FACTS)
    return [(name, "、".join(value) if isinstance(value, tuple) else str(value)) for name, value in values if value]


def as_text(article: Article) -> str:
    """Title, facts and blocks, separated by empty lines."""
    head = [article.title, *article.subtitle]
    lines = [f"{name}: {value}" for name, value in facts(article)]
    blocks = [f"[{block.text}]" if block.kind == "caption" else block.text for block in article.blocks]
    return harmless("\n\n".join(["\n".join(head), "\n".join(lines), *blocks]) + "\n")


def as_markdown(article: Article) -> str:
    """The article as Markdown: headings, lists as they stand, captions in italics."""
    forms = {"heading": "## {}", "quote": "> {}", "caption": "*{}*"}
    lines = [f"- {name}: {value}" for name, value in facts(article)]
    blocks = [forms.get(block.kind, "{}").format(block.text) for block in article.blocks]
    return harmless("\n\n".join([f"# {article.title}", *article.subtitle, "\n".join(lines), *blocks]) + "\n")


def reasons(evidence: Evidence | Mapping[str, Any]) -> str:
    """Why the text is as it is: encoding, repairs, dropped blocks and where each fact was found."""
    told = evidence_json(evidence) if isinstance(evidence, Evidence) else evidence
    lines = [f"verdict: {told.get('verdict') or '–'}", "encoding:"]
    lines += [f"  {key}: {value}" for key, value in told.get("encoding", {}).items()]
    repairs = told.get("repairs", ())
    lines.append(f"repairs: {len(repairs)}")
    lines += [
        f"  at {each['start']}: {visible(each['before'])} → {visible(each['after'])}"
        f"  ({each['rule']}, {each['confidence']:.2f})"
        for each in repairs[:SHOWN_REPAIRS]
    ]
    if len(repairs) > SHOWN_REPAIRS:
        lines.append(f"  … and {len(repairs) - SHOWN_REPAIRS} more (--json shows all)")
    lines += [f"lost for good: {each}" for each in told.get("lossy", ())]
    dropped = told.get("dropped", ())
    lines.append(f"dropped blocks: {len(dropped)}")
    lines += [f"  {each['rule']}: {each['reason']}: {visible(each['text'])}" for each in dropped]
    lines.append("facts:")
    lines += [f"  {name}: {each['rule']}: {visible(each['seen'])}" for name, each in told.get("fields", {}).items()]
    return "\n".join(lines)


def visible(text: str, most: int = 80) -> str:
    """A short one-line form of a text in which control characters can be seen."""
    shown = text if len(text) <= most else text[:most] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown) or "(nothing)"
