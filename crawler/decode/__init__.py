"""Bytes → text, with the evidence for the encoding: content over declaration, and what is damaged is mended or counted.

`decode` is all that the rest of the project needs; docs/decode.md tells what is decided in which order.
"""

from __future__ import annotations

from crawler.decode.decoded import UNREADABLE_ABOVE, Decoded
from crawler.decode.page import decode

__all__ = ["UNREADABLE_ABOVE", "Decoded", "decode"]
