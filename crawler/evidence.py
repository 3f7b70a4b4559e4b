"""Why a text is as it is: the records that decode, repair, extract and clean hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Repair:
    """One change to damaged characters.

    `start` is the offset in the text *before this record was applied*, so that walking the records backwards,
    putting `before` in the place of `after`, gives the text that was seen.
    """

    rule: str
    start: int
    before: str
    after: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """One block of the page that is not the article's, and why."""

    rule: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a fact was found: the rule that gave it and the words it was read from."""

    rule: str
    seen: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was seen and done on the way from a page's bytes to its articles."""

    encoding: Mapping[str, Any] = field(default_factory=dict)  # Decoded.evidence()
    repairs: tuple[Repair, ...] = ()
    lossy: tuple[str, ...] = ()  # places where something is lost for good, as sentences
    dropped: tuple[Dropped, ...] = ()
    fields: Mapping[str, Found] = field(default_factory=dict)
    verdict: str = ""  # why the page is what the verdict says, a sentence
    troubles: tuple[str, ...] = ()  # what of ours went wrong while the page was read, as sentences
    pages: tuple[OnPage, ...] = ()  # of an article on several pages: what was seen and done on pages 2, 3 …
    learnt: Mapping[str, Any] = field(default_factory=dict)  # what was known of the source, and how the page fits it


@dataclass(frozen=True, slots=True)
class OnPage:
    """The evidence of a further page of an article (see crawler.series.join)."""

    number: int
    url: str
    evidence: Evidence


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """The evidence as it is stored and exported: plain mappings, lists, strings and numbers."""
    plain: dict[str, Any] = msgspec.to_builtins(evidence)  # in a tenth of the time of dataclasses.asdict
    return plain
