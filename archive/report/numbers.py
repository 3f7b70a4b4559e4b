"""Facts of articles → figures. Memory grows with sources and days, not with articles.

Delays are kept as a histogram whose steps are a tenth apart, names as the most frequent ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from archive.export.unseen import as_it_looks
from archive.fold import spaced
from archive.report.fact import FIELDS, Fact
from archive.report.time_axis import Axis, axis
from archive.shanghai import SHANGHAI

STEP = math.log(1.1)
AT_ONCE = -1
"""The step of delays below a second."""

MOST_NAMES = 20_000
"""Names of outlets, which pages can write as they like: beyond so many the rare half is counted together."""


class Frequent:
    """A counter that holds the most frequent keys and knows how much it has let go."""

    def __init__(self) -> None:
        self.counts: Counter[Any] = Counter()
        self.left_out = 0

    def add(self, key: Any) -> None:
        """Count once."""
        self.counts[key] += 1
        if len(self.counts) > MOST_NAMES:
            kept = Counter(dict(self.counts.most_common(MOST_NAMES // 2)))
            self.left_out += self.counts.total() - kept.total()
            self.counts = kept


class Delays:
    """How long after publication articles were first seen."""

    def __init__(self) -> None:
        self.steps: Counter[int] = Counter()
        self.ahead = self.before = 0

    def add(self, published: datetime, first_seen: datetime, since: datetime | None) -> None:
        """Count one; before `since`, the first look, nothing could be seen in time."""
        delay = (first_seen - published).total_seconds()
        if since is not None and published < since:
            self.before += 1
        elif delay < 0:
            self.ahead += 1
        else:
            self.steps[round(math.log(delay) / STEP) if delay >= 1 else AT_ONCE] += 1

    def quantile(self, share: float) -> float | None:
        """Seconds, within a twentieth; None if there are none."""
        wanted, seen = share * self.steps.total(), 0
        for step in sorted(self.steps):
            seen += self.steps[step]
            if seen >= wanted:
                return 0.0 if step == AT_ONCE else math.exp(step * STEP)
        return None

    def told(self) -> dict[str, Any]:
        """As JSON."""
        quantiles = {name: self.quantile(share) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))}
        seconds = {name: None if value is None else round(value) for name, value in quantiles.items()}
        return {"articles": self.steps.total(), **seconds, "before_first_look": self.before, "ahead": self.ahead}


@dataclass(slots=True)
class Source:
    """One source's figures."""

    days: Counter[date] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    repaired: int = 0
    lossy: int = 0
    delays: Delays = field(default_factory=Delays)


class Numbers:
    """Takes in facts and tells figures.

    `looked` says since when each source has been looked at, `outlets` what its own papers are called beside its name.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        looked: Mapping[str, datetime],
        outlets: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._names, self._looked = names, looked
        self._own = {source: frozenset(map(spaced, each)) for source, each in (outlets or {}).items()}
        self._sources: dict[str, Source] = {}
        self._edges = Frequent()
        self._repairs: Counter[str] = Counter()
        self._changes: Counter[str] = Counter()

    def add_all(self, facts: Iterable[Fact]) -> None:
        """Take in all of them."""
        for each in facts:
            self.add(each)

    def add(self, fact: Fact) -> None:
        """Take in one article."""
        source = self._sources.setdefault(fact.source_id, Source())
        source.days[fact.dated.astimezone(SHANGHAI).date()] += 1
        source.filled.update(fact.filled)
        source.repaired += bool(fact.repairs)
        source.lossy += fact.lossy
        self._repairs.update(fact.repairs.keys())
        self._changes.update(fact.repairs)
        if fact.published is not None:
            source.delays.add(fact.published, fact.first_seen, self._looked.get(fact.source_id))
        edge = self._edge(fact)
        if edge is not None:
            self._edges.add(edge)

    def _edge(self, fact: Fact) -> tuple[str, str, str] | None:
        """Whom the article was taken from, by its story, else by what its page names; None for a source's own."""
        if fact.copied_from:  # a source that is watched by itself is another one, also if it is called as an own paper
            told = self._names.get(fact.copied_from, fact.copied_from)
            own = (self._names.get(fact.source_id), fact.source_id)
            return None if told in own else (told, fact.source_id, "story")
        named, by = (fact.outlet, "story") if fact.outlet else (fact.origin, "named")
        named = named and as_it_looks(named)
        return (named, fact.source_id, by) if named and not self._is_own(named, fact.source_id) else None

    def _is_own(self, name: str, source: str) -> bool:
        """Whether that is what a source, or a paper of its own, is called, in either script."""
        folded = spaced(name)
        return folded in (spaced(self._names.get(source, source)), spaced(source)) or folded in self._own.get(
            source, ()
        )

    def told(self, now: datetime) -> dict[str, Any]:
        """All figures as JSON (docs/report.md), sources by their number of articles."""
        order = sorted(self._sources, key=lambda each: (-self._sources[each].days.total(), each))
        days: Counter[date] = Counter()
        for source in self._sources.values():
            days.update(source.days)
        shown = axis(days, now.astimezone(SHANGHAI).date())
        return {
            "made": now.astimezone(UTC).isoformat(timespec="seconds"),
            "articles": days.total(),
            "sources": [self._source(each, shown) for each in order],
            "time": {"unit": shown.unit, "bins": [each.isoformat() for each in shown.bins]},
            "network": self._network(),
            "repairs": [
                {"rule": rule, "articles": count, "changes": self._changes[rule]}
                for rule, count in sorted(self._repairs.items(), key=lambda item: (-item[1], item[0]))
            ],
            "fields": list(FIELDS),
        }

    def _source(self, source_id: str, shown: Axis) -> dict[str, Any]:
        source = self._sources[source_id]
        total = source.days.total()
        return {
            "id": source_id,
            "name": self._names.get(source_id, source_id),
            "articles": total,
            "first": min(source.days).isoformat(),
            "last": max(source.days).isoformat(),
            "bins": shown.counted(source.days),
            "outside": total - sum(shown.counted(source.days)),
            "delays": source.delays.told(),
            "repaired": source.repaired,
            "lossy": source.lossy,
            "filled": {name: round(source.filled[name] / total, 4) for name in FIELDS},
        }

    def _network(self) -> dict[str, Any]:
        """Of each pair how many articles, and of them how many by their story."""
        pairs: dict[tuple[str, str], Counter[str]] = {}
        for (origin, to, by), count in self._edges.counts.items():
            pairs.setdefault((origin, to), Counter())[by] += count
        edges = [
            {
                "from": origin,
                "to": self._names.get(to, to),
                "source_id": to,
                "articles": counts.total(),
                "by_story": counts["story"],
            }
            for (origin, to), counts in sorted(pairs.items(), key=lambda item: (-item[1].total(), item[0]))
        ]
        return {"edges": edges, "left_out": self._edges.left_out}
