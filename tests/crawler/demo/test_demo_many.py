"""The generated site: as many distinct articles as asked for, over paginated lists."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo import DemoWeb, many_pages_site
from crawler.source import load_sources


@pytest.mark.parametrize("count", [1, 60])
def test_every_article_is_listed_served_and_like_no_other(count: int, tmp_path: Path) -> None:
    """The lists name each article once; each page holds its paragraphs; no two articles share a text or a title."""
    with DemoWeb(seed=3, sites=[many_pages_site(count)]) as web:
        truth = web.truth()
        assert len(truth) == len({each.title for each in truth.values()}) == count
        assert len({each.paragraphs for each in truth.values()}) == count
        web.write_config(tmp_path)
        (source,) = load_sources(tmp_path).values()
        connection = HTTPConnection(urlsplit(source.home).netloc, timeout=10)

        def page(path: str) -> str:
            connection.request("GET", path)
            return connection.getresponse().read().decode()

        lists = [f"/news/index_{n}.html" if n else "/news/" for n in range(source.lists[0].max_pages)]
        listed = [path for name in lists for path in re.findall(r'href="(/news/\d[^"]*)"', page(name))]
        assert sorted(listed) == sorted(urlsplit(url).path for url in truth)
        for url, each in truth.items():
            text = page(urlsplit(url).path)
            assert all(line in text for line in (*each.paragraphs, each.title, each.editor[0]))
        connection.close()


def test_a_site_of_one_seed_is_the_same_site() -> None:
    """What is generated depends on count and seed alone."""
    with DemoWeb(seed=7, sites=[many_pages_site(30)]) as one, DemoWeb(seed=7, sites=[many_pages_site(30)]) as two:
        titles = [[each.paragraphs for each in web.truth().values()] for web in (one, two)]
        assert titles[0] == titles[1]
