"""Which pages a profile cannot read otherwise than they were read without it, told from their notes alone.

The pages of a young source are learnt from when all of them have been read. What was learnt could change their texts,
so that each would have to be read a second time (`crawler.learning.read_again`); of most pages it can be shown that it
does not. It has two ways to change a text: another element becomes the body, or a line that was left is dropped.

The body is the element whose lines have the greatest sum of values (`crawler.extract.body`). A known line outside the
text is worth less than before or the same, any other known one nothing. So the same element has the greatest sum if
none of its own lines is worth less, and none outside it is worth more. Wherever that is not plain, the page is read.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from archive.model import Block
from crawler.extract.draft import Draft
from crawler.extract.page import Page
from crawler.learn.firm import Firm, digest_of
from crawler.learn.learnt import Known, Learnt, Template
from crawler.learn.observe import MOST_LINES, Observation, Seen, is_noted

_LONG = 40  # characters from which a line that is no sentence may be worth more than nothing


def firm(page: Page, found: Sequence[Draft], shown: Container[int], blocks: Sequence[Block]) -> Firm | None:
    """What must be known of a page beside its note; None where it has to be read again whatever was learnt.

    `shown` are the indexes of the lines that were left in its one article, which has these `blocks`.
    """
    if len(found) != 1 or not found[0].body.by_sum or len(page.lines) > MOST_LINES:
        return None
    inside = page.within(found[0].body.element)
    noted = [index for index, line in enumerate(page.lines) if is_noted(line)]
    return Firm(
        digest_of(blocks),
        sum(index < inside.start for index in noted),
        sum(index < inside.stop for index in noted),
        frozenset(number for number, index in enumerate(noted) if index in shown),
    )


def is_untouched(seen: Observation, reading: Firm, learnt: Learnt) -> bool:
    """Whether the page has the same text when it is read with what was learnt, whichever template it is of."""
    return all(_leaves(template, seen, reading) for template in learnt.templates)


def _leaves(template: Template, seen: Observation, reading: Firm) -> bool:
    there = [step.place for step in seen.steps if step.place in template.by_place or step.place in template.bodies]
    if there and there != [seen.body]:  # a box of changing lines, or more than one place where the text may lie
        return False
    if seen.body in template.by_place:
        return False
    known = ((number, line, template.by_key.get(line.key)) for number, line in enumerate(seen.lines))
    return all(what is None or _is_idle(number, line, what, reading) for number, line, what in known)


def _is_idle(number: int, line: Seen, known: Known, reading: Firm) -> bool:
    """Whether a known line changes nothing."""
    if number in reading.shown:
        return False
    within = reading.first <= number < reading.behind
    if known.where == "outside":  # worth less than before, if it is not a link, of which each is worth less as it is
        return not within or line.linked
    return within and (line.linked or not (line.prose or line.length >= _LONG))  # worth nothing, in the place of less
