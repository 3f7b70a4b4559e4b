"""Facts in JSON-LD."""

from __future__ import annotations

import pytest

from crawler.extract.linked import linked


def block(text: str, kind: str = "application/ld+json") -> str:
    return f"<script type='{kind}'>{text}</script>"


DATED = {"linked:published": "2023-05-23"}


@pytest.mark.parametrize(
    ("markup", "facts"),
    [
        (block('{"@type":"NewsArticle","datePublished":"2023-05-23"}'), DATED),
        (block('{"@type":["Thing","Article"],"datePublished":"2023-05-23"}'), DATED),
        (block('[{"@type":"WebSite"},{"@type":"Article","datePublished":"2023-05-23"}]'), DATED),
        (block('{"@graph":[{"@type":"ReportageNewsArticle","datePublished":"2023-05-23"}]}'), DATED),
        (block('{"@id":"x","title":"a\nb","pubDate":"2023-05-23"}'), DATED),
        (block("not json") + block('{"@type":"Article","datePublished":"2023-05-23"}'), DATED),
        (block('{"@type":"Article","author":"王伟"}'), {"linked:author": "王伟"}),
        (
            block('{"@type":"Article","author":[{"name":"王伟"},{"@type":"Person","name":"李强"}]}'),
            {"linked:author": "王伟、李强"},
        ),
    ],
)
def test_an_article_states_its_day_and_authors(markup: str, facts: dict[str, str]) -> None:
    """One object, a list of them, a graph; breaks inside a text and a broken block beside it do no harm."""
    assert linked(markup) == facts


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<p>ld+json</p>",
        block("{"),
        block("[" * 50_000),
        block('"text"'),
        block('{"@type":"WebSite","datePublished":"2023-05-23"}'),
        block('{"@type":"Article","author":{"@type":"Organization","name":"青禾网"}}'),
        block('{"@type":"Article","datePublished":20230523}'),
        block('{"@type":"Article","datePublished":"2023-05-23"}', kind="text/javascript"),
        block('{"@type":"Article","datePublished":"2023-05-23","x":"' + "长" * 120_000 + '"}'),
    ],
    ids=["empty", "words", "broken", "deep", "text", "site", "organisation", "number", "script", "huge"],
)
def test_what_states_nothing_of_an_article_gives_nothing(markup: str) -> None:
    """Sites, organisations, broken and hostile blocks say nothing, and stop nothing."""
    assert linked(markup) == {}


def test_many_blocks_are_looked_at_no_further() -> None:
    """A page of a thousand blocks costs six."""
    markup = block('{"@type":"WebSite"}') * 1_000 + block('{"@type":"Article","datePublished":"2023-05-23"}')
    assert linked(markup) == {}
