"""Has a template changed? Told from the newest readings of a source, each of which names how it was recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from crawler.learn.learnt import Learnt

if TYPE_CHECKING:  # the crawl, which only looks at evidence, does without the modules of reading
    from crawler.learn.recognise import Recognised

NEWEST = 8
"""Pages, newest first, that are looked at."""

FEWEST = 5
"""Of them that must speak for a change: one page in another dress is a special, five are a redesign."""

_SETTLED = 0.8
_FALL = 0.3  # by which the share of the furniture that is still there lies below the lowest of the learnt pages


@dataclass(frozen=True, slots=True)
class Sight:
    """How one page was recognised."""

    profile: str  # the digest of the profile it was read with
    template: str | None
    likeness: float
    standing: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A template is not what it was."""

    sentence: str
    pages: int  # that speak for it
    looked_at: int


def sight(learnt: Learnt, recognised: Recognised) -> Sight:
    """How a page was recognised by a profile."""
    return Sight(learnt.digest, recognised.template, recognised.likeness, recognised.standing)


def sight_of(evidence: Mapping[str, Any]) -> Sight | None:
    """The same, from the evidence of a reading; None if nothing was known of the source when the page was read."""
    told = evidence.get("learnt") or {}
    try:
        return Sight(str(told["profile"]), told["template"], float(told["likeness"]), float(told["standing"]))
    except (KeyError, TypeError, ValueError):
        return None


def is_settled(learnt: Learnt) -> bool:
    """Whether nearly all pages share their template with four others: where each is made anew, none changes."""
    settled = sum(template.pages for template in learnt.templates if template.pages >= FEWEST)
    return settled >= _SETTLED * learnt.pages


def changed(newest: Sequence[Sight], learnt: Learnt) -> Alarm | None:
    """An alarm if five of the eight newest pages that this profile read are not as ever, else None.

    They look like none of its templates, or lack the furniture. A source without templates to speak of raises none.
    """
    if not is_settled(learnt):
        return None
    seen = [each for each in newest[:NEWEST] if each.profile == learnt.digest]
    strange = [each for each in seen if each.template is None]
    known = len(learnt.templates)
    if len(strange) >= FEWEST:
        likeness = median(each.likeness for each in strange)
        usual = min(template.likeness for template in learnt.templates)
        return Alarm(
            f"{len(strange)} of the {len(seen)} newest pages look like none of the {known} known "
            f"template{'s' * (known != 1)}: {likeness:.0%} of the structure is there, {usual:.0%} or more was usual.",
            len(strange),
            len(seen),
        )
    by_name = {template.name: template for template in learnt.templates}
    bare = [
        each for each in seen if each.template in by_name and each.standing < by_name[each.template].standing - _FALL
    ]
    if len(bare) >= FEWEST:
        return Alarm(
            f"{len(bare)} of the {len(seen)} newest pages lack what stood on every page: "
            f"{median(each.standing for each in bare):.0%} of the template's furniture is there.",
            len(bare),
            len(seen),
        )
    return None
