"""What a crawl has to know of a source before it begins, without a look at every page that it ever showed.

Which articles a ladder of revisits asks for depends on two moments: from when an article's age counts and when it was
checked last. So the index of articles has the span between the two, in classes; in each class only those are looked at
that were checked longer ago than any rung allows that reaches so far; of those it is told row by row. What was older
than the ladder reaches when it was found, and was never asked for again, is found by an index of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Page
from archive.store import rows
from archive.store.tables import Moment, page

Ladder = Sequence[tuple[timedelta, timedelta]]
"""Rungs: up to this age of an article, at most this often."""

DAY = timedelta(days=1)
AT_A_TIME = 500  # addresses in one statement
PARTS = 50  # of a statement; a database may take 500
NEAR_THE_EDGE = 20  # articles whose span is so near to a rung's end that the next one may be theirs
CLASSES = (0.1146, 0.5, 0.9584, 3, 6.876, 14, 27.001, 60, 90, 180, 335.001, 365, 730)
"""Days at which the next class begins: some just behind the last checks of the rungs of NewsDiffs' ladder, after which
an article waits for long. The migration has them as well: an index is of an expression."""

SPAN = {
    "sqlite": "(julianday(last_checked) - julianday(coalesce(aged_from, first_seen)))",
    "postgresql": "(extract(epoch from (last_checked - coalesce(aged_from, first_seen))) / 86400)",
}
"""How old an article was at its last check, in days."""

FOR_EVER = 1e9  # days; SQL has no number for infinity
ROUGHLY = timedelta(seconds=2)
"""What SQLite's days may be wrong by, and more."""

ANSWERED = "kind = 'article' AND state IN ('fetched', 'gone')"
UNASKED = "aged_from IS NOT NULL AND NOT asked_again"
NO_ARTICLE = "kind <> 'article'"


class Asking(NamedTuple):
    """What says when the ladder asks for an article next (`crawler.revisit.next_check`)."""

    counts_from: datetime
    last_checked: datetime
    unasked: bool


def span_class(dialect: str) -> str:
    """The class of an article's span, as SQL: 0, 1 …, and -1 for one that was never checked."""
    cases = " ".join(f"WHEN {SPAN[dialect]} < {days} THEN {number}" for number, days in enumerate(CLASSES))
    return f"(CASE WHEN last_checked IS NULL THEN -1 {cases} ELSE {len(CLASSES)} END)"


def to_do(
    connection: Connection, source_id: str, now: datetime, ladder: Ladder, attempts: int, also: Sequence[str]
) -> dict[str, Page]:
    """What a crawl has to know before it begins (see `Archive.work`), in the order in which it was found."""
    ids = sa.select(page.c.id).where(page.c.source_id == source_id)
    parts = [
        ids.where(sa.text(NO_ARTICLE)),
        ids.where(page.c.state == "pending"),
        ids.where(page.c.state == "failed", page.c.failures < attempts),
        *(ids.where(sa.text(ANSWERED), each) for each in _may_be_due(connection.dialect.name, now, ladder)),
    ]
    wanted = sa.select(page).where(page.c.id.in_(sa.union_all(*parts)))
    found = {row.id: rows.page(row) for row in connection.execute(wanted)}
    for some in _chunks(also):
        named = sa.select(page).where(page.c.source_id == source_id, page.c.canonical_url.in_(list(some)))
        found |= {row.id: rows.page(row) for row in connection.execute(named)}
    return {each.canonical_url: each for _, each in sorted(found.items())}


def askings(connection: Connection, source_id: str, ladder: Ladder, without: Sequence[str] = ()) -> tuple[Asking, ...]:
    """A few articles, among them the one that the ladder asks for first; those at hosts `without` which are left out.

    Of each rung, in each class, those that were checked longest ago: they are asked for first, unless a rung asks more
    often than the one before it. There the oldest ones may be. Of those behind the last rung, the same.
    """
    found: list[Asking] = []
    bases = [f"{scheme}://{host}/" for host in without for scheme in ("http", "https")]
    given: dict[str, str | int] = {"source": source_id}
    for number, base in enumerate(bases):
        given |= {f"base_{number}": base, f"letters_{number}": len(base)}
    for statement in _askings(connection.dialect.name, tuple(ladder), len(bases)):
        asked = connection.execute(statement, given)
        found += (Asking(*row) for row in asked)
    return tuple(found)


@lru_cache(maxsize=64)
def _askings(
    dialect: str, ladder: tuple[tuple[timedelta, timedelta], ...], without: int
) -> tuple[sa.TextualSelect, ...]:
    """The statements of `askings`. As text: there are fifteen parts, which took longer to be put together than run."""
    span, of = SPAN[dialect], span_class(dialect)
    conditions = [
        (f"{of} = {number} AND {span} >= {least!r} AND {span} <= {most!r}", order)
        for number, least, most, shrinks in _stretches(ladder)
        for order in (("last_checked", "counts_from") if shrinks else ("last_checked",))
    ]
    if ladder:
        conditions.append((f"{UNASKED} AND {span} >= {_reach(ladder) / DAY - ROUGHLY / DAY!r}", "last_checked"))
    elsewhere = "".join(f" AND substr(url, 1, :letters_{number}) <> :base_{number}" for number in range(without))
    parts = [
        "SELECT * FROM (SELECT coalesce(aged_from, first_seen) AS counts_from, last_checked, "  # noqa: S608
        f"({UNASKED}) AS unasked FROM page WHERE source_id = :source AND {ANSWERED} AND {condition}{elsewhere} "
        f"ORDER BY {order} LIMIT {NEAR_THE_EDGE}) nearest"
        for condition, order in conditions
    ]
    some = (parts[start : start + PARTS] for start in range(0, len(parts), PARTS))
    told = (sa.column("counts_from", Moment), page.c.last_checked, sa.column("unasked", sa.Boolean))
    return tuple(sa.text(" UNION ALL ".join(each)).columns(*told) for each in some)


def _reach(ladder: Ladder) -> timedelta:
    """The age at its last check above which no rung asks for an article again."""
    return max(until - pause for until, pause in ladder)


def _stretches(ladder: Ladder) -> Iterator[tuple[int, float, float, bool]]:
    """Classes, the spans in days, roughly, after which a rung asks in each, and whether sooner than the last rung."""
    begins, before, roughly = -FOR_EVER, timedelta(0), ROUGHLY / DAY
    for until, pause in ladder:
        ends = (until - pause) / DAY  # an article that was checked later is asked for by the next rung
        for number, (least, most) in enumerate(pairwise((-FOR_EVER, *CLASSES, FOR_EVER))):
            if begins < ends and least - roughly <= ends and begins < most + roughly:
                yield number, max(begins, least) - roughly, min(ends, most) + roughly, pause < before
        begins, before = max(begins, ends), pause


def newest_success(connection: Connection, source_id: str) -> datetime | None:
    """The newest answer of a page of a source that was read and stands; None if there is none."""
    asked = connection.execute(_newest_success(connection.dialect.name), {"source": source_id})
    return max((row.last_checked for row in asked if row.last_checked is not None), default=None)


@lru_cache(maxsize=2)
def _newest_success(dialect: str) -> sa.TextualSelect:
    """Of each class of articles the newest, from the index of revisits; of the few other pages all."""
    # That is: fetched. Said so, SQLite would take the index of states and read every page of the source.
    well = "source_id = :source AND state NOT IN ('pending', 'failed', 'gone') AND error_kind IS NULL"
    parts = [
        f"SELECT * FROM (SELECT last_checked FROM page WHERE {well} AND {ANSWERED} "  # noqa: S608
        f"AND {span_class(dialect)} = {number} AND last_checked IS NOT NULL ORDER BY last_checked DESC LIMIT 1) newest"
        for number in range(len(CLASSES) + 1)
    ]
    parts.append(f"SELECT max(last_checked) FROM page WHERE {well} AND {NO_ARTICLE} HAVING count(*) > 0")  # noqa: S608
    return sa.text(" UNION ALL ".join(parts)).columns(page.c.last_checked)


def of_addresses(connection: Connection, source_id: str, addresses: Sequence[str], newest: int) -> dict[str, Page]:
    """The pages of a source at these addresses, of those that were there when `newest` was the newest."""
    found: dict[str, Page] = {}
    for chunk in _chunks(addresses):
        some = {rows.column_text(address): address for address in chunk}
        theirs = (page.c.source_id == source_id, page.c.canonical_url.in_(list(some)), page.c.id <= newest)
        found |= {some[row.canonical_url]: rows.page(row) for row in connection.execute(sa.select(page).where(*theirs))}
    return found


def newest(connection: Connection) -> int:
    """The number of the newest page of all sources; 0 if there is none."""
    return connection.execute(sa.select(sa.func.max(page.c.id))).scalar() or 0


def _chunks(addresses: Sequence[str]) -> Iterator[Sequence[str]]:
    return (addresses[start : start + AT_A_TIME] for start in range(0, len(addresses), AT_A_TIME))


def _may_be_due(dialect: str, now: datetime, ladder: Ladder) -> list[sa.ColumnElement[bool]]:
    """Conditions of which an article that is due fulfils one. A page checked by a clock that was ahead may be due."""
    of = sa.literal_column(span_class(dialect), sa.Integer)
    if not ladder:
        return [of == -1]
    classes: dict[datetime, list[int]] = {}
    for number in range(len(CLASSES) + 1):
        begins = timedelta(days=CLASSES[number - 1]) - ROUGHLY if number else timedelta.min
        pauses = [pause for until, pause in ladder if until - pause >= begins]
        if pauses:
            classes.setdefault(now - min(pauses), []).append(number)
    span = sa.literal_column(SPAN[dialect], sa.Float)
    asked = sa.or_(
        *(
            sa.and_(page.c.last_checked <= now - pause, span <= (until - pause + ROUGHLY) / timedelta(days=1))
            for until, pause in ladder
        )
    )
    return [
        of == -1,
        sa.and_(of.in_(range(len(CLASSES) + 1)), page.c.last_checked > now),
        *(sa.and_(of.in_(some), page.c.last_checked <= moment, asked) for moment, some in classes.items()),
        sa.and_(sa.text(UNASKED), page.c.last_checked <= now - ladder[-1][1]),
    ]
