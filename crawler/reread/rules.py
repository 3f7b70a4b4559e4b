"""By which rules pages are read: a digest of everything that what is read depends on beside the page itself.

That is our code and the libraries that parse and decode, the phrases, the source's file with its family and hook, and
what was learnt of it. The time that a page may take is no part: what it stops is told and never kept.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from crawler.learn.learnt import Learnt
from crawler.paths import packaged_config
from crawler.source import Source

CODE = (
    *("crawler.decode", "crawler.repair", "crawler.extract", "crawler.clean", "crawler.hook", "crawler.learn"),
    *("crawler.series", "crawler.reread", "crawler.source", "crawler.discover", "crawler.pipeline", "crawler.intake"),
    *("crawler.evidence", "crawler.reading", "archive.identity", "archive.model", "archive.captures.content"),
)
LIBRARIES = (
    *("selectolax", "charset-normalizer", "opencc-pyo3", "ahocorasick-rs", "beautifulsoup4", "lxml", "w3lib", "numpy"),
)


def rules(source: Source, learnt: Learnt | None) -> str:
    """The digest of today's rules for a source."""
    hook = Path(source.hook).read_bytes() if source.hook else b""
    parts = (_common(), msgspec.json.encode(source), hook, learnt.digest.encode() if learnt else b"")
    return sha256(b"\n".join(sha256(part).digest() for part in parts)).hexdigest()


@cache
def _common() -> bytes:
    found = sha256()
    for name in CODE:
        for path in _files(name):
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in sorted((packaged_config() / "phrases").glob("*.toml")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in LIBRARIES:
        found.update(f"{library} {version(library)}\n".encode())
    return found.digest()


def _files(name: str) -> list[Path]:
    """The files of a module, or of a package and what lies in it, tables included."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    if spec.submodule_search_locations is None:
        return [Path(spec.origin)]
    folder = Path(spec.origin).parent
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
