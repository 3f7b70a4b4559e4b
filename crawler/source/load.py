"""config/sources/*.toml → Source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from crawler.hook.load import hook_beside
from crawler.source.check import SourceError, source_problems
from crawler.source.families import load_families
from crawler.source.model import Family, Source
from crawler.toml import Problem, TomlError, convert, read_toml


def load_sources(config: Path) -> Mapping[str, Source]:
    """Every source of a configuration folder, by id and in the order of ids; empty where it has none.

    Raises SourceError with every mistake of every file.
    """
    families = load_families(config)
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file in sorted((config / "sources").glob("*.toml")):
        try:
            sources[file.stem] = load_source(file, families)
        except SourceError as error:
            problems += error.problems
    if problems:
        raise SourceError(tuple(problems))
    return MappingProxyType(sources)


def load_source(path: Path, families: Mapping[str, Family] | None = None) -> Source:
    """One source's file, its family and its hook's path filled in. Raises SourceError with every mistake in it.

    Without families those of the configuration folder around the file are taken (config/sources/x.toml: config/).
    """
    if families is None:
        families = load_families(path.parent.parent)
    try:
        file = read_toml(path)
        if problems := source_problems(file, path.stem, families):
            raise SourceError(tuple(problems))
        source = convert(file, Source)
    except SourceError:
        raise
    except TomlError as error:
        raise SourceError(error.problems) from error
    hook = hook_beside(path)
    return msgspec.structs.replace(
        source,
        hook=str(hook.absolute()) if hook else None,
        profile=families[source.family] if source.family else None,
        lists=tuple(page for page in source.lists if page.enabled),
        idle_lists=tuple(page for page in source.lists if not page.enabled),
    )
