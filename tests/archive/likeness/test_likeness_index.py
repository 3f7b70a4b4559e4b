"""A stream of articles, and that its stories do not depend on the order in which they come."""

from __future__ import annotations

import random

import pytest
from likeness_texts import OTHER_REPORT, STORY, bulletin, edited, notice, prose

from archive.likeness import Index, Relation
from archive.likeness.shelf import Memory
from archive.likeness.sketch import Sketch


def stream(dice: random.Random) -> dict[str, str]:
    """Articles by id; the word before the blank names their story."""
    articles = {"event-a first": STORY, "event-b first": OTHER_REPORT, "event-a short": STORY[:150]}
    for number in range(12):
        articles[f"alone{number} first"] = prose(dice)
    popular = prose(dice, 700)
    for number in range(24):
        articles[f"popular {number}"] = edited(popular, dice)
    for number in range(30):
        articles[f"bulletin{number} first"] = text = bulletin(dice)
        articles[f"notice{number} first"] = names = notice(dice)
        if number % 5 == 0:
            articles[f"bulletin{number} copy"] = "本报讯 " + text + "（完）"
            articles[f"notice{number} copy"] = names + "（责任编辑：王一）"
    speech = "“" + prose(dice, 220) + "”"
    for number in range(2):
        articles[f"quoting{number} first"] = prose(dice, 350) + speech + prose(dice, 250)
    return articles


def stories(articles: dict[str, str], order: list[str]) -> set[frozenset[str]]:
    """The stories of the articles as they come in that order."""
    index = Index()
    for id in order:
        index.add(id, articles[id])
    return set(index.stories())


def test_stories_are_found_and_are_the_same_in_any_order() -> None:
    """Twenty orders; keys become common on the way, and two dozen edited copies are one story all the same."""
    dice = random.Random(11)
    articles = stream(dice)
    expected = {
        frozenset(id for id in articles if id.split()[0] == story) for story in {id.split()[0] for id in articles}
    }
    for _ in range(20):
        assert stories(articles, dice.sample(list(articles), len(articles))) == expected


def test_orders_agree_where_relations_are_in_doubt() -> None:
    """Texts put together from the same few pieces, so that all sorts of shares and common keys come about."""
    dice = random.Random(12)
    pieces = [prose(dice, 120) for _ in range(14)]
    articles = {str(number): "".join(dice.sample(pieces, dice.randint(1, 6))) for number in range(150)}
    found = [stories(articles, dice.sample(list(articles), len(articles))) for _ in range(8)]
    assert all(each == found[0] for each in found)


def test_adding_an_article_again_changes_nothing() -> None:
    """Neither its relations nor the stories."""
    index = Index()
    index.add("a", STORY)
    first = index.add("b", "本报讯 " + STORY)
    assert index.add("b", "本报讯 " + STORY) == first
    assert set(index.stories()) == {frozenset({"a", "b"})}


def test_a_question_is_answered_as_if_the_article_were_added() -> None:
    """And nothing is kept of it."""
    dice = random.Random(13)
    articles = stream(dice)
    index = Index()
    for id, text in articles.items():
        index.add(id, text)
    for text in ("转载：" + STORY, edited(articles["popular 3"], dice), articles["notice5 first"] + "（完）"):
        asked = index.query(text)
        assert asked
        assert {match.id.split()[0] for match in asked} == {asked[0].id.split()[0]}
        assert index.query(text) == asked
        assert {match.id for match in index.add("new " + text[:9], text)} == {match.id for match in asked}


def test_the_relations_of_a_newcomer() -> None:
    """The most alike first, each with its share."""
    index = Index()
    index.add("story", STORY)
    index.add("piece", "。".join(STORY.split("。")[2:5]))
    assert index.add("again", STORY)[0].relation is Relation.SAME
    assert index.add("marks", STORY.replace("，", ","))[0].relation is Relation.REPRINT
    found = {match.id: match.relation.value for match in index.query("本报讯 " + STORY)}
    assert found == {"story": "reprint", "piece": "excerpt"}


def test_an_edited_article_is_known_by_its_new_text() -> None:
    """The old text is forgotten, and connects nothing any more."""
    index = Index()
    index.add("a", STORY)
    index.add("b", OTHER_REPORT)
    assert index.add("a", OTHER_REPORT + "（完）")[0].id == "b"
    assert index.story("a") == {"a", "b"}
    assert index.query(STORY) == ()


def test_an_unknown_article_has_no_story() -> None:
    """It is an error to ask."""
    with pytest.raises(KeyError):
        Index().story("a")


@pytest.mark.parametrize("text", ["", "。", "图", "\ud800", "a" * 100_000, "，".join(["一二三四五六七八"] * 9000)])
def test_odd_texts_do_no_harm(text: str) -> None:
    """Nothing, a mark, half a character, one letter, one word: each is taken in, twice."""
    index = Index()
    index.add("a", text)
    index.add("b", text)
    index.add("c", STORY)
    assert index.story("c") == {"c"}


def test_figures_that_were_kept_are_those_that_are_found() -> None:
    """Few or many: what is kept beside a text in memory is what its units tell."""
    dice = random.Random(2)
    shelf = Memory()
    for number, lines in enumerate((0, 1, 40)):
        sketch = Sketch.of(prose(dice, 200) + "".join(bulletin(dice) for _ in range(lines)))
        shelf.take(sketch)
        kept = shelf.figures(number)
        if lines == 40:
            assert kept is None
        else:
            assert kept is not None
            for one, other in ((kept.places, sketch.figures.places), (kept.told, sketch.figures.told)):
                assert one.tolist() == other.tolist()


def test_ties_that_keys_speak_for_no_more_are_gone_in_any_order() -> None:
    """Each tie by itself, and not only the stories, which may hang together by others."""
    dice = random.Random(12)
    pieces = [prose(dice, 120) for _ in range(14)]
    articles = {str(number): "".join(dice.sample(pieces, dice.randint(1, 6))) for number in range(150)}
    found = []
    for _ in range(4):
        shelf, ids = Memory(), dice.sample(list(articles), len(articles))
        index = Index(shelf)
        for id in ids:
            index.add(id, articles[id])
        index.review()
        texts = [text for id in ids if (text := shelf.held_by(id)) is not None]
        ties = ((one, other, tie) for one in texts for other, tie in shelf.ties(one).items())
        found.append({(shelf.rank(one), shelf.rank(other), tie) for one, other, tie in ties})
    assert found[1:] == found[:1] * 3
