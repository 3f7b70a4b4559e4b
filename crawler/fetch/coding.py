"""Content-Encoding → content: the archive's own way, so that a page reads the same when it is fetched and read back."""

from archive.captures.content import BrokenCodingError, TooLargeError, undo

__all__ = ["BrokenCodingError", "TooLargeError", "undo"]
