"""Connect to the archive's database and see that its layout fits.

SQLite: write-ahead log, so that readers and the one writer never wait for each other. synchronous=NORMAL never
damages the file; what a power cut may take from the newest transactions is still in the WARC files, which are synced
before each commit, and comes back as captures to be read.
PostgreSQL is the same code behind another URL, e.g. postgresql://user@host/jianbao.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from archive.store.errors import ArchiveBusy, ArchiveMissing, ArchiveNewer, ArchiveOutdated, ArchiveUnreachable
from archive.store.layout import HEAD

BUSY_TIMEOUT = 10_000
"""Milliseconds that SQLite waits for another connection's lock (a checkpoint, a backup)."""

LOCK_TIMEOUT = 2_000
"""Milliseconds after which a PostgreSQL whose lock is held counts as busy."""

WRITER_LOCK = 0x6A69616E62616F
"""The PostgreSQL advisory lock of the one writer ("jianbao" in ASCII)."""


def connect(data: Path, database: str | None, *, write: bool, wait: float = 0.0) -> Connection:
    """A connection to a database whose layout is this version's; another's writing is waited for so many seconds.

    Raises ArchiveMissing, ArchiveUnreachable, ArchiveOutdated, ArchiveNewer or ArchiveBusy.
    """
    url = database_url(data, database)
    try:
        engine = _sqlite(url, write=write) if url.get_backend_name() == "sqlite" else _postgresql(url, write=write)
        connection = engine.connect()
    except (sa.exc.DBAPIError, ModuleNotFoundError) as error:
        reason = str(getattr(error, "orig", error)).strip()
        raise ArchiveUnreachable(f"The database {_shown(url)} cannot be opened: {reason}") from error
    try:
        if write and url.get_backend_name() == "postgresql":
            _lock(connection, data, wait)
        _see_to_layout(connection, data, write=write)
    except BaseException:
        connection.close()
        raise
    return connection


def database_url(data: Path, database: str | None) -> URL:
    """The URL of the database: the one that was given, else SQLite's `archive.db` in the data directory.

    Raises ArchiveUnreachable for what is no address of a database that is known.
    """
    if not database:
        return URL.create("sqlite", database=str(data / "archive.db"))
    try:
        url = make_url(database)
    except (sa.exc.ArgumentError, ValueError) as error:  # not told as it stands: a password may be anywhere in it
        raise ArchiveUnreachable(f"The address of the database is none. {LIKE_THIS}") from error
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
    if not write and not path.is_file():
        raise ArchiveMissing(f"There is no archive in {path.parent} yet. Crawl a source first.")
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


def _see_to_layout(connection: Connection, data: Path, *, write: bool) -> None:
    found = _layout(connection)
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise ArchiveNewer(
            f"The archive in {data} was made by a newer version of jianbao (layout {found}, known {HEAD})."
        )
    if write:
        from archive.store.migrations import upgrade  # Alembic takes longer to import than the whole check

        upgrade(connection)
    elif found is None:
        raise ArchiveMissing(f"The database of {data} holds no archive yet. Crawl a source first.")
    else:
        raise ArchiveOutdated(f"The archive in {data} has the layout {found}; `jianbao crawl` brings it to {HEAD}.")


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
