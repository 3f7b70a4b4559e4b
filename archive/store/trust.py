"""How far the validators of each host have proved true. What follows from it is its makers' business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Trust
from archive.store import rows
from archive.store.tables import trust


def of_hosts(connection: Connection, hosts: Iterable[str]) -> dict[str, Trust]:
    """What is known of these hosts; nothing of one that never proved anything."""
    query = sa.select(trust).where(trust.c.host.in_([rows.column_text(host) for host in hosts]))
    return {row.host: Trust(row.host, row.proofs, row.lies, row.lied) for row in connection.execute(query)}


def keep(connection: Connection, kept: Trust) -> None:
    """Remember how a host stands now."""
    values = asdict(kept) | {"host": rows.column_text(kept.host)}
    statement = rows.insert(connection, trust).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["host"], set_=values))
