"""What a demo site is, and what the sites share.

A site is built whole from the stories: `Site.build(base, day, seed)` gives every address's answer. Nothing is made up
while serving, so the same seed and day give the same bytes (but for the port in absolute links).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha1
from typing import Any

from crawler.demo.stories import Story, stories
from crawler.demo.templates.parts import Item
from crawler.demo.truth import Expected, Trap

ROBOTS = "User-agent: *\nDisallow: /admin/\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers with, before conditions are looked at."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200

    @property
    def etag(self) -> str:
        """A strong validator: it changes exactly when the bytes do."""
        return f'"{sha1(self.body, usedforsecurity=False).hexdigest()[:16]}"'

    def gzipped(self) -> bytes:
        """The body under Content-Encoding: gzip, the same bytes every time."""
        return gzip.compress(self.body, mtime=0)


@dataclass(frozen=True, slots=True)
class Built:
    """One site on one day: its answers by path, the truth by path, and the addresses that are no articles."""

    answers: Mapping[str, Answer]
    truth: Mapping[str, Expected]
    traps: Mapping[str, Trap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the demo web. `busy_once` are paths that answer 429 with Retry-After: 1 the first time."""

    id: str
    build: Callable[[str, int, int], Built]  # base address without the last "/", day, seed
    source: Callable[[str], str]  # base address → the source file, TOML
    busy_once: frozenset[str] = frozenset()
    compressed: bool = False  # gzip where the client takes it


def source_file(
    site: str,
    name: str,
    base: str,
    lists: Iterable[Mapping[str, object]],
    patterns: Sequence[str],
    *,
    language: str = "zh-Hans",
    template: Mapping[str, Sequence[str]] | None = None,
    outlets: Sequence[str] = (),
    trust: int = 0,
) -> str:
    """A source file for a demo site: quick, and allowed to ask 127.0.0.1.

    A JSON string or list of strings is a TOML one as well.
    """
    lines = [f"{key} = {_toml(value)}" for key, value in (("id", site), ("name", name), ("home", f"{base}/"))]
    lines += [f"outlets = {_toml(list(outlets))}", f"trust = {trust}"]
    lines += [f"language = {_toml(language)}", "", "[schedule]", 'every = "1h"', ""]
    lines += ["[politeness]", "delay = 0.05", 'allow_addresses = ["127.0.0.1"]', ""]
    for each in lists:
        lines += ["[[lists]]", *(f"{key} = {_toml(value)}" for key, value in each.items()), ""]
    lines += ["[articles]", f"patterns = {_toml(list(patterns))}", ""]
    if template:
        lines += ["[[templates]]", *(f"{key} = {_toml(value)}" for key, value in template.items()), ""]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def page(html: str, encoding: str = "utf-8", content_type: str = "text/html") -> Answer:
    """An answer with the bytes of a page; the header says nothing of the charset unless `content_type` does."""
    return Answer(html.encode(encoding), content_type)


def robots(more: str = "") -> Answer:
    """The site's robots.txt, with more lines if it has them."""
    return Answer((ROBOTS + more).encode(), "text/plain")


def paged(found: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """The items by list pages; without items one empty page."""
    return [found[start : start + size] for start in range(0, len(found), size)] or [[]]


def shown_at(site: str, day: int) -> tuple[Story, ...]:
    """The stories that a site shows on a day, newest first."""
    return tuple(story for story in stories(day) if site in story.shown_at)


def expected(site: str, base: str, path: str, story: Story, **changed: Any) -> Expected:
    """The truth of a page that prints everything the story has; `changed` is what this site prints otherwise."""
    truth = Expected(
        url=base + path,
        source_id=site,
        story=story.excerpt_of or story.number,
        role="origin",
        title=story.title,
        published=story.published,
        published_precision="second",
        origin=story.origin,
        blocks=story.blocks,
        author=story.author,
        editor=story.editor,
        optional=tuple(filter(None, (*story.subtitle, story.byline))),
    )
    return replace(truth, **changed)


def views(story: Story, day: int, pace: int) -> int:
    """A counter that differs on every day."""
    return 100 + story.number * 37 % 900 + (day - 1) * (pace + story.number % 50)


def as_first_published(site: str, day: int) -> tuple[Story, ...]:
    """A copier takes a story once and never looks again: no revision, no withdrawal reaches it."""
    first = {story.number: story for story in shown_at(site, 1)}
    new = (story for story in shown_at(site, day) if story.number not in first)
    return tuple(sorted((*first.values(), *new), key=lambda story: (story.published, story.number), reverse=True))
