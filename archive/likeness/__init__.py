"""What is the same and what is new: texts compared, the stories that they make, and where a story comes from.

    compare(a, b)      two articles or texts → same, reprint, excerpt, different
    Index              a stream of them: add(id, text), query(text), story(id)
    origin_of(copies)  which article of a story the others come from, with evidence and confidence

docs/stories.md has the rules with their reasons, what they cost, and how they fare.
"""

from archive.likeness.index import Index, Match
from archive.likeness.origin import Copy, Origin, origin_of
from archive.likeness.pair import Likeness, Relation, compare

__all__ = ["Copy", "Index", "Likeness", "Match", "Origin", "Relation", "compare", "origin_of"]
