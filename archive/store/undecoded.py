"""Rows as they stand in the database, so that a text that is none any more stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection


@contextmanager
def as_they_stand(connection: Connection) -> Iterator[None]:
    """On SQLite what is no UTF-8 comes as lone surrogates, of which no text of ours has one. PostgreSQL keeps no such
    text; there a transaction is what rows can be read one by one in.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        before = driver.text_factory
        driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        try:
            yield
        finally:
            driver.text_factory = before
    elif driver.autocommit:
        connection.exec_driver_sql("BEGIN READ ONLY")
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")
    else:
        yield
