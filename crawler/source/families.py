"""config/families/*.toml → Family, and the family that an address belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from crawler.paths import config_files
from crawler.source.check import SourceError, family_problems
from crawler.source.model import Family
from crawler.toml import Problem, TomlError, convert, read_toml

Stamp = tuple[Path, int, int]  # a file, its time of change in nanoseconds and its size


def load_families(config: Path | None = None) -> Mapping[str, Family]:
    """The families by id, those with an `order` first and in it.

    Without a folder the packaged ones, read once and kept. A folder's own files stand in for packaged files of the same
    name and are read again when they change. Raises SourceError with every mistake in every file.
    """
    if config is None:
        return _packaged()
    return _read(tuple(_stamp(file) for file in config_files(config, "families")))


def family_of(url: str, families: Mapping[str, Family] | None = None) -> Family | None:
    """The family whose addresses look like this one, by the order that the files give; None where none does.

    >>> family_of("http://www.example.cn/cn/edu/202305/t20230523_7421774.html").id
    'trs'
    """
    candidates = load_families() if families is None else families
    return next((family for family in _in_order(candidates.values()) if family.address(url)), None)


@cache
def _packaged() -> Mapping[str, Family]:
    return _read(tuple(_stamp(file) for file in config_files(None, "families")))


@lru_cache(maxsize=8)
def _read(stamps: tuple[Stamp, ...]) -> Mapping[str, Family]:
    families: list[Family] = []
    problems: list[Problem] = []
    for file, _, _ in stamps:
        try:
            families.append(load_family(file))
        except SourceError as error:
            problems += error.problems
    for family, other in _sharing_an_order(families):
        problems.append(
            Problem(f"families/{other.id}.toml", 0, f'has the order {other.order}, which "{family.id}" has as well')
        )
    if problems:
        raise SourceError(tuple(problems))
    unordered = [family for family in families if family.order is None]
    return MappingProxyType({family.id: family for family in [*_in_order(families), *unordered]})


def load_family(file: Path) -> Family:
    """One family's file. Raises SourceError."""
    try:
        toml = read_toml(file)
        if problems := family_problems(toml, file.stem):
            raise SourceError(tuple(problems))
        return convert(toml, Family)
    except SourceError:
        raise
    except TomlError as error:
        raise SourceError(error.problems) from error


def _in_order(families: Iterable[Family]) -> list[Family]:
    ordered = [(family.order, family) for family in families if family.order is not None]
    return [family for _, family in sorted(ordered, key=lambda pair: pair[0])]


def _sharing_an_order(families: list[Family]) -> list[tuple[Family, Family]]:
    ordered = _in_order(families)
    return [(one, two) for one, two in pairwise(ordered) if one.order == two.order]


def _stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except OSError:
        return (file, 0, 0)  # reading it will say what is wrong
    return (file, status.st_mtime_ns, status.st_size)
