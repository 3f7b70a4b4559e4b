"""A body's lines → the article's lines, with a reason for each that was dropped."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.clean.rules.breadcrumb import breadcrumb
from crawler.clean.rules.controls import controls
from crawler.clean.rules.counters import counters
from crawler.clean.rules.credits import credits
from crawler.clean.rules.foot import foot
from crawler.clean.rules.furniture import furniture
from crawler.clean.rules.headline import headline
from crawler.clean.rules.hidden import hidden
from crawler.clean.rules.links import links
from crawler.clean.rules.paging import paging
from crawler.clean.rules.phrases import phrases
from crawler.clean.rules.places import places
from crawler.clean.rules.related import related
from crawler.clean.rules.scripts import scripts
from crawler.clean.rules.template import template
from crawler.clean.scene import Rule, Scene
from crawler.evidence import Dropped

RULES: tuple[tuple[str, Rule], ...] = (
    ("template", template),
    ("hidden", hidden),
    ("places", places),
    ("foot", foot),
    ("related", related),
    ("phrases", phrases),
    ("controls", controls),
    ("counters", counters),
    ("paging", paging),
    ("breadcrumb", breadcrumb),
    ("scripts", scripts),
    ("credits", credits),
    ("headline", headline),
    ("links", links),
    ("furniture", furniture),
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The indexes of the lines that stay, in order, and what was dropped."""

    kept: tuple[int, ...]
    dropped: tuple[Dropped, ...]


def clean(scene: Scene) -> Cleaned:
    """Apply every rule to the lines as they were printed; the first rule that drops a line gives the reason."""
    reasons: dict[int, tuple[str, str]] = {}
    for name, rule in RULES:
        for index, reason in rule(scene).items():
            reasons.setdefault(index, (name, reason))
    return Cleaned(
        kept=tuple(index for index in range(len(scene.lines)) if index not in reasons),
        dropped=tuple(
            Dropped(name, reason, scene.lines[index].text) for index, (name, reason) in sorted(reasons.items())
        ),
    )


__all__ = ["RULES", "Cleaned", "Rule", "Scene", "clean"]
