"""What one page cannot tell and many can: the furniture of a source's pages, by template.

`observe` notes what stands where on one page, `learn` makes a profile of a set of such notes, `recognise` applies the
profile to a page, `changed` tells from the newest readings that a template is not what it was. All of it is pure: the
same set of pages gives the same profile, byte for byte, in whatever order they come.
"""

from crawler.learn.change import Alarm, Sight, changed, sight
from crawler.learn.learn import FEWEST, learn
from crawler.learn.learnt import Known, Learnt, Template, from_bytes, to_bytes
from crawler.learn.observe import Observation, observe
from crawler.learn.recognise import Recognised, recognise

__all__ = [
    "FEWEST",
    "Alarm",
    "Known",
    "Learnt",
    "Observation",
    "Recognised",
    "Sight",
    "Template",
    "changed",
    "from_bytes",
    "learn",
    "observe",
    "recognise",
    "sight",
    "to_bytes",
]
