"""A small invented news web on 127.0.0.1, with the truth of what must come out of it.

`with DemoWeb(seed=1) as web:` serves half a dozen sites of the templates, encodings and tricks that Chinese regional
news is found in. The province of 岚川, its people, its companies and its figures are invented, so that nobody is
misquoted. Day two comes with `web.advance()`; `web.truth()` tells for every article address what a reader must find.
"""

from __future__ import annotations

from crawler.demo.many import many_pages_site
from crawler.demo.server import Request
from crawler.demo.sites import SITES
from crawler.demo.truth import Expected, Trap, differences
from crawler.demo.web import DemoWeb

__all__ = ["SITES", "DemoWeb", "Expected", "Request", "Trap", "differences", "many_pages_site"]
