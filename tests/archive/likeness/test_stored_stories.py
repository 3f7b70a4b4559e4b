"""Stories of an archive: who stands in which, as what, and that no order, no past and no kill makes a difference."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from archive_cases import CHINA, SOURCE, START, Place, both_databases, make_article, make_capture
from likeness_texts import OTHER_REPORT, STORY, bulletin, edited, prose

from archive.likeness import Index
from archive.model import Article, Block
from archive.store import Archive, levels, postings, stories
from archive.store.recent import ENOUGH
from archive.store.tables import capture
from archive.store.telling import ToldStory

REPAIRED = {"repairs": [{"rule": "mirror-annotation", "start": 1, "before": "(jīng)", "after": ""}]}
PIECE = "。".join(STORY.split("。")[2:5]) + "。"


def written(number: int, text: str, source: str, origin: str | None = None, **facts: object) -> Article:
    """An article of a source, published `number` hours after the start."""
    moment = (START + timedelta(hours=number)).astimezone(CHINA)
    read = replace(make_article(number, text), blocks=(Block("paragraph", text),), source_id=source, origin=origin)
    return replace(read, published=moment, **facts)  # type: ignore[arg-type]


def record(archive: Archive, number: int, read: Article, *, hours: float = 0, damaged: bool = False) -> str:
    """Take an article in; its id."""
    capture = replace(make_capture(number, hours=hours, text=read.text), source_id=read.source_id or SOURCE)
    archive.keep(capture)
    evidence = REPAIRED if damaged else {}
    changes = archive.record(capture, capture.url, "article", [read], evidence)
    assert changes[0].article_id is not None
    return changes[0].article_id


def five(archive: Archive) -> dict[str, str]:
    """A story with a copy of each kind, and something else; their ids by name."""
    archive.describe("paper", ["岚川新闻网", "岚川日报"], 1)
    archive.describe("farm", ["财经在线"], -1)
    archive.describe("mirror", ["镜像"], -2)
    return {
        "origin": record(archive, 1, written(1, STORY, "paper", "岚川日报")),
        "reprint": record(archive, 2, written(2, "本报讯 " + STORY, "farm", "岚川日报、新岚川客户端")),
        "excerpt": record(archive, 3, written(3, PIECE, "farm", "嵐川日報")),
        "mirror": record(archive, 4, written(1, STORY, "mirror", "岚川日报"), damaged=True),
        "only": record(archive, 5, written(5, OTHER_REPORT, "farm", "财经在线")),
    }


def standing(archive: Archive) -> dict[str, tuple[str | None, str]]:
    """Story and role of each article."""
    return {each.id: (each.story_id, each.role) for _, each in archive.articles()}


@both_databases
def test_each_article_has_its_role(kind: str, tmp_path: Path) -> None:
    """And the story tells by what; nothing is written twice."""
    with Place(tmp_path, kind).open(write=True) as archive:
        ids = five(archive)
        assert archive.group() == 5
        assert archive.group() == 0
        name = ids["origin"]  # published first
        assert standing(archive) == {id: (None, "only") if role == "only" else (name, role) for role, id in ids.items()}
        told = archive.story(ids["excerpt"])
        assert told is not None
        assert (told.id, told.origin_id, told.outlet) == (name, ids["origin"], "岚川新闻网")
        assert told.evidence[0] == "3 of 3 copies name 岚川日报 as their source"
        assert told.confidence > 0.9
        links = {member.id: (member.link, member.held, member.holds) for member in told.members}
        assert links[ids["origin"]] == (None, None, None)
        assert links[ids["reprint"]][::2] == ("reprint-of", 1.0)
        assert links[ids["excerpt"]][:2] == ("excerpt-of", 1.0)
        assert links[ids["mirror"]] == ("mirror-of", 1.0, 1.0)
        alone = archive.story(ids["only"])
        assert alone is not None
        assert (alone.id, len(alone.members)) == (None, 1)
        assert archive.story("nobody") is None


@both_databases
def test_a_changed_text_leaves_its_story(kind: str, tmp_path: Path) -> None:
    """Who is left alone is alone again, and the story's row goes."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        first = record(archive, 1, written(1, STORY, "paper"))
        second = record(archive, 2, written(2, STORY + "（完）", "farm"))
        archive.group()
        assert standing(archive) == {first: (first, "origin"), second: (first, "reprint")}
        record(archive, 2, written(2, OTHER_REPORT, "farm"), hours=30)
        assert archive.group() == 1
        assert standing(archive) == {first: (None, "only"), second: (None, "only")}
        record(archive, 1, written(1, OTHER_REPORT + "（完）", "paper"), hours=40)
        archive.group()
        assert standing(archive) == {first: (first, "origin"), second: (first, "reprint")}


@both_databases
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_is_raised_while_articles_are_grouped_changes_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """In the midst of a batch, of which keys and ties were written; the next call does it again."""
    place = Place(tmp_path, kind)
    put, calls = Index.put, count(1)

    def interrupted(index: Index, *arguments: Any) -> Any:
        if next(calls) == 4:
            raise error
        return put(index, *arguments)

    with place.open(write=True) as archive:
        five(archive)

    def group() -> None:
        with place.open(write=True) as archive:
            archive.group()

    with monkeypatch.context() as patch:
        patch.setattr(Index, "put", interrupted)
        with pytest.raises(error):
            group()
    with place.open(write=True) as archive:
        assert archive.group() == 5
        assert sorted(role for _, role in standing(archive).values()) == [
            "excerpt",
            "mirror",
            "only",
            "origin",
            "reprint",
        ]


def test_what_is_not_grouped_in_time_waits(tmp_path: Path) -> None:
    """A worker has other things to do; nothing is left out."""
    with Place(tmp_path).open(write=True) as archive:
        five(archive)
        assert (archive.group(0), archive.index(0)) == (0, 0)
        archive.keep_up()
        assert (archive.group(), archive.index()) == (0, 0)


def test_of_long_articles_fewer_are_grouped_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them in the end."""
    sizes: list[int] = []
    take_in = stories._take_in

    def counted(connection: Any, index: Any, shelf: Any, batch: Sequence[Any]) -> None:
        sizes.append(len(batch))
        take_in(connection, index, shelf, batch)

    monkeypatch.setattr(stories, "_take_in", counted)
    monkeypatch.setattr(stories, "MOST_CHARACTERS", 1000)
    with Place(tmp_path).open(write=True) as archive:
        for number in range(1, 6):
            record(archive, number, written(number, prose(random.Random(number), 600), "paper"))
        assert archive.group() == 5
    assert sum(sizes) == 5
    assert max(sizes) <= 2


def test_the_evidence_of_articles_counts_for_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with thousands of repairs has more of it than text."""
    monkeypatch.setattr(stories, "MOST_CHARACTERS", 100_000)
    with Place(tmp_path).open(write=True) as archive:
        for number in range(1, 6):
            record(archive, number, written(number, STORY, "paper"))
        connection = archive._connection
        assert len(stories._next(connection)[0]) == 5
        connection.execute(
            capture.update().values(evidence=zlib.compress(json.dumps({"dropped": "x" * 60_000}).encode(), 0))
        )
        assert len(stories._next(connection)[0]) == 2


def test_a_story_of_which_both_texts_become_captions_is_none(tmp_path: Path) -> None:
    """In one batch."""
    with Place(tmp_path).open(write=True) as archive:
        ids = [record(archive, number, written(number, STORY, "paper")) for number in (1, 2)]
        archive.group()
        assert len({story for story, _ in standing(archive).values()} - {None}) == 1
        for number in (1, 2):
            record(archive, number, written(number, "图片", "paper"), hours=30)
        archive.group()
        assert standing(archive) == dict.fromkeys(ids, (None, "only"))
        assert archive._connection.execute(sa.text("SELECT count(*) FROM story")).scalar() == 0


def test_two_articles_change_into_one_text_at_once(tmp_path: Path) -> None:
    """The second finds the text that the first has brought in the same batch."""
    with Place(tmp_path).open(write=True) as archive:
        ids = [record(archive, number, written(number, f"{STORY}之{number}", "paper")) for number in (1, 2, 3)]
        archive.group()
        for number in (1, 2, 3):
            record(archive, number, written(number, OTHER_REPORT, "paper"), hours=30)
        archive.group()
        assert {story for story, _ in standing(archive).values()} == {ids[0]}


def test_an_outlet_that_is_not_held_is_the_origin_all_the_same(tmp_path: Path) -> None:
    """No article has the role of it then; once its own article comes, that one has."""
    with Place(tmp_path).open(write=True) as archive:
        archive.describe("farm", ["财经在线"])
        archive.describe("portal", ["金沙网"])
        one = record(archive, 1, written(3, STORY, "farm", "岚川日报"))
        other = record(archive, 2, written(4, STORY, "portal", "岚川日报"))
        archive.group()
        told = archive.story(one)
        assert told is not None
        assert (told.origin_id, told.outlet) == (None, "岚川日报")
        assert told.evidence[0] == "the copies name 岚川日报, which is not held"
        assert {role for _, role in standing(archive).values()} == {"reprint"}
        record(archive, 3, written(1, STORY, "paper", "岚川日报"))
        archive.describe("paper", ["岚川新闻网", "岚川日报"])
        archive.group()
        told = archive.story(other)
        assert told is not None
        assert (told.origin_id, told.outlet) == (told.id, "岚川新闻网")


def test_the_names_of_a_site_that_come_later_count(tmp_path: Path) -> None:
    """Roles are the same whether a source was described before its articles came or after they were grouped."""
    found = []
    for late in (False, True):
        with Place(tmp_path / str(late)).open(write=True) as archive:
            if not late:
                archive.describe("farm", ["岚川日报"], 1)
            record(archive, 1, written(1, STORY, "paper"))
            record(archive, 2, written(2, STORY, "farm", "岚川日报"))
            record(archive, 3, written(3, STORY, "portal", "岚川日报"))
            archive.group()
            archive.describe("farm", ["岚川日报"], 1)
            assert archive.group() == (2 if late else 0) - late  # the one article of the farm
            found.append(standing(archive))
    assert found[0] == found[1]


def test_captions_alone_make_no_story(tmp_path: Path) -> None:
    """Two pages of pictures with a line each, letter for letter the same, say nothing of each other."""
    with Place(tmp_path).open(write=True) as archive:
        record(archive, 1, written(1, "图为牧场。新华社发", "paper"))
        record(archive, 2, written(2, "图为牧场。新华社发", "farm"))
        record(archive, 3, written(3, "", "farm"))
        archive.group()
        assert set(standing(archive).values()) == {(None, "only")}


def tellings(archive: Archive) -> tuple[dict[str, ToldStory | None], int]:
    """What is told of each article's story, and how many stories have a row."""
    told = {id: archive.story(id) for id in sorted(standing(archive))}
    return told, int(archive._connection.execute(sa.text("SELECT count(*) FROM story")).scalar_one())


def made_in_another_way(archive: Archive) -> None:
    """The index is of an older version from now on."""
    archive._connection.execute(sa.text("UPDATE story_form SET form = 'older'"))
    archive.commit()


@both_databases
@pytest.mark.parametrize("edited_one", [0, 2, 3, 4, 5, 6])
def test_an_index_of_another_layout_is_made_anew_in_many_batches(
    kind: str, edited_one: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an article (none for 0) has left its story before its turn comes: the story is not lost."""
    found = []
    for older in (False, True):
        with Place(tmp_path / str(older), kind).open(write=True) as archive:
            for number in range(2, 7):
                record(archive, number, written(number, f"{STORY}之{number}", "paper"))
            if older:
                archive.group()
                made_in_another_way(archive)
                monkeypatch.setattr(stories, "BATCH", 1)
            if edited_one:
                record(archive, edited_one, written(edited_one, OTHER_REPORT, "paper"), hours=30)
            assert archive.group() == 5
            found.append(tellings(archive))
    assert found[0] == found[1]
    assert found[0][1] == 1


@both_databases
def test_readers_see_every_story_while_an_index_is_made_anew(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before any of its batches: who is said to stand in a story is told it, and in the end all is as ever."""
    monkeypatch.setattr(stories, "BATCH", 1)
    place, following = Place(tmp_path, kind), stories._next
    with place.open(write=True) as archive:
        ids = [record(archive, number, written(number, f"{STORY}之{number}", "paper")) for number in range(1, 6)]
        archive.group()
        before = tellings(archive)
    for done in range(5):
        calls = count()

        def killed(connection: Any, calls: Any = calls, done: int = done) -> Any:
            if next(calls) == done:
                raise KeyboardInterrupt
            return following(connection)

        with place.open(write=True) as archive:
            made_in_another_way(archive)
            monkeypatch.setattr(stories, "_next", killed)
            with pytest.raises(KeyboardInterrupt):
                archive.group()
        monkeypatch.setattr(stories, "_next", following)
        with Archive.open(place.data, place.database) as reader:
            said = [story for story, _ in standing(reader).values() if story]
            told = [told for id in ids if (told := reader.story(id)) is not None and told.id]
            assert sorted(said) == sorted(str(each.id) for each in told)
            assert all(len(each.members) == said.count(str(each.id)) for each in told)
            assert len(told) == (4 if done == 1 else 5)  # the first article is alone until the second's turn has come
        with place.open(write=True) as archive:
            assert archive.group() == 5 - done
            assert tellings(archive) == before


def many(dice: random.Random, count: int) -> list[Article]:
    """Articles of a dozen stories, bulletins, and quotations, from three sources."""
    popular = [prose(dice, 300) for _ in range(6)]
    makers = (
        lambda: edited(dice.choice(popular), dice),
        lambda: dice.choice(popular)[dice.randint(0, 100) : dice.randint(160, 300)],
        lambda: bulletin(dice),
        lambda: prose(dice, 200),
    )
    names = ("岚川日报", None, "财经在线", "石泉日报")
    return [
        written(number, dice.choice(makers)(), dice.choice(("paper", "farm", "mirror")), dice.choice(names))
        for number in range(1, count + 1)
    ]


def filled(archive: Archive, articles: Sequence[Article], dice: random.Random, pause: float) -> None:
    """Record them in any order, and group now and then."""
    for number in dice.sample(range(1, len(articles) + 1), len(articles)):
        record(archive, number, articles[number - 1], damaged=number % 9 == 0)
        if dice.random() < pause:
            archive.group()
    archive.group()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_order_and_batches_make_no_difference(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ids, roles, origins and evidence, in either database, and wherever the keys of their texts are."""
    dice = random.Random(8)
    articles = many(dice, 60)
    found: list[Mapping[str, object]] = []
    for number, pause in enumerate((0.0, 0.5, 0.1)):
        monkeypatch.setattr(postings, "ENOUGH", 1000 if number == 1 else 6)
        monkeypatch.setattr(levels, "FIRST", 12)
        monkeypatch.setattr(levels, "RATIO", 2)
        monkeypatch.setattr(levels, "AT_ONCE", 100)
        with Place(tmp_path / str(number), kind if number else "sqlite").open(write=True) as archive:
            filled(archive, articles, dice, pause)
            found.append({id: archive.story(id) for id in sorted(standing(archive))})
    assert found[0] == found[1] == found[2]
    assert {member.role for told in found[0].values() for member in told.members} == {  # type: ignore[attr-defined]
        "origin",
        "reprint",
        "excerpt",
        "mirror",
        "only",
    }


def test_a_small_run_writes_no_row_for_each_key(tmp_path: Path) -> None:
    """Each would be another page; those of a large run are put into their places."""
    with Place(tmp_path).open(write=True) as archive:

        def rows(table: str) -> int:
            return int(archive._connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

        five(archive)
        archive.group()
        assert (rows("likeness_key"), rows("likeness_recent")) == (0, rows("likeness_text"))
        for number in range(11, 11 + ENOUGH):
            record(archive, number, written(number, prose(random.Random(number), 60), "paper"))
        archive.group()
        assert rows("likeness_key") > ENOUGH
        assert rows("likeness_recent") == 0
        assert rows("likeness_level") == 1


def asked_by_grouping(archive: Archive) -> int:
    """How many statements the grouping of what waits gives to the database."""
    statements = count()

    def counted(*_: object) -> None:
        next(statements)

    sa.event.listen(archive._connection, "before_cursor_execute", counted)
    archive.group()
    return next(statements)


def test_a_batch_asks_less_than_one_and_a_half_statements_for_each_article_more(tmp_path: Path) -> None:
    """Texts, lengths and ties are fetched many at a time, and ties are written so, however many ties there are."""
    asked = []
    for copies in (10, 40):
        dice = random.Random(copies)
        popular = prose(dice, 400)
        with Place(tmp_path / str(copies)).open(write=True) as archive:
            for number in range(1, 1 + copies):
                record(archive, number, written(number, edited(popular, dice), "paper"))
            archive.group()
            for number in range(101, 101 + copies):
                record(archive, number, written(number, edited(popular, dice), "farm"))
            asked.append(asked_by_grouping(archive))
    assert asked[1] - asked[0] < 1.5 * (40 - 10), asked


def test_changed_articles_are_looked_up_and_forgotten_many_at_a_time(tmp_path: Path) -> None:
    """As new ones are: what their texts were tied to, by which keys, and who else has them."""
    asked = []
    for changed in (10, 40):
        dice = random.Random(changed)
        popular = prose(dice, 400)
        with Place(tmp_path / str(changed)).open(write=True) as archive:
            for number in range(1, 1 + changed):
                record(archive, number, written(number, prose(dice, 300) + popular[:120], "paper"))
            archive.group()
            for number in range(1, 1 + changed):
                record(archive, number, written(number, prose(dice, 300) + popular[:100], "paper"), hours=30)
            asked.append(asked_by_grouping(archive))
    assert asked[1] - asked[0] < 3 * (40 - 10), asked


@both_databases
@pytest.mark.parametrize("enough", [3, 1000])
def test_a_text_that_one_article_leaves_and_another_takes_in_one_batch_stays(
    kind: str, enough: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of seven articles takes the next one's text: all is as if they had always had it."""
    monkeypatch.setattr(postings, "ENOUGH", enough)
    dice, found, held = random.Random(3), [], []
    texts = [STORY, STORY + "（完）", PIECE, OTHER_REPORT, OTHER_REPORT + "（完）", bulletin(dice), prose(dice, 200)]
    for moved in (False, True):
        with Place(tmp_path / str(moved), kind).open(write=True) as archive:
            if moved:
                for number, text in enumerate(texts, 1):
                    record(archive, number, written(number, text, "paper"))
                archive.group()
            for number, text in enumerate(texts[1:] + texts[:1], 1):
                record(archive, number, written(number, text, "paper"), hours=30)
            assert archive.group() == 7
            found.append(standing(archive))
            held.append(
                [
                    sorted(archive._connection.execute(sa.text(f"SELECT {columns}")).all())
                    for columns in (
                        "text, length FROM likeness_text",
                        "text, other, share FROM likeness_tie",
                        "article_id, text, page FROM likeness_holder",
                    )
                ]
            )
            keys = archive._connection.execute(sa.text("SELECT count(DISTINCT text) FROM likeness_key")).scalar_one()
            recent = archive._connection.execute(sa.text("SELECT count(*) FROM likeness_recent")).scalar_one()
            assert keys + recent == 7
    assert found[0] == found[1]
    assert held[0] == held[1]


GROUP = """
import sys
from pathlib import Path
from archive.store import Archive, levels, postings, stories
stories.BATCH, postings.ENOUGH, levels.FIRST, levels.RATIO = 5, 8, 16, 2  # so that keys move all the time
levels.AT_ONCE = 100
with Archive.open(Path(sys.argv[1]), write=True) as archive:
    print("open", flush=True)
    archive.group()
"""


@pytest.mark.timeout(180)
def test_a_kill_at_any_instant_changes_nothing_in_the_end(tmp_path: Path) -> None:
    """Grouping is killed a dozen times, and comes to what it comes to undisturbed."""
    dice = random.Random(9)
    articles = many(dice, 80)
    ends = []
    for kills in (0, 12):
        place = Place(tmp_path / str(kills))
        with place.open(write=True) as archive:
            for number, read in enumerate(articles, 1):
                record(archive, number, read, damaged=number % 9 == 0)
        killed = 0
        while killed < kills:
            process = subprocess.Popen(
                [sys.executable, "-c", GROUP, str(place.data)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(dice.uniform(0, 0.03))
            process.kill()
            process.stdout.close()
            if process.wait() != -signal.SIGKILL:
                break  # it had come to its end
            killed += 1
        assert not kills or killed >= 5
        with place.open(write=True) as archive:
            waiting = archive.group()
            assert waiting > 0 or kills
            ends.append({id: archive.story(id) for id in sorted(standing(archive))})
    assert ends[0] == ends[1]
