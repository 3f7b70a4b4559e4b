"""How the cost of an article grows with the archive: random words, copies and bulletins, as many as are asked for.

Words are drawn from six thousand, so that articles share words and no strings; a tenth are copies of one of the last
thousand, a tenth are bulletins of one of thirty templates, whose every key is common.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.likeness import Index

WORDS = 380  # of 2 to 3 characters, with their marks: 1,000 characters


def grow(seed: int, sizes: Sequence[int]) -> Iterator[tuple[int, float, float, float]]:
    """For each size: articles a second in all and of the last tenth, and kilobytes an article, of the index alone.

    Of one index that grows; the time is the processor's, without that of writing the articles.
    """
    texts = articles(seed)
    next(texts)
    index = Index()
    index.query("岚川")  # the table of characters is read once, whatever the size
    before = _resident()
    spent: list[float] = []
    for number in range(max(sizes, default=0)):
        text = next(texts)
        start = time.process_time()
        index.add(f"{number:016x}", text)
        spent.append(time.process_time() - start)
        size = number + 1
        if size in sizes:
            last = spent[-size // 10 :]
            yield size, size / sum(spent), len(last) / sum(last), (_resident() - before) / size


def _resident() -> float:
    """The kilobytes of memory that the process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024


def articles(seed: int) -> Iterator[str]:
    """Without end."""
    dice = random.Random(seed)
    common = [chr(dice.randint(0x4E00, 0x7FFF)) for _ in range(2500)]
    vocabulary = ["".join(dice.choices(common, k=dice.choice((2, 2, 2, 3)))) for _ in range(6000)]
    vocabulary += [word + "，" for word in vocabulary[:900]] + [word + "。" for word in vocabulary[900:1400]]
    templates = [dice.choices(vocabulary, k=150) for _ in range(30)]
    recent: list[str] = []
    while True:
        kind = dice.random()
        if kind < 0.1 and recent:
            text = "本报讯 " + dice.choice(recent) + "（责任编辑：" + dice.choice(vocabulary) + "）"
        elif kind < 0.2:
            text = "".join(
                word + str(dice.randint(1, 999)) if at % 9 == 0 else word
                for at, word in enumerate(dice.choice(templates))
            )
        else:
            text = "".join(dice.choices(vocabulary, k=WORDS)) + str(dice.randint(1, 10**6))
        if len(recent) < 1000:
            recent.append(text)
        else:
            recent[dice.randrange(1000)] = text
        yield text
