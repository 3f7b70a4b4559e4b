"""What `decode` gives back: the text and everything that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNREADABLE_ABOVE = 0.02  # a text that lost more than one character in fifty cannot be trusted: fetch it again


@dataclass(frozen=True, slots=True)
class Decoded:
    """One body as text.

    `text` holds no byte order mark and no NUL. `encoding` is the name of the WHATWG Encoding Standard in lower case
    ("utf-8", "gb18030", "big5" …), `declared` where → label as written ("bom", "header", "xml", "meta", "meta-2" …),
    `lost_ratio` the share of characters that are lost or damaged (0–1, see `damage`), `candidates` the encodings that
    were weighed with their scores (log10, best first; a lone candidate needed no weighing), `repairs` sentences.
    """

    text: str
    encoding: str
    declared: Mapping[str, str] = field(default_factory=dict)
    lost_ratio: float = 0.0
    candidates: tuple[tuple[str, float], ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def unreadable(self) -> bool:
        """Whether too much is lost: such a page is kept, not published, and fetched again."""
        return self.lost_ratio > UNREADABLE_ABOVE

    def evidence(self) -> dict[str, Any]:
        """All but the text, as JSON has it."""
        return {
            "encoding": self.encoding,
            "declared": dict(self.declared),
            "lost_ratio": round(self.lost_ratio, 6),
            "candidates": [[name, round(score, 1)] for name, score in self.candidates],
            "repairs": list(self.repairs),
        }
