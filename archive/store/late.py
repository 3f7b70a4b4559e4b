"""What an answer that comes late says of articles: that they were gone meanwhile, and came back.

Answers of a server may be recorded in any order, by an import above all. A 404 that lies between two copies is what
makes the later one a restoration, whether it is recorded before that or after it. So where an answer is older than the
newest of its page, what became of the article is told from its captures; its text stays as it is (archive.decide).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import GONE, Answer, Told, came_back, is_gone, is_good_article
from archive.model import Change
from archive.store.articles import CHANGE, still_gone
from archive.store.tables import article, capture, page, revision

ANSWERS = (
    sa.select(page.c.canonical_url, page.c.state, capture.c.id, capture.c.fetched_at, capture.c.status)
    .add_columns(capture.c.verdict)
    .select_from(page.outerjoin(capture, sa.and_(capture.c.page_id == page.c.id, capture.c.kind == "article")))
    .where(sa.or_(page.c.canonical_url == sa.bindparam("home"), page.c.leads_to == sa.bindparam("home")))
    .where(page.c.kind != "part")
)
THERE = sa.select(article.c.id, article.c.first_seen, article.c.last_seen, article.c.status, article.c.revision).where(
    article.c.canonical_url == sa.bindparam("home")
)
_OF_THIS = revision.c.article_id == sa.bindparam("key")
EDITED = ("edited", "completed")


def taken_in(connection: Connection, homes: Sequence[str], answer: Answer, *, newest: bool) -> Iterator[Change]:
    """What an answer of a page says of the articles of these addresses beside what was decided of it.

    Told are those that came back, as is known only now that an older one came; they are `restored` from here on. What
    an earlier return brought, of an article that is gone now as well, is a restoration without being told.
    """
    for home in homes:
        if is_gone(answer):
            still_gone(connection, home, answer.fetched_at)
        if newest or not (is_gone(answer) or is_good_article(answer)):
            continue
        there = connection.execute(THERE, {"home": home}).all()
        answers = _answers(connection, home) if there else ()
        for row in there if answers else ():
            returns = list(came_back(answers, row.first_seen, row.last_seen))
            if returns and _restored(connection, row, returns):
                yield Change("restored", home, row.id, row.revision)


def _answers(connection: Connection, home: str) -> list[Told]:
    """What the pages of an article answered, oldest first; none where one of them stands that never did."""
    found = []
    for row in connection.execute(ANSWERS, {"home": home}).all():
        if row.id is None:
            if row.state == "fetched":
                return []  # a redirect led to it, and nobody knows when it was gone
            continue
        gone = row.status in GONE or row.verdict == "soft-404"
        if gone or (row.verdict == "article" and 200 <= row.status < 300):
            found.append(Told(row.fetched_at, not gone, row.canonical_url, row.id))
    return sorted(found)


def _restored(connection: Connection, row: Any, returns: Sequence[Told]) -> bool:
    """Write it: the revisions that the copies brought are restorations, and the state is one of the last return unless
    the article was edited since or is gone.
    """
    query = sa.select(revision.c.number, revision.c.reason, revision.c.read_at, revision.c.capture_id)
    since = connection.execute(query.where(_OF_THIS).order_by(revision.c.number), {"key": row.id}).all()
    copies = {each.capture_id for each in returns}
    brought = [each.number for each in since if each.capture_id in copies and each.reason in EDITED]
    if brought:
        these = (revision.c.article_id == row.id, revision.c.number.in_(brought))
        connection.execute(revision.update().where(*these).values(reason="restored"))
    edited = (each for each in since if each.reason == "edited" and each.number not in brought)
    if row.status in ("gone", "restored") or any(each.read_at > returns[-1].at for each in edited):
        return False
    CHANGE.run(connection, {"key": row.id, "status": "restored", "indexed": 0})  # search can be asked for it
    return True
