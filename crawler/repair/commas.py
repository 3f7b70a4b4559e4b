"""Commas that mirrors put before a share of the marks:  发展,。  成立,，  → 发展。  成立，

Only on a page that is a mirror's. Spared: a comma before anything but a Chinese mark, and the ASCII comma behind a
letter or digit, where `,,` is someone's own (CSV, code).
"""

from __future__ import annotations

import re

from crawler.repair.edits import Edit

_DOUBLED = re.compile(r"(?:,(?=[，。、；！？])|(?<=[\u3400-\u9fff\U00020000-\U0003ffff”’）》」』】)]),(?=,))")


def commas(text: str) -> list[Edit]:
    """The edits that take the added commas out of a mirror page."""
    return [Edit(found.start(), found.end(), "", "mirror-comma", 0.95) for found in _DOUBLED.finditer(text)]
