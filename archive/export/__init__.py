"""One file per format. To add one: a module here with `write`, and its line in FORMATS; the command finds the rest.

    write(chosen: Chosen, target: BinaryIO | Path, options: Options) -> Written

The target of a format of the shape "folder" is a folder that is there and empty; of all others a stream that can do
nothing but be written to. Memory does not grow with the number of articles (but for what `archive.store.chosen` says),
and the same archive and options give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["text", "bytes", "file", "folder"]
"""text: fit for a terminal · bytes: for a file or a pipe · file: for a file alone · folder: many files."""


@dataclass(frozen=True, slots=True)
class Format:
    """What a format is, which options are its own, and where it can be written to."""

    what: str
    shape: Shape = "text"
    takes: tuple[str, ...] = ()  # options of its own: names of fields of Options, or limit
    newest_first: bool = False  # and no more of them than its limit


SOFTWARE = "jianbao"
FEED = ("limit", "title", "self_url")

FORMATS: Mapping[str, Format] = {
    "jsonl": Format("an article a line, whole, with its evidence"),
    "csv": Format("an article a row, safe for spreadsheets", takes=("bom",)),
    "parquet": Format("typed columns, for DuckDB and pandas; needs jianbao[parquet]", "bytes"),
    "md": Format("a folder of Markdown files with the facts in front", "folder"),
    "atom": Format("a feed of the newest (RFC 4287)", takes=FEED, newest_first=True),
    "jsonfeed": Format("the same as a JSON Feed 1.1", takes=FEED, newest_first=True),
    "warc": Format("the captures that the articles were read from", "bytes", takes=("every",)),
    "wacz": Format("the same with index and pages, for ReplayWeb.page", "file", takes=("every", "title")),
}


class UnavailableError(Exception):
    """A format needs a library that is not installed: a sentence that says which."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked of a format beside which articles it is to hold."""

    bom: bool = False  # csv: begin with a byte order mark, by which Excel knows UTF-8
    every: bool = False  # warc, wacz: the captures of all revisions
    title: str = "jianbao"  # atom, jsonfeed, wacz
    self_url: str = ""  # atom, jsonfeed: where the feed will stand
    name: str = "jianbao.warc.gz"  # warc, wacz: the name that a WARC file gives itself
    asked: str = ""  # what the articles were chosen by; feeds of other articles have another id


@dataclass(frozen=True, slots=True)
class Written:
    """What an export came to; `faults` are sentences for articles and captures that could not be had."""

    articles: int
    captures: int | None = None  # None for formats that hold none
    faults: tuple[str, ...] = ()
