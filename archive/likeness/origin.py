"""Which article of a story the others come from, with the evidence and how sure it is.

No single sign is enough. 来源 is printed by most copies but not by all, farms print their own name, a source may not be
held at all; the time of a page is a day only, or false; the first copy that was seen need not be the first that
was published. Each sign is a weight, a logarithm of odds, and the confidence follows from their sums.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.identity import url_hint
from archive.model import Precision, Role
from archive.shanghai import SHANGHAI

Link = Literal["reprint-of", "excerpt-of", "mirror-of"]
LINKS: Mapping[Role, Link] = {"reprint": "reprint-of", "excerpt": "excerpt-of", "mirror": "mirror-of"}
"""What an article of that role is to the origin of its story."""


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
_CONVERTED = -1.5  # in Traditional script, where the same outlet has it in Simplified: official twins are conversions


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
    traditional: bool = False
    trust: int = 0
    """Of the site: 1 for an official one or a newspaper, 0 for an unknown one, -1 for a farm, -2 for a spam mirror."""
    names: frozenset[str] = frozenset()  # under which the site's articles are known, beside `outlet`

    def is_of(self, name: str | None) -> bool:
        """Whether the name is one of its site's."""
        return bool(name) and (name == self.outlet or name in self.names)

    @property
    def named(self) -> str | None:
        """Another site that it names as its source; None if it names none, or its own."""
        return self.source if self.source and not self.is_of(self.source) else None


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
    ...     Copy("b", "http://b.cn/2", "石泉网", source="岚川日报", published=datetime(2025, 1, 2, tzinfo=SHANGHAI)),
    ...     Copy("a", "http://a.cn/1", "岚川日报", published=datetime(2025, 1, 1, 9, tzinfo=SHANGHAI)),
    ... ]
    >>> origin_of(copies).id, origin_of(copies).evidence[0]
    ('a', '1 of 1 copies name 岚川日报 as their source')
    """
    if not copies:
        raise ValueError("A story has at least one article.")
    ordered = sorted(copies, key=lambda copy: copy.id)
    story = _Story(ordered)
    weighed = [(_signs(copy, story), copy) for copy in ordered]
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


class _Story:
    """What the copies tell together, counted once: a story may have thousands."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self.voices = Counter(copy.named for copy in copies if copy.named)  # other sites that are named as the source
        self.starts = sorted(span(copy)[0] for copy in copies if copy.published)[:2]
        self.first = min(span(copy)[1] for copy in copies)  # by then the earliest was published
        self.hints = {copy.id: url_hint(copy.url) for copy in copies}
        self.earliest: dict[str, float] = defaultdict(lambda: math.inf)  # of each hint
        self.damaged: Counter[str] = Counter()  # copies of each hint
        self.simplified: set[str] = set()  # names of sites that show it in Simplified script
        for copy in copies:
            if (hint := self.hints[copy.id]) is not None:
                self.earliest[hint] = min(self.earliest[hint], _moment(copy))
                self.damaged[hint] += copy.damaged
            if not copy.traditional and not copy.damaged:
                self.simplified |= {copy.outlet, *copy.names}

    def others_start(self, copy: Copy) -> float | None:
        """The first second at which another copy may have been published; None if no other has a date."""
        starts = list(self.starts)
        if copy.published and span(copy)[0] in starts:
            starts.remove(span(copy)[0])
        return starts[0] if starts else None


def _signs(copy: Copy, story: _Story) -> list[tuple[float, str]]:
    signs = _of_sources(copy, story)
    others_start = story.others_start(copy)
    if others_start is not None and span(copy)[1] < others_start:  # a copy without a date ends at infinity
        signs.append((_EARLIEST, "it was published before all others"))
    elif later := _lag(copy, story.first):
        signs.append((-min(_EARLIEST, later / 3600 * 0.5), "it was published later"))
    signs.append((_COMPLETE * min(copy.completeness, 1.0), f"it holds {copy.completeness:.0%} of the longest text"))
    if copy.excerpt:
        signs.append((_CUT, "it is an excerpt"))
    if copy.damaged:
        signs.append((_DAMAGED, "its characters are damaged as mirrors do it"))
    if (hint := story.hints[copy.id]) is not None:
        if story.earliest[hint] < _moment(copy):
            signs.append((_COPIED_NAME, "its address has another site's id, and a later time"))
        if not copy.damaged and story.damaged[hint]:
            signs.append((_MIRRORED, "a mirror has kept the id of its address"))
    if copy.traditional and story.simplified & {copy.outlet, *copy.names}:
        signs.append((_CONVERTED, "its outlet has it in the other script"))
    if copy.trust:
        signs.append((_TRUST * copy.trust, "its site is known to publish" if copy.trust > 0 else "its site copies"))
    return signs


def _of_sources(copy: Copy, story: _Story) -> list[tuple[float, str]]:
    signs = []
    if copy.source and copy.outlet:
        if copy.named:
            signs.append((_NAMES_ANOTHER, f"it names {copy.source} as its source"))
        elif copy.says_original:
            signs.append((_SAYS_ORIGINAL, f"it says that it is {copy.source}'s own"))
        else:
            signs.append((_NAMES_ITSELF, f"it names its own outlet, {copy.source}, as the source"))
    naming = {name: story.voices[name] for name in {copy.outlet, *copy.names} if story.voices[name]}
    voices = story.voices.total() - (copy.named is not None)
    if naming and voices:
        known_as = max(sorted(naming), key=lambda name: naming[name])
        share = 2 * sum(naming.values()) / voices
        signs.append((_NAMED * share, f"{sum(naming.values())} of {voices} copies name {known_as} as their source"))
    return signs


def _absent_outlet(copies: Sequence[Copy]) -> str | None:
    """The outlet that most of the copies that name another name, where no article is of that outlet."""
    named = Counter(sorted(copy.named for copy in copies if copy.named))
    if not named or any(copy.says_original and copy.trust >= 0 and not copy.damaged for copy in copies):
        return None
    best, count = named.most_common(1)[0]  # of equals the first by name
    held = any(copy.is_of(best) and not copy.damaged for copy in copies)
    return best if not held and 2 * count > named.total() else None


def _moment(copy: Copy) -> float:
    return copy.published.timestamp() if copy.published else math.inf


def span(copy: Copy) -> tuple[float, float]:
    """In seconds since 1970 the first and the last second at which it may have been published."""
    if copy.published is None:
        return -math.inf, math.inf
    if copy.precision != "day":
        return copy.published.timestamp(), copy.published.timestamp() + (59 if copy.precision == "minute" else 0)
    midnight = copy.published.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp(), midnight.timestamp() + 86_399


def _lag(copy: Copy, first: float) -> float:
    """The seconds by which it is later for certain than the earliest; 0 where nothing is certain."""
    lag = span(copy)[0] - first
    return lag if math.isfinite(lag) and lag > 0 else 0.0
