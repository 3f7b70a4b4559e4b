"""On which site an article of the stream stands, and what that page says of its origin: true, missing, or false."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import words

from archive.likeness import Copy
from archive.model import Precision


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the stream. What it is known for is known of half of them."""

    name: str
    host: str
    trust: int


PAPERS = [Site(name, f"www.paper{n}.example", n % 2) for n, name in enumerate(words.OUTLETS)]
FARMS = [Site(f"财经在线{n}", f"farm{n}.example", -(n % 2)) for n in range(10)]
MIRRORS = [Site(f"{words.OUTLETS[n]}", f"mirror{n}.example", -2 * (n % 2)) for n in range(6)]  # it copies the name too


def of_origin(id: str, moment: datetime, dice: random.Random) -> Copy:
    """The page on which a story was published first."""
    site = dice.choice(PAPERS)
    source = dice.choices((site.name, "新华社", None), (75, 10, 15))[0]
    copy = Copy(
        id, _address(site, moment, id), site.name, source, says_original=source == site.name and dice.random() < 0.4
    )
    return _dated(replace(copy, trust=site.trust), moment, dice)


def of_copy(id: str, first: Copy, last: Copy, kind: str, moment: datetime, dice: random.Random) -> Copy:
    """A page that shows it again. A mirror keeps path, date and 来源; one copy in twenty-five is dated back."""
    if kind == "mirror":
        site = dice.choice(MIRRORS)
        url = f"http://{site.host}/{first.url.split('/', 3)[3]}"
        return replace(first, id=id, url=url, outlet=first.outlet, says_original=False, trust=site.trust, damaged=True)
    site = dice.choice([site for site in FARMS + PAPERS if site.name != first.outlet])
    true = first.source if first.source and first.source != first.outlet else first.outlet  # of a wire's text the wire
    source = dice.choices((true, None, site.name, last.outlet), (65, 15, 12, 8))[0]
    if dice.random() < 0.04:
        moment = moment - timedelta(days=dice.randint(3, 9))
    return _dated(Copy(id, _address(site, moment, id), site.name, source, trust=site.trust), moment, dice)


def _dated(copy: Copy, moment: datetime, dice: random.Random) -> Copy:
    precision: Precision = dice.choices(("second", "minute", "day"), (25, 40, 35))[0]
    shown = moment.replace(hour=0, minute=0) if precision == "day" else moment
    return replace(copy, published=shown.replace(second=0, microsecond=0), precision=precision)


def _address(site: Site, moment: datetime, id: str) -> str:
    return f"http://{site.host}/xw/{moment:%Y%m}/t{moment:%Y%m%d}_{int(id, 16)}.html"
