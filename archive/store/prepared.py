"""Statements of which nothing but the values change, given to the driver as they are.

What SQLAlchemy does around a statement takes three to five times as long as SQLite takes to carry one out (measured:
62 against 10 µs for a capture's row). A crawl asks the same dozen statements of every page: those are compiled once for
each kind of database, and once for each choice of columns where that varies. Whatever goes wrong in the driver is told
as SQLAlchemy tells it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


class Prepared:
    """A statement: SELECT, or an INSERT or UPDATE of the columns that are named when it is carried out.

    Lists of values (`IN`) have no place in it: each length of them is another statement.
    """

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update) -> None:
        self._statement = statement
        self._texts: dict[tuple[str, tuple[str, ...]], _Text] = {}

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first row, a named tuple of the columns; None if there is none."""
        text, found = self._fetched(connection, values, methodcaller("fetchone"))
        return None if found is None else text.row(found)

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """All rows."""
        text, every = self._fetched(connection, values, methodcaller("fetchall"))
        return [text.row(found) for found in every]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Carry it out."""
        text = self._text(connection.dialect, values)
        directly(connection, text.sql, text.bound(values))

    def run_each(self, connection: Connection, several: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out with each of several choices of values for the same columns."""
        if several:
            text = self._text(connection.dialect, several[0])
            directly(connection, text.sql, [text.bound(values) for values in several], each=True)

    def _fetched(
        self, connection: Connection, values: Mapping[str, Any], fetch: Callable[[Any], Any]
    ) -> tuple[_Text, Any]:
        """What the driver's cursor gives, and what makes rows of it."""
        text = self._text(connection.dialect, values)
        bound = text.bound(values)
        cursor = directly(connection, text.sql, bound)
        return text, _told(connection, fetch, cursor, text.sql, bound)

    def _text(self, dialect: Dialect, values: Mapping[str, Any]) -> _Text:
        key = dialect.name, tuple(values)
        if (found := self._texts.get(key)) is None:
            found = self._texts[key] = _Text(self._statement, dialect, values)
        return found


class _Text:
    """A statement as one kind of database takes it."""

    def __init__(
        self, statement: sa.Select[Any] | sa.Insert | sa.Update, dialect: Dialect, names: Iterable[str]
    ) -> None:
        selects = isinstance(statement, sa.Select)
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=None if selects else list(names))
        self.sql = compiled.string
        self._positions = compiled.positiontup
        self._constant = {name: value for name, value in compiled.params.items() if value is not None}
        self._binds: list[tuple[str, Convert]] = [
            (name, convert)
            for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        ]
        columns = statement.selected_columns if isinstance(statement, sa.Select) else ()
        self._row = _row_of([str(column.key) for column in columns])
        self._results: list[tuple[int, Convert]] = [
            (number, convert)
            for number, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = {**self._constant, **values}
        for name, convert in self._binds:
            given[name] = convert(given[name])
        return given if self._positions is None else [given[name] for name in self._positions]

    def row(self, found: Any) -> Any:
        """A row as the driver gives it, in our values."""
        if not self._results:
            return self._row._make(found)
        cells = list(found)
        for number, convert in self._results:
            cells[number] = convert(cells[number])
        return self._row._make(cells)


def _row_of(names: Sequence[str]) -> Any:
    return namedtuple("Row", names)


def directly(connection: Connection, text: str, values: Any = (), *, each: bool = False) -> Any:
    """Have the driver carry out a statement within the connection's transaction, which begins if none has; its cursor.

    With `each` it is carried out once for each of the values.

    Raises what SQLAlchemy would.
    """
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        if each:
            cursor.executemany(text, values)
        else:
            cursor.execute(text, values)
    except BaseException as error:  # noqa: BLE001 - raised again, as SQLAlchemy's where it is the driver's
        # No public way leads to this; told otherwise, the listeners of `engine._engine` would not hear of it.
        connection._handle_dbapi_exception(error, text, values, cursor, None)
    return cursor


def batches(connection: Connection, text: str, amount: int, values: Any = ()) -> Generator[list[Any], None, None]:
    """The rows of a SELECT as the driver has them, so many at a time. Raises what SQLAlchemy would."""
    with closing(directly(connection, text, values)) as cursor:
        while some := _told(connection, methodcaller("fetchmany", amount), cursor, text, values):
            yield some


def every_row(connection: Connection, text: str, values: Any) -> list[Any]:
    """The rows of a SELECT as the driver has them. Raises what SQLAlchemy would."""
    with closing(directly(connection, text, values)) as cursor:
        return list(_told(connection, methodcaller("fetchall"), cursor, text, values))


def one_value(connection: Connection, text: str, values: Any) -> Any:
    """The first value of the first row, which must be there, as the driver has it. Raises what SQLAlchemy would."""
    with closing(directly(connection, text, values)) as cursor:
        return _told(connection, methodcaller("fetchone"), cursor, text, values)[0]


def _told(connection: Connection, fetch: Callable[[Any], Any], cursor: Any, text: str, values: Any) -> Any:
    """What the cursor gives."""
    try:
        return fetch(cursor)
    except BaseException as error:  # noqa: BLE001 - as in `directly`
        connection._handle_dbapi_exception(error, text, values, cursor, None)
