"""What is learnt of a source from many of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.store import learnt
from archive.store.handle.base import Handle
from archive.store.learnt import Profile, TemplateChange
from archive.store.rows import CaptureRow


class Learning(Handle):
    """What is learnt of a source from many of its pages."""

    def keep_learnt(self, profile: Profile) -> None:
        """Remember what was learnt of a source; older profiles stay."""
        self._writable()
        with self._change():
            learnt.keep(self._connection, profile)
        self._recorded()

    def template_changed(self, change: TemplateChange) -> None:
        """Remember that a template of a source is not what it was."""
        self._writable()
        with self._change():
            learnt.notice(self._connection, change)
        self._recorded()

    def learnt(self, source_id: str, digest: str | None = None) -> Profile | None:
        """What was learnt of a source last, or the profile that a reading names; None if there is none."""
        return learnt.find(self._connection, source_id, digest)

    def sample(self, source_id: str, limit: int) -> tuple[CaptureRow, ...]:
        """The newest captures of a source that hold articles, one for each page, the newest first."""
        return learnt.sample(self._connection, source_id, limit)

    def held(self, source_id: str) -> int:
        """How many pages with articles are held of a source."""
        return learnt.held(self._connection, source_id)

    def newest_evidence(self, source_id: str, limit: int) -> Iterator[Mapping[str, Any]]:
        """The evidence of the newest captures of a source that hold articles, the newest first."""
        return learnt.newest_evidence(self._connection, source_id, limit)

    def template_changes(self, source_id: str | None = None) -> tuple[TemplateChange, ...]:
        """The changes of templates that were noticed, newest first."""
        return learnt.changes(self._connection, source_id)
