"""Queries: what is typed, what it means, and how an article answers it. Pure; docs/search.md tells of the language.

parse(query, today)            what it asks for, as a tree; QueryError names the place of what is wrong
parse_and_hint(query, today)   the same, and what else may be meant by a word
explained(tree)                the same in words
holds(tree, entry)             whether an article is what is asked for
"""

from archive.query.entry import entry_of
from archive.query.parse import QueryError, parse, parse_and_hint
from archive.query.tree import Entry, Query, Tag, both, explained, holds, tags, wanted

__all__ = [
    "Entry",
    "Query",
    "QueryError",
    "Tag",
    "both",
    "entry_of",
    "explained",
    "holds",
    "parse",
    "parse_and_hint",
    "tags",
    "wanted",
]
