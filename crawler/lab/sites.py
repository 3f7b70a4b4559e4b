"""The sites of the lab: each a rhythm, a look, an encoding, validators, manners and troubles, all drawn from a seed."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from crawler.demo.sites.site import source_file
from crawler.lab.looks import LIST_SELECTORS, STYLES, Addresses, Look, Style, path_of
from crawler.lab.pieces import Habits, Piece, pieces
from crawler.lab.rhythm import Kind, Rhythm
from crawler.shanghai import SHANGHAI

Validators = Literal["right", "dated", "none", "changing", "stuck", "lying"]
"""What a site's ETag and Last-Modified are worth.

right: they change exactly when the bytes do · dated: a right Last-Modified alone · none · changing: another ETag with
every answer · stuck: one ETag a day for every page, whatever changes · lying: 304 to every condition, always.
"""

Charset = Literal["utf-8", "gb18030", "mislabelled", "flipping"]
"""utf-8 or GB 18030 as declared · mislabelled: gb2312 declared, UTF-8 sent · flipping: that, every other day."""

Woe = Literal["busy", "error", "refused", "hanging", "dns", "challenge", "broken"]
"""busy: 429 with Retry-After · error: 503 · refused: no connection · hanging: no answer · dns: no such name ·
challenge: a page that asks for a script, with 200 · broken: the answer breaks off."""

Gone = Literal["404", "410", "soft-404", "home"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A span in which a site is not well."""

    kind: Woe
    since: datetime
    until: datetime

    def lasts(self, at: datetime) -> bool:
        """Whether it is on at a moment."""
        return self.since <= at < self.until


@dataclass(frozen=True)
class Site:
    """One site. Everything that it answers is a function of this value and the moment (`crawler.lab.answers`)."""

    id: str
    seed: str
    host: str
    ip: str
    name: str
    rhythm: Rhythm
    begins: datetime  # articles that are older stand on its lists when the lab opens
    opens: datetime
    ends: datetime
    look: Look = "trs"
    style: Style = "trs"
    redesigned: tuple[tuple[datetime, Look], ...] = ()
    charset: Charset = "utf-8"
    validators: Validators = "right"
    habits: Habits = field(default_factory=Habits)
    per_page: int = 20
    pages: int = 2
    cached: int = 0  # seconds for which its list pages are kept before they are made anew
    counters: bool = False  # a view counter stands in its articles
    adverts: bool = False  # another advertisement in every answer
    traps: bool = False  # links to a calendar, to sessions, to what robots.txt forbids
    tracked: bool = False  # its lists' links carry tracking parameters and fragments
    feed: bool = False
    sitemap: bool = False
    gone: Gone = "404"
    delay: float = 2.0  # as its source file says
    crawl_delay: float | None = None  # as its robots.txt says
    selectors: bool = False  # whether its source file names the lists' links
    troubles: tuple[Trouble, ...] = field(default=())

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Everything that it ever publishes, oldest first."""
        return pieces(self.seed, self.rhythm.moments(self.begins, self.ends, self.seed), self.habits)

    @cached_property
    def by_path(self) -> Mapping[str, Piece]:
        """Its articles by their paths."""
        return {self.path(piece): piece for piece in self.pieces}

    @cached_property
    def _published(self) -> tuple[datetime, ...]:
        return tuple(piece.published for piece in self.pieces)

    @property
    def addresses(self) -> Addresses:
        """Its address style."""
        return STYLES[self.style]

    def path(self, piece: Piece) -> str:
        """The path of an article."""
        return path_of(self.style, piece.number, piece.published.astimezone(SHANGHAI))

    def look_at(self, at: datetime) -> Look:
        """How it looks at a moment."""
        return next((look for moment, look in reversed(self.redesigned) if moment <= at), self.look)

    def trouble(self, at: datetime) -> Trouble | None:
        """What it suffers from at a moment."""
        return next((each for each in self.troubles if each.lasts(at)), None)

    def ill(self, since: datetime, until: datetime) -> bool:
        """Whether it suffers from anything at any moment of a span."""
        return any(each.since <= until and since < each.until for each in self.troubles)

    def made(self, at: datetime) -> datetime:
        """The moment whose state its list pages show."""
        if not self.cached:
            return at
        seconds = (at - self.begins).total_seconds()
        return self.begins + timedelta(seconds=seconds - seconds % self.cached)

    @cached_property
    def _events(self) -> tuple[datetime, ...]:
        moments = [self.begins, *(moment for moment, _ in self.redesigned)]
        for piece in self.pieces:
            moments += [piece.published, *piece.edited, *filter(None, (piece.gone, piece.restored))]
        return tuple(sorted(moments))

    def changed(self, at: datetime) -> datetime:
        """When anything that its list pages may show last changed."""
        return self._events[max(0, bisect_right(self._events, self.made(at)) - 1)]

    def listed(self, at: datetime) -> tuple[Piece, ...]:
        """The articles on all its list pages at a moment, newest first."""
        moment, wanted = self.made(at), self.per_page * self.pages
        found: list[Piece] = []
        number = bisect_right(self._published, moment)
        while number > 0 and len(found) < wanted:
            number -= 1
            if self.pieces[number].is_there(moment):
                found.append(self.pieces[number])
        return tuple(found)

    def seen_from(self, piece: Piece) -> datetime:
        """When an article appears on the list."""
        made = self.made(piece.published)
        return piece.published if made == piece.published else made + timedelta(seconds=self.cached)

    def shown_until(self, piece: Piece) -> datetime | None:
        """When it is pushed off the last list page or taken away; None: not before the end."""
        behind = piece.number - 1 + self.per_page * self.pages
        pushed = self.pieces[behind].published if behind < len(self.pieces) else None
        ends = [moment for moment in (pushed, piece.gone) if moment is not None]
        return min(ends, default=None)


def source_of(site: Site, base: str, every: str = "1h") -> str:
    """The source file that watches a site at a base address, as `source add` or a person would write it."""
    page: dict[str, object] = {"url": base + site.addresses.list_page(1), "section": ["要闻"]}
    if site.selectors and site.look in LIST_SELECTORS:
        page["links"] = LIST_SELECTORS[site.look]
    if site.pages > 1:
        page |= {
            "next_pages": site.addresses.next_pages,
            "first_number": site.addresses.first_number,
            "max_pages": site.pages,
        }
    text = source_file(site.id, site.name, base, [page], [site.addresses.pattern])
    # the demo's sources are quick and ask one address; these are polite and ask a network of their own
    return (
        text.replace("delay = 0.05", f"delay = {site.delay}")
        .replace('"127.0.0.1"]', '"127.0.0.0/8"]')
        .replace('every = "1h"', f'every = "{every}"')
    )


@dataclass(frozen=True, slots=True)
class Month:
    """The lab's span of time: it opens at `opens` and runs for `days`; lists are filled with what came before."""

    opens: datetime
    days: float
    before: timedelta = timedelta(days=3)

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.opens + timedelta(days=self.days)


OPENS = datetime(2026, 9, 14, tzinfo=SHANGHAI)
"""A Monday with a working month, two national holidays and a worked weekend before it."""


def sites(seed: int, count: int, month: Month, per_day: float = 1.0) -> tuple[Site, ...]:
    """As many sites as wanted, each drawn from the seed and its number alone; `per_day` scales what they publish."""
    return tuple(_site(seed, number, month, per_day) for number in range(1, count + 1))


KINDS: Sequence[tuple[Kind, float, bool, int]] = (  # kind, articles on a day, whether it rests on holidays, weight
    ("dawn", 5.0, False, 16),
    ("office", 2.5, True, 26),
    ("clock", 4.0, False, 26),
    ("evening", 3.0, True, 12),
    ("weekly", 5.0, False, 8),
    ("bursts", 5.0, True, 12),
)
PLANS: tuple[tuple[Look, Style], ...] = (
    ("trs", "trs"), ("phpcms", "phpcms"), ("government", "government"), ("farm", "farm"),
)  # fmt: skip
NAMES: Mapping[Look, str] = {
    "trs": "岚川新闻网", "phpcms": "赤岭经济网", "government": "岚川省工业和信息化厅", "farm": "环岚财讯网",
}  # fmt: skip


def _site(seed: int, number: int, month: Month, per_day: float) -> Site:
    name = f"{seed} site {number}"
    chance = random.Random(name)  # noqa: S311 - an invented site
    kind, mean, rests, _ = chance.choices(KINDS, [weight for *_, weight in KINDS])[0]
    look, style = PLANS[number % len(PLANS)]
    looks = [other for other, _ in PLANS if other != look]
    quiet = ((begin := _within(chance, month), begin + timedelta(days=chance.uniform(2, 6))),)
    return Site(
        id=f"lab-{number:03}",
        seed=name,
        host=f"www.lab-{number:03}.example",
        ip=f"127.77.{number // 250}.{number % 250 + 1}",
        name=NAMES[look],
        rhythm=Rhythm(kind, mean * per_day * chance.uniform(0.5, 1.5), rests, quiet if chance.random() < 0.2 else ()),
        begins=month.opens - month.before,
        opens=month.opens,
        ends=month.ends,
        look=look,
        style=style,
        redesigned=((_within(chance, month), chance.choice(looks)),) if chance.random() < 0.2 else (),
        charset=_charset(chance, look),
        validators=chance.choices(VALIDATORS, (26, 18, 34, 8, 7, 7))[0],
        habits=Habits(chance.uniform(0.05, 0.3), chance.uniform(0.0, 0.08)),
        per_page=chance.choice((8, 15, 20, 30)),
        pages=chance.choice((1, 1, 2, 3, 5)),
        cached=chance.choice((0, 0, 0, 300, 600)),
        counters=look != "government" and chance.random() < 0.2,
        adverts=chance.random() < 0.25,
        traps=chance.random() < 0.3,
        tracked=chance.random() < 0.2,
        feed=chance.random() < 0.3,
        sitemap=chance.random() < 0.2,
        gone=chance.choice(("404", "404", "404", "410", "soft-404", "home")),
        delay=chance.choice((1.0, 2.0, 2.0, 3.0)),
        crawl_delay=chance.choice((None, None, None, 5.0, 10.0)),
        troubles=tuple(_troubles(chance, month)),
    )


VALIDATORS: tuple[Validators, ...] = ("right", "dated", "none", "changing", "stuck", "lying")


def _charset(chance: random.Random, look: Look) -> Charset:
    if look == "phpcms":
        return chance.choice(("gb18030", "gb18030", "mislabelled", "flipping"))
    return chance.choice(("utf-8", "utf-8", "utf-8", "gb18030")) if look == "trs" else "utf-8"


WOES: Sequence[tuple[Woe, float, float, int]] = (  # kind, shortest and longest hours, weight
    ("busy", 0.05, 0.6, 5),
    ("error", 0.3, 6.0, 4),
    ("refused", 0.3, 5.0, 3),
    ("hanging", 0.2, 2.0, 2),
    ("dns", 0.2, 3.0, 2),
    ("challenge", 1.0, 9.0, 2),
    ("broken", 0.2, 2.0, 2),
    ("error", 24.0, 70.0, 1),
)


def _troubles(chance: random.Random, month: Month) -> Iterable[Trouble]:
    for _ in range(chance.choice((0, 1, 2, 3))):
        kind, least, most, _ = chance.choices(WOES, [weight for *_, weight in WOES])[0]
        begin = _within(chance, month)
        yield Trouble(kind, begin, begin + timedelta(hours=chance.uniform(least, most)))


def _within(chance: random.Random, month: Month) -> datetime:
    """A moment of the month, neither at its beginning nor at its end."""
    return (month.opens + timedelta(days=month.days * chance.uniform(0.15, 0.85))).replace(microsecond=0)
