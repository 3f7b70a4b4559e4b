"""Which article of a story the others come from, with the evidence and how sure it is.

No single sign is enough. 来源 is printed by most copies but not by all, farms print their own name, a source may not be
held at all; the time of a page is a day only, or false; the first copy that was seen need not be the first that
was published. Each sign is a weight, a logarithm of odds, and the confidence follows from their sums.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from archive.identity import url_hint
from archive.model import Precision

Link = Literal["reprint-of", "excerpt-of", "mirror-of"]
_SHANGHAI = timezone(timedelta(hours=8))

_SAYS_ORIGINAL = 3.0  # 原创 beside its own name
_NAMES_ITSELF = 1.0  # 来源 is its own site: origins do, and so do farms
_NAMES_ANOTHER = -3.0  # 来源 is another site: a copy says so itself
_NAMED = 3.5  # each half of the others' 来源 that names its site
_EARLIEST = 2.0  # published before all others; by the hour that another is later, at most this
_COMPLETE = 2.0  # holds all of the longest text, by share
_CUT = -2.5  # is an excerpt of another
_DAMAGED = -5.0  # a mirror's damage, repaired or not
_COPIED_NAME = -1.5  # its address has an id that another host's article has too, and a date that is not its own
_MIRRORED = 2.5  # a damaged article has the same id in its address: mirrors keep the path of what they copy
_TRUST = 1.5  # per step of the site's trust


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of one article of a story. `completeness` is the share that it holds of the longest text."""

    id: str
    url: str
    outlet: str = ""  # the name of the site on which it stands
    source: str | None = None  # 来源
    says_original: bool | None = None  # 原创
    published: datetime | None = None
    precision: Precision | None = None
    completeness: float = 1.0
    excerpt: bool = False
    damaged: bool = False
    trust: int = 0
    """Of the site: 1 for an official one or a newspaper, 0 for an unknown one, -1 for a farm, -2 for a spam mirror."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a story comes from: the article, whose outlet it is, and what speaks for it.

    `held` is False where the articles name an outlet of which none is held: then `id` is the best copy of it.
    """

    id: str
    outlet: str
    held: bool
    confidence: float
    evidence: tuple[str, ...]


def origin_of(copies: Sequence[Copy]) -> Origin:
    """The origin of a story. The order of the copies makes no difference.

    >>> copies = [
    ...     Copy("b", "http://b.cn/2", "石泉网", source="岚川日报", published=datetime(2025, 1, 2, tzinfo=_SHANGHAI)),
    ...     Copy("a", "http://a.cn/1", "岚川日报", published=datetime(2025, 1, 1, 9, tzinfo=_SHANGHAI)),
    ... ]
    >>> origin_of(copies).id, origin_of(copies).evidence[0]
    ('a', '1 of 1 copies name 岚川日报 as their source')
    """
    if not copies:
        raise ValueError("A story has at least one article.")
    ordered = sorted(copies, key=lambda copy: copy.id)
    weighed = [(_signs(copy, ordered), copy) for copy in ordered]
    scores = [math.fsum(weight for weight, _ in signs) for signs, _ in weighed]
    best = max(range(len(ordered)), key=lambda at: (scores[at], -_moment(ordered[at]), ordered[at].id))
    confidence = 1 / math.fsum(math.exp(min(score - scores[best], 0.0)) for score in scores)
    signs, copy = weighed[best]
    evidence = tuple(sentence for weight, sentence in sorted(signs, reverse=True) if weight > 0)
    named = _absent_outlet(ordered)
    if named is not None:
        return Origin(
            copy.id, named, False, round(confidence, 3), (f"the copies name {named}, which is not held", *evidence)
        )
    return Origin(copy.id, copy.outlet or copy.source or "", True, round(confidence, 3), evidence)


def link_of(copy: Copy) -> Link:
    """What an article of a story that is not its origin is to that."""
    return "mirror-of" if copy.damaged else "excerpt-of" if copy.excerpt else "reprint-of"


def _signs(copy: Copy, copies: Sequence[Copy]) -> list[tuple[float, str]]:
    others = [other for other in copies if other.id != copy.id]
    signs = _of_sources(copy, others)
    if _is_before_all(copy, others):
        signs.append((_EARLIEST, "it was published before all others"))
    elif later := _lag(copy, copies):
        signs.append((-min(_EARLIEST, later / 3600 * 0.5), "it was published later"))
    signs.append((_COMPLETE * min(copy.completeness, 1.0), f"it holds {copy.completeness:.0%} of the longest text"))
    if copy.excerpt:
        signs.append((_CUT, "it is an excerpt"))
    if copy.damaged:
        signs.append((_DAMAGED, "its characters are damaged as mirrors do it"))
    if _has_foreign_hint(copy, others):
        signs.append((_COPIED_NAME, "its address has another site's id, and a later time"))
    if not copy.damaged and any(other.damaged and _same_hint(copy, other) for other in others):
        signs.append((_MIRRORED, "a mirror has kept the id of its address"))
    if copy.trust:
        signs.append((_TRUST * copy.trust, "its site is known to publish" if copy.trust > 0 else "its site copies"))
    return signs


def _of_sources(copy: Copy, others: Sequence[Copy]) -> list[tuple[float, str]]:
    signs = []
    if copy.source and copy.outlet:
        itself = copy.source == copy.outlet
        if itself and copy.says_original:
            signs.append((_SAYS_ORIGINAL, f"it says that it is {copy.outlet}'s own"))
        elif itself:
            signs.append((_NAMES_ITSELF, f"it names its own site, {copy.outlet}, as the source"))
        else:
            signs.append((_NAMES_ANOTHER, f"it names {copy.source} as its source"))
    voices = [other.source for other in others if other.source and other.source != other.outlet]
    naming = sum(source == copy.outlet for source in voices)
    if naming:
        share = 2 * naming / len(voices)
        signs.append((_NAMED * share, f"{naming} of {len(voices)} copies name {copy.outlet} as their source"))
    return signs


def _absent_outlet(copies: Sequence[Copy]) -> str | None:
    """The outlet that most of the copies that name another name, where no article is of that outlet."""
    named = [copy.source for copy in copies if copy.source and copy.source != copy.outlet]
    if not named or any(copy.says_original and copy.trust >= 0 and not copy.damaged for copy in copies):
        return None
    best = max(sorted(set(named)), key=named.count)
    held = any(copy.outlet == best and not copy.damaged for copy in copies)
    return best if not held and 2 * named.count(best) > len(named) else None


def _moment(copy: Copy) -> float:
    return copy.published.timestamp() if copy.published else math.inf


def _span(copy: Copy) -> tuple[float, float]:
    """The first and the last second at which it may have been published."""
    if copy.published is None:
        return -math.inf, math.inf
    if copy.precision != "day":
        return copy.published.timestamp(), copy.published.timestamp() + (59 if copy.precision == "minute" else 0)
    midnight = copy.published.astimezone(_SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp(), midnight.timestamp() + 86_399


def _is_before_all(copy: Copy, others: Sequence[Copy]) -> bool:
    last = _span(copy)[1]
    dated = [_span(other)[0] for other in others if other.published]
    return bool(dated) and last < min(dated)  # a copy without a date may be anything: it ends at infinity


def _lag(copy: Copy, copies: Sequence[Copy]) -> float:
    """The seconds by which it is later for certain than the earliest; 0 where nothing is certain."""
    first = min(_span(other)[1] for other in copies)
    lag = _span(copy)[0] - first
    return lag if math.isfinite(lag) and lag > 0 else 0.0


def _has_foreign_hint(copy: Copy, others: Sequence[Copy]) -> bool:
    return any(_same_hint(copy, other) and _moment(other) < _moment(copy) for other in others)


def _same_hint(one: Copy, other: Copy) -> bool:
    hint = url_hint(one.url)
    return hint is not None and url_hint(other.url) == hint
