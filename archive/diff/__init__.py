"""What an editor changed between two texts of an article, word by word. Pure.

The steps: facts field by field; paragraphs against paragraphs (unchanged, moved, changed, added, removed); the words of
those that changed, where short coincidences between two changes count as changed with them, so that it reads well.
"""

from archive.diff.article import BlockChange, Difference, FieldChange, difference
from archive.diff.words import Piece, word_diff

__all__ = ["BlockChange", "Difference", "FieldChange", "Piece", "difference", "word_diff"]
