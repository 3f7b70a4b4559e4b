"""Connect to the archive's database and see that its layout fits.

SQLite: write-ahead log, so that readers and the one writer never wait for each other. synchronous=NORMAL never
damages the file; what a power cut may take from the newest transactions is still in the WARC files, which are synced
before each commit, and comes back as captures to be read.
PostgreSQL is the same code behind another URL, e.g. postgresql://user@host/jianbao.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from archive.store.belonging import Pair, compare, join, missing_elsewhere
from archive.store.errors import (
    ArchiveBusy,
    ArchiveMissing,
    ArchiveNewer,
    ArchiveOutdated,
    ArchiveUnreachable,
    ArchiveUnreadable,
    DamagedRow,
    reason_of,
    scarce,
)
from archive.store.layout import HEAD
from archive.store.lock import WriterLock

BUSY_TIMEOUT = 10_000
"""Milliseconds that SQLite waits for another connection's lock (a checkpoint, a backup)."""

LOCK_TIMEOUT = 2_000
"""Milliseconds after which a PostgreSQL whose lock is held counts as busy."""

WRITER_LOCK = 0x6A69616E62616F
"""The PostgreSQL advisory lock of the one writer ("jianbao" in ASCII)."""


def connect_to_read(data: Path, database: str | None) -> Connection:
    """A connection that only reads, to a database whose layout is this version's.

    Raises ArchiveMissing, ArchiveUnreachable, ArchiveForeign, ArchiveOutdated or ArchiveNewer.
    """
    pair = Pair(data, database_url(data, database))
    with _explained(pair):
        try:
            connection = _reach(pair.url, write=False)
            with _closed_on_error(connection):
                layout = _known_layout(connection, data)
                compare(connection, pair, layout, write=False)
                if layout is None:
                    raise ArchiveMissing(f"The database of {data} holds no archive yet. Crawl a source first.")
        except ArchiveMissing as error:
            raise (missing_elsewhere(pair) or error) from None
    if layout != HEAD:
        connection.close()
        raise ArchiveOutdated(f"The archive in {data} has the layout {layout}; `jianbao migrate` brings it to {HEAD}.")
    tell_of_troubles(connection, ArchiveUnreadable)
    return connection


def connect_to_write(data: Path, database: str | None, lock: WriterLock, wait: float = 0.0) -> Connection:
    """The connection of the one writer, whose folder's lock is held already; brings an older layout up to date.

    Whether folder and database belong together is seen before the database's lock is waited for, `wait` seconds at
    most, and once more when it is held; nothing is written before that.

    Raises ArchiveUnreachable, ArchiveForeign, ArchiveNewer, ArchiveBusy, or OSError if the folder cannot be written to.
    """
    pair = Pair(data, database_url(data, database))
    with _explained(pair):
        _compare_first(pair)
        if pair.file is not None:
            if not pair.file.parent.is_dir():  # a slip of the pen; the lock would make it
                raise ArchiveUnreachable(f"There is no folder {pair.file.parent} for the database.")
            lock.guard(pair.file, wait)
        connection = _reach(pair.url, write=True)
        with _closed_on_error(connection):
            if pair.file is None:
                _lock(connection, data, wait)
            layout = _known_layout(connection, data)
            compare(connection, pair, layout, write=True)
            if layout != HEAD:
                from archive.store.migrations import upgrade  # Alembic takes longer to import than the whole check

                upgrade(connection)
            join(connection, pair)
    return connection


def _compare_first(pair: Pair) -> None:
    """A look that makes no file and waits for nobody."""
    if pair.file is not None and not pair.file.is_file():
        compare(None, pair, None, write=True)
        return
    with closing(_reach(pair.url, write=False)) as connection:
        compare(connection, pair, _known_layout(connection, pair.data), write=True)


def _reach(url: URL, *, write: bool) -> Connection:
    if url.get_backend_name() == "sqlite" and not write and not Path(url.database or "").is_file():
        folder = Path(url.database or "").parent
        if next((folder / "captures").glob("*.warc.gz"), None) is not None:
            raise ArchiveMissing(
                f"{folder} has captures and no {Path(url.database or '').name}. Bring that back from a backup; without "
                "one the next crawl or import makes another, and reads the captures again before anything else."
            )
        raise ArchiveMissing(f"There is no archive in {folder} yet. Crawl a source first.")
    if url.get_backend_name() == "sqlite":  # by its whole path: what is shared outlives a change of the folder
        url = url.set(database=str(Path(url.database or "").absolute()))
    return _engine(url, write).connect()


@lru_cache(maxsize=8)
def _engine(url: URL, write: bool) -> Engine:
    """What every opening of a database shares: it holds no connection, but what its statements were compiled to.

    A daemon's worker opens the archive with every look. Compiled anew each time, the statements of one cost 65 ms.
    """
    engine = _sqlite(url, write=write) if url.get_backend_name() == "sqlite" else _postgresql(url, write=write)

    @sa.event.listens_for(engine, "handle_error", retval=True)
    def explain(context: sa.engine.ExceptionContext) -> BaseException | None:
        error, connection = context.sqlalchemy_exception, context.connection
        if NO_TEXT in str(context.original_exception):
            return DamagedRow(reason_of(context.original_exception)[:LONGEST_REASON])
        told: Telling | None = connection.get_execution_options().get(TOLD) if connection is not None else None
        return told(error) if told is not None and error is not None and is_trouble(error) else None

    return engine


NO_TEXT = "Could not decode to UTF-8"
"""What Python says where a text of SQLite's is none: of one row, though it is an OperationalError."""

LONGEST_REASON = 100  # the sentence holds the whole text

TROUBLES = (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.InterfaceError)


OURS = (
    sqlite3.SQLITE_ERROR,  # no such column, too many variables or terms
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
)
"""What SQLite calls faults of whoever wrote a statement; Python has most of them as an OperationalError."""


def is_trouble(error: BaseException | None) -> bool:
    """Whether an error is the disk's, the server's or somebody's lock, and no fault in a statement of ours.

    PostgreSQL's driver tells the two apart by the error's kind, SQLite's by its code alone.
    """
    if not isinstance(error, TROUBLES) and type(error) is not sa.exc.DatabaseError:  # SQLite: a malformed file
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in OURS


Telling = Callable[[BaseException], Exception | None]
TOLD = "jianbao_told"


def tell_of_troubles(connection: Connection, told: Telling) -> None:
    """Have the troubles of a connection raised as what `told` makes of them; as they are where that is None."""
    connection.execution_options(**{TOLD: told})


@contextmanager
def _explained(pair: Pair) -> Iterator[None]:
    """What a driver raises while a database is opened, as a sentence."""
    try:
        yield
    except (sa.exc.DBAPIError, ModuleNotFoundError) as error:
        raise ArchiveUnreachable(
            f"The database {_shown(pair.url)} cannot be opened: {reason_of(error)}.{scarce(pair.data)}"
        ) from error
    except OSError as error:  # of a folder that may not be read; archive.id is none
        raise ArchiveUnreachable(f"The data folder {pair.data} cannot be used: {error}.{scarce(pair.data)}") from error


@contextmanager
def _closed_on_error(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def database_url(data: Path, database: str | None) -> URL:
    """The URL of the database: the one that was given, else SQLite's `archive.db` in the data directory.

    Raises ArchiveUnreachable for what is no address of a database that is known.
    """
    if not database:
        return URL.create("sqlite", database=str(data / "archive.db"))
    try:
        url = make_url(database)
    except (sa.exc.ArgumentError, ValueError) as error:  # not told as it stands: a password may be anywhere in it
        raise ArchiveUnreachable(f"What is named as the database is no address of one. {LIKE_THIS}") from error
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in DRIVERS:
        raise ArchiveUnreachable(f"The database {_shown(url)} is of a kind that is not known. {LIKE_THIS}")
    return url


LIKE_THIS = "It reads like postgresql://user@host:5432/name; without one the database is a file in the data folder."
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
SECRETS = ("password", "sslpassword", "passfile")


def _shown(url: URL) -> str:
    """The address without its passwords."""
    masked = {name: "***" for name in url.query if name.lower() in SECRETS}
    return url.update_query_dict(masked).render_as_string(hide_password=True)


def _sqlite(url: URL, *, write: bool) -> Engine:
    path = Path(url.database or "")
    engine = sa.create_engine(
        URL.create(
            "sqlite", database=f"{path.absolute().as_uri()}", query={"uri": "true", "mode": "rwc" if write else "ro"}
        ),
        poolclass=NullPool,
        connect_args={"check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: object, record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # we say BEGIN ourselves: see below
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
        if write:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-16384")
        cursor.close()

    if write:

        @sa.event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            """Python's module begins a transaction too late for savepoints and for making tables."""
            connection.exec_driver_sql("BEGIN")

    return engine


def _postgresql(url: URL, *, write: bool) -> Engine:
    """A reader sees each commit at once and holds no transaction open."""
    if write:
        return sa.create_engine(url, poolclass=NullPool)
    return sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def _lock(connection: Connection, data: Path, wait: float) -> None:
    """Hold the writer's lock as long as the connection lives. That of a killed process may linger for a moment."""
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{max(LOCK_TIMEOUT, round(wait * 1000))}ms'"))
    try:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": WRITER_LOCK})
    except sa.exc.OperationalError as error:
        raise ArchiveBusy(data, None) from error
    connection.commit()


def _known_layout(connection: Connection, data: Path) -> str | None:
    """The database's layout, None for an empty one; raises ArchiveNewer for one that this version does not know."""
    found = _layout(connection)
    if found is not None and found > HEAD:
        raise ArchiveNewer(
            f"The archive in {data} was made by a newer version of jianbao (layout {found}, known {HEAD})."
        )
    return found


def _layout(connection: Connection) -> str | None:
    """The number of the newest migration that was applied; None for an empty database."""
    if connection.dialect.name == "sqlite":
        known = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    else:
        known = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    found: str | None = None
    if connection.execute(sa.text(known)).first():
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    connection.rollback()
    return found
