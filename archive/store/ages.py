"""From when on the age of a page's article counts, by which it is asked for again.

That is when the page was first seen, or the end of the day in Shanghai on which its article was published where that is
earlier: what a back-fill brings is as old as it says. Where a page holds several articles the newest one counts. An
article without a published day, or with one to come, is as old as we have known it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Decision
from archive.shanghai import end_of_day
from archive.store.prepared import Prepared
from archive.store.tables import Moment, article, page

NEWEST = Prepared(
    sa.select(sa.func.max(article.c.dated).label("dated")).where(article.c.canonical_url == sa.bindparam("home"))
)
_ENDS = sa.bindparam("ends", type_=Moment)
_AGED_FROM = sa.case((page.c.first_seen > _ENDS, _ENDS), else_=None)
_HERE = sa.or_(
    page.c.leads_to == sa.bindparam("home"),
    sa.and_(page.c.leads_to.is_(None), page.c.canonical_url == sa.bindparam("home")),
)
AGE = Prepared(page.update().where(_HERE, page.c.aged_from.is_distinct_from(_AGED_FROM)).values(aged_from=_AGED_FROM))


def follow(connection: Connection, home: str) -> None:
    """Have all pages whose articles stand at an address be as old as the newest of these says now."""
    if (ends := _ends(connection, home)) is not None:
        AGE.run(connection, {"home": home, "ends": ends})


def recorded(
    connection: Connection, home: str, before: sa.Row[Any], decisions: Sequence[Decision], *, moved: bool
) -> None:
    """The same after an answer was recorded, as far as it can have changed anything.

    `before` is the row of the page that was asked for as it was, `moved` whether a redirect led to another. Most
    answers bring what is known, or an article found on the day of its publication: nothing is to be written then.
    """
    written = [each for each in decisions if each.article is not None]
    if not written and before.last_fetched is not None and not moved:
        return
    ends = _ends(connection, home)
    anew = moved or before.aged_from is not None or any(each.kind != "new" for each in written)
    if ends is not None and (anew or ends < before.first_seen):
        AGE.run(connection, {"home": home, "ends": ends})


def _ends(connection: Connection, home: str) -> datetime | None:
    newest = NEWEST.first(connection, {"home": home}).dated
    return None if newest is None else end_of_day(newest)
