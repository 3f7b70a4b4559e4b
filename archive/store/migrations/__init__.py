"""The migrations, in versions/. A new one is a file there, and its number goes into archive.store.layout.HEAD."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection


def script() -> ScriptDirectory:
    """The migrations as Alembic sees them."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return ScriptDirectory.from_config(config)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the database to a layout, all or nothing."""
    scripts = script()
    with EnvironmentContext(Config(), scripts, fn=lambda revision, _: scripts._upgrade_revs(to, revision)) as context:
        context.configure(connection=connection, target_metadata=None)
        context.run_migrations()
    connection.commit()
