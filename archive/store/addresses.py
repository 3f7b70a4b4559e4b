"""Which articles an answer speaks of, where redirects let one article be known under several addresses.

A page's articles stand under its own canonical address, unless its row names another (`leads_to`). A redirect from A to
T makes A lead to T. The article keeps its id where it stood already: if A held it before the redirect came, T leads to
A. An article that is merely another one at the end of a redirect (sites send dead pages to a notice) is never taken for
it; see `archive.decide.is_same_article`. A further page of an article leads to it as well, so that it is found by that
address; but what the server says of that page says nothing of the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, Decision, decide, is_gone, is_good_article, is_same_article
from archive.model import Article
from archive.store import articles
from archive.store.prepared import Prepared
from archive.store.tables import page

LEADS_TO = Prepared(
    sa.select(page.c.leads_to)
    .where(page.c.canonical_url == sa.bindparam("address"), page.c.leads_to.is_not(None), page.c.kind != "part")
    .order_by(page.c.last_checked.desc())
    .limit(1)
)
_TO = sa.case((page.c.canonical_url == sa.bindparam("to"), None), else_=sa.bindparam("to"))
LEAD = Prepared(
    page.update()
    .where(page.c.canonical_url == sa.bindparam("address"), page.c.leads_to.is_distinct_from(_TO))
    .values(leads_to=_TO)
)


def home(connection: Connection, address: str) -> str:
    """The address under which the articles of a page stand."""
    found = LEADS_TO.first(connection, {"address": address})
    return found.leads_to if found is not None and found.leads_to else address


def homes(connection: Connection, asked: str, reached: str) -> tuple[str, ...]:
    """Every address under which articles of this visit may stand: of the page that answered, and of the one asked."""
    found = [home(connection, reached), reached]
    if asked != reached:
        found += [home(connection, asked), asked]
    return tuple(dict.fromkeys(found))


def decided(
    connection: Connection, asked: str, reached: str, read: Sequence[Article], answer: Answer
) -> Iterator[tuple[str, Decision]]:
    """What the answer means, with the address under which each article stands or is to stand."""
    where = homes(connection, asked, reached)
    if is_good_article(answer):
        address = home_for(connection, where, reached, read)
        yield from ((address, one) for one in decide(articles.held_on(connection, address), read, answer))
        return
    held = {address: articles.held_on(connection, address) for address in where}
    if is_gone(answer):
        for address, some in held.items():
            if some and not stands_elsewhere(connection, address, (asked, reached)):
                yield from ((address, one) for one in decide(some, (), answer))
        if any(held.values()):
            return
    everything = [one for some in held.values() for one in some]
    yield from ((asked, one) for one in decide(everything, (), answer))


def home_for(connection: Connection, where: Sequence[str], reached: str, read: Sequence[Article]) -> str:
    """The address to which articles that were read belong: where they are held, else the one that answered."""
    for address in where if len(where) > 1 else ():
        held = articles.held_on(connection, address)
        if held and (address == reached or is_same_article([one.article for one in held], read)):
            return address
    return reached


def lead(connection: Connection, addresses: Sequence[str], to: str) -> None:
    """Remember where the articles of these pages stand."""
    for address in dict.fromkeys(addresses):
        LEAD.run(connection, {"to": to, "address": address})


def stands_elsewhere(connection: Connection, address: str, gone: Sequence[str]) -> bool:
    """Whether a page other than these still leads to the articles of an address."""
    leads = sa.or_(page.c.canonical_url == address, page.c.leads_to == address)
    others = (leads, page.c.state == "fetched", page.c.canonical_url.not_in(gone), page.c.kind != "part")
    return connection.execute(sa.select(page.c.id).where(*others).limit(1)).first() is not None
