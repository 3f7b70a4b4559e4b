"""config/sources/*.toml → Source; config/families/*.toml → Family.

A source is a site or section that is watched. Everything that is particular to it stands in its file and nowhere
in the code; what a whole content-management system has in common stands in its family's file. docs/sources.md says
how to add a source and names every key.
"""

from crawler.source.check import SourceError
from crawler.source.families import family_of, load_families
from crawler.source.load import load_source, load_sources
from crawler.source.model import Articles, Family, ListPage, Politeness, Schedule, Source, Template, host_of

__all__ = [
    "Articles",
    "Family",
    "ListPage",
    "Politeness",
    "Schedule",
    "Source",
    "SourceError",
    "Template",
    "family_of",
    "host_of",
    "load_families",
    "load_source",
    "load_sources",
]
