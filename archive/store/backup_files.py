"""The capture files of a backup, brought up to date without taking a sound one away.

What the backup has already is not copied again. A file that it has not is copied under another name and renamed; one
that is to replace another keeps that other name (`.part`) until all was checked, so that a refusal or a kill leaves
what was there. What it replaces, or what the archive names no more, goes only if the new database knows all of it as
kept or left out on purpose; anything else (the end of a file that the archive's disk lost, a copy that has rotted) is
put into `captures/torn` and stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder
from archive.captures.disk import sync, sync_path
from archive.captures.files import OPEN
from archive.captures.repair import free_name
from archive.store.compact import unknown_bytes
from archive.store.errors import BackupRefused

PART = ".part"
TORN = "torn"
CHUNK = 1 << 20


class BackupFiles(CaptureFolder):
    """The capture files of a backup as they are to be: those that still bear another name are read under their own."""

    def __init__(self, source: CaptureFolder, folder: Path, sizes: Mapping[str, int]) -> None:
        super().__init__(folder)
        self.source, self.sizes = source, sizes
        self.copied: set[str] = set()
        self._new: set[str] = set()  # those of them that were not there at all

    def names(self) -> Iterator[str]:
        """The names of all files that the database names."""
        return iter(sorted(self.sizes))

    def path(self, name: str) -> Path | None:
        """The copy that was made now, else the one that was there."""
        return next((path for path in (self._part(name), self.folder / name) if path.is_file()), None)

    def bring(self, watch: Callable[[int, int], None]) -> None:
        """Copy what is not there, or not as long as the database says; tells how many of how many bytes are there.

        Raises BackupRefused, OSError.
        """
        done, total = 0, sum(self.sizes.values())
        for name, size in self.sizes.items():
            path = self.folder / name
            if not path.is_file() or path.stat().st_size != size:
                self.copy(name)
            done += size
            watch(done, total)
        sync_path(self.folder)

    def copy(self, name: str) -> None:
        """Copy one file, whether it is there or not. Raises BackupRefused, OSError."""
        part = self._part(name)
        _copy(self.source, name, self.sizes[name], part)
        self.copied.add(name)
        if not (self.folder / name).exists():
            self._new.add(name)
            part.replace(self.folder / name)

    def let_go(self, damaged: set[str]) -> None:
        """Where the backup is refused: what is damaged and bears its name since now goes; the rest was given none."""
        for name in damaged & self._new:
            (self.folder / name).unlink()

    def bereft(self, named: Connection) -> set[str]:
        """Which of the files that are to go hold anything that the database does not know to be kept elsewhere."""
        going = [path for path in self._unnamed() if not path.name.endswith(PART)]
        going += [self.folder / name for name in self.sizes if self._part(name).is_file()]
        return {path.name for path in going if unknown_bytes(named, path)}

    def give_names(self, bereft: set[str]) -> Iterator[str]:
        """Let the new copies take their places; hands over what was put aside."""
        for name in self.sizes:
            if self._part(name).is_file():
                if name in bereft:
                    yield self._put_aside(name)
                self._part(name).replace(self.folder / name)
        sync_path(self.folder)

    def take_away(self, bereft: set[str]) -> Iterator[str]:
        """Remove what the database does not name; hands over what was put aside instead."""
        for path in self._unnamed():
            if path.name in bereft:
                yield self._put_aside(path.name)
            path.unlink(missing_ok=True)
        sync_path(self.folder)

    def _unnamed(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.is_file() and path.name not in self.sizes)

    def _put_aside(self, name: str) -> str:
        torn = self.folder / TORN
        torn.mkdir(exist_ok=True)
        aside = free_name(torn / name)
        try:
            os.link(self.folder / name, aside)  # so that its name is at no instant without a file
        except OSError:  # a disk that has no links
            (self.folder / name).rename(aside)
        sync_path(torn)
        return f"{self.folder.name}/{TORN}/{aside.name}"

    def _part(self, name: str) -> Path:
        return self.folder / (name + PART)


def _copy(source: CaptureFolder, name: str, size: int, to: Path) -> None:
    """The first `size` bytes of a capture file, which may grow and be renamed meanwhile."""
    for suffix in ("", OPEN, ""):
        try:
            with (source.folder / (name + suffix)).open("rb") as read, to.open("wb") as written:
                left = size
                while left and (chunk := read.read(min(left, CHUNK))):
                    written.write(chunk)
                    left -= len(chunk)
                sync(written)
            return
        except FileNotFoundError:
            continue
    raise BackupRefused(f"The capture file {name} is missing; `jianbao verify` tells more.")
