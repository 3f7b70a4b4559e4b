"""What differs between the articles that a page holds in the archive and those that today's rules find on it. Pure.

What the page does not say is not compared: evidence, measures, the source that asked. Addresses of pictures are
compared where both were read from the same content; elsewhere they change with every delivery network. What nobody
sees counts as `archive.decide` counts it: a copy of one page was recorded already, so today's rules decide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from archive.decide import parts, seen
from archive.model import Article
from archive.reread import HeldArticle, Outcome

FACTS = (
    *("title", "subtitle", "published", "published_precision", "origin", "origin_original", "author", "editor"),
    *("photographer", "section", "keywords", "language", "pages"),
)
FILLED = ("title", "subtitle", "published", "origin", "author", "editor", "photographer", "section", "images", "text")
"""Fields of which the report counts how many articles have them."""

What = Literal["same", "changed", "gained", "lost", "restored"]


def compared(
    held: Sequence[tuple[HeldArticle, Article, str]], read: Sequence[Article], digest: str, *, newest: bool, gone: bool
) -> list[dict[str, Any]]:
    """For each article, before or now: `ordinal`, `what`, the `fields` that differ, `before` and `after` in figures.

    `digest` is that of the content that was read. An article that is marked as gone, though the `newest` copy of its
    page holds it and the page is not `gone`, is restored: rules had taken it away.
    """
    now = {article.ordinal: article for article in read}
    told = []
    for each, text, content in held:
        article = now.pop(each.ordinal, None)
        if article is None:
            told.append(_told(each.ordinal, "lost", (), text, None, each.id))
            continue
        same = content == digest
        unseen = (same and parts(text) <= parts(article)) or not (parts(text) or parts(article))
        fields = differing(text, article, same_content=same, unseen=unseen)
        what: What = "changed" if fields else "same"
        if each.status == "gone" and newest and not gone:
            what = "restored"
        told.append(_told(each.ordinal, what, fields, text, article, each.id))
    told += [_told(article.ordinal, "gained", (), None, article, None) for article in now.values()]
    return told


def differing(held: Article, read: Article, *, same_content: bool, unseen: bool = True) -> tuple[str, ...]:
    """The names of the fields that differ, in NFC; what nobody sees counts only where `unseen` says so."""
    if not unseen:
        held, read = seen(held), seen(read)
    names = [name for name in FACTS if _plain(getattr(held, name)) != _plain(getattr(read, name))]
    if [(b.kind, _plain(b.text)) for b in held.blocks] != [(b.kind, _plain(b.text)) for b in read.blocks]:
        names.append("text")
    if same_content and held.url == read.url and held.images != read.images:
        names.append("images")
    return tuple(names)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _told(
    ordinal: int, what: What, fields: Sequence[str], before: Article | None, after: Article | None, identity: str | None
) -> dict[str, Any]:
    shown = after or before
    assert shown is not None
    return {
        "ordinal": ordinal,
        "what": what,
        "fields": list(fields),
        "id": identity,
        "title": shown.title[:60],
        "before": figures(before),
        "after": figures(after),
    }


def figures(article: Article | None) -> dict[str, Any] | None:
    """Which fields an article fills, and the letters of its body."""
    if article is None:
        return None
    return {"filled": [name for name in FILLED if getattr(article, name)], "letters": len(article.text)}


def outcome_of(told: Sequence[Mapping[str, Any]]) -> Outcome:
    """What became of a page as a whole, the most notable first."""
    kinds = {each["what"] for each in told}
    for kind, outcome in (("lost", "lost"), ("changed", "changed"), ("restored", "changed"), ("gained", "gained")):
        if kind in kinds:
            return outcome  # type: ignore[return-value]
    return "same" if kinds else "none"
