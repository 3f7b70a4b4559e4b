"""Text → the text as it was published: mojibake, and what spam mirrors do to a page.

    >>> from crawler.repair import repair, undo
    >>> seen = "各個企業(yè)的發(fā)展環(huán)境"
    >>> repair(seen).text
    '各个企业的发展环境'
    >>> undo(repair(seen)) == seen
    True

Every change is recorded and can be undone; what is lost for good is said in `lossy` and never invented. One kind of
damage is one file, whose docstring says where it was seen and what it spares.
"""

from __future__ import annotations

from crawler.repair.edits import Repaired, undo
from crawler.repair.page import repair

__all__ = ["Repaired", "repair", "undo"]
