"""An article as a person reads it on a terminal or as Markdown."""

from __future__ import annotations

from archive.model import Article
from crawler.cli.table import harmless

FACTS = (  # (what is printed, the article's field)
    ("published", "published"),
    ("origin 来源", "origin"),
    ("author 作者", "author"),
    ("editor 责编", "editor"),
    ("photographer 摄影", "photographer"),
    ("section 栏目", "section"),
    ("url", "url"),
)


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
