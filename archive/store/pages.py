"""Pages: every address that a source has shown, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, is_gone, is_success
from archive.model import Capture, FoundLink, Page, PageState
from archive.store import rows
from archive.store.tables import page


def remember(connection: Connection, source_id: str, links: Iterable[FoundLink], at: datetime) -> None:
    """Remember addresses as pending pages; those that are known stay as they are."""
    values = [
        {
            "source_id": source_id,
            "canonical_url": rows.column_text(link.canonical_url),
            "url": rows.column_text(link.url),
            "kind": link.kind,
            "state": "pending",
            "found_on": link.found_on,
            "title": rows.column_text(link.title),
            "first_seen": at,
        }
        for link in links
    ]
    if values:
        connection.execute(rows.insert(connection, page).on_conflict_do_nothing(), values)


def of_source(connection: Connection, source_id: str, states: tuple[PageState, ...] = ()) -> dict[str, Page]:
    """The pages of a source by canonical address, in the order in which they were found."""
    query = sa.select(page).where(page.c.source_id == source_id).order_by(page.c.id)
    if states:
        query = query.where(page.c.state.in_(states))
    return {row.canonical_url: rows.page(row) for row in connection.execute(query)}


ONE = sa.select(page).where(page.c.source_id == sa.bindparam("source"), page.c.canonical_url == sa.bindparam("address"))
CHANGE = page.update().where(page.c.id == sa.bindparam("key"))


def row_of(connection: Connection, source_id: str, canonical_url: str) -> sa.Row[Any] | None:
    """The page's row; None if it was never seen."""
    return connection.execute(ONE, {"source": source_id, "address": canonical_url}).first()


def answered(connection: Connection, capture: Capture, canonical_url: str, answer: Answer, *, unfit: bool) -> int:
    """Take a capture into the state of its page; its id is handed back.

    An older capture than the page's newest says nothing of how it stands today. Of an unfit one no validators are
    kept: a 304 to them would confirm what is not worth having. An error page counts as a failure when the caller says
    so with `failed`; what is unfit although the status is 200 is counted here.
    """
    found = row_of(connection, capture.source_id, canonical_url)
    if found is None:
        link = FoundLink(capture.requested_url or capture.url, canonical_url, capture.found_on, kind=capture.kind)
        remember(connection, capture.source_id, [link], capture.fetched_at)
        found = row_of(connection, capture.source_id, canonical_url)
        assert found is not None
    if found.last_fetched is not None and capture.fetched_at < found.last_fetched:
        return int(found.id)
    values: dict[str, Any] = {"last_checked": later(found.last_checked, capture.fetched_at), "verdict": answer.verdict}
    values["last_fetched"] = capture.fetched_at
    if is_gone(answer):
        values |= {"state": "gone", "etag": None, "last_modified": None, "content_digest": capture.content_digest}
        values |= FINE
    elif unfit:
        values["state"] = found.state if found.state in ("fetched", "gone") else "failed"
        if is_success(answer) and not answer.read_before:
            values |= {"failures": found.failures + 1, "error_kind": f"verdict-{answer.verdict}", "error": None}
    else:
        values |= {"state": "fetched", "content_digest": capture.content_digest, **FINE}
        values["etag"] = _validator(capture, "etag")
        values["last_modified"] = _validator(capture, "last-modified")
    connection.execute(CHANGE, {"key": found.id, **values})
    return int(found.id)


FINE: dict[str, Any] = {"failures": 0, "error_kind": None, "error": None}


def unchanged(connection: Connection, source_id: str, canonical_url: str, at: datetime) -> None:
    """The server says that the page is as we hold it."""
    here = (page.c.source_id == source_id, page.c.canonical_url == canonical_url)
    was_fetched = sa.case((page.c.last_fetched.is_not(None), "fetched"), else_=page.c.state)
    connection.execute(page.update().where(*here).values(last_checked=at, state=was_fetched, **FINE))


def failed(connection: Connection, source_id: str, canonical_url: str, at: datetime, kind: str, message: str) -> None:
    """No answer worth reading. A page that was fetched or is gone stays so; the failure stands beside it."""
    remember(connection, source_id, [FoundLink(canonical_url, canonical_url)], at)
    here = (page.c.source_id == source_id, page.c.canonical_url == canonical_url)
    connection.execute(
        page.update()
        .where(*here)
        .values(
            last_checked=at,
            state=sa.case((page.c.state == "pending", "failed"), else_=page.c.state),
            failures=page.c.failures + 1,
            error_kind=kind,
            error=rows.column_text(message),
        )
    )


def ask_again(connection: Connection, ids: Iterable[int]) -> None:
    """Have these pages fetched anew without validators, because the copy that we held is gone."""
    values = {"state": "pending", "etag": None, "last_modified": None, "content_digest": None}
    connection.execute(page.update().where(page.c.id.in_(list(ids))).values(values))


def later(one: datetime | None, other: datetime) -> datetime:
    """The later of two moments, the first of which may not exist."""
    return other if one is None or other > one else one


def _validator(capture: Capture, name: str) -> str | None:
    return rows.column_text(capture.header(name)) or None if capture.status == 200 else None
